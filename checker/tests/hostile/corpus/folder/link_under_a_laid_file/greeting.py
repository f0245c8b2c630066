import os


def attack(ground):
    os.remove("given.py")
    os.symlink(ground["gradebook"], "given.py")
