import os


def attack(ground):
    os.symlink(ground["other"], "mine.py")
    with open("mine.py") as file:
        return file.read()
