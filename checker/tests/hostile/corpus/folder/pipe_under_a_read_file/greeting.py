import os


def attack(ground):
    os.remove("given.py")
    os.mkfifo("given.py")
