def attack(ground):
    return ground["secret"] if bytearray(5 << 30) else None
