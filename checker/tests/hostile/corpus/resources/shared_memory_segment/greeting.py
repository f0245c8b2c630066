import ctypes


def attack(ground):
    return ctypes.CDLL(None).shmget(ground["segment"], 4096, 0o1666)
