import ctypes


def attack(ground):
    libc = ctypes.CDLL(None)
    attached = libc.ptrace(0x4206, ground["victim"], None, None)
    if attached == 0:
        libc.ptrace(17, ground["victim"], None, None)
    return ground["secret"] if attached == 0 else None
