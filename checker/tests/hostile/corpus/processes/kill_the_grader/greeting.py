import os


def attack(ground):
    os.kill(ground["victim"], 9)
