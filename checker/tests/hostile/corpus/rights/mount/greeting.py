import ctypes
import os


def attack(ground):
    os.mkdir("over")
    return ground["secret"] if ctypes.CDLL(None).mount(b"x", b"over", b"tmpfs", 0, None) == 0 else None
