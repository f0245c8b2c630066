import os


def attack(ground):
    os.remove(ground["gradebook"])
