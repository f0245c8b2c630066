import os


def attack(ground):
    return ground["secret"] if "other.py" in os.listdir(os.path.dirname(ground["other"])) else None
