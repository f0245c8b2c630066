import os


def attack(ground):
    os.link(ground["other"], "mine.py")
    with open("mine.py") as file:
        return file.read()
