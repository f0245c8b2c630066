import os


def attack(ground):
    os.truncate(ground["gradebook"], 0)
