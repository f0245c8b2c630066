import ctypes


def attack(ground):
    return ground["secret"] if ctypes.CDLL(None).unshare(0x10000000) == 0 else None
