import os


def attack(ground):
    opened = os.open(ground["gradebook"], os.O_WRONLY | os.O_APPEND)
    os.write(opened, b"eve: 8 of 8")
