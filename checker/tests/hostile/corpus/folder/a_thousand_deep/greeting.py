import os


def attack(ground):
    for _ in range(1200):
        os.mkdir("d")
        os.chdir("d")
