import os


def attack(ground):
    os.mkfifo("door.entered")
