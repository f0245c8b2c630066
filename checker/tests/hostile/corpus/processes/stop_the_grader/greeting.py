import os


def attack(ground):
    os.kill(ground["victim"], 19)
