import os


def attack(ground):
    with open("large", "wb") as file:
        os.truncate(file.fileno(), 300 << 20)
    return ground["secret"]
