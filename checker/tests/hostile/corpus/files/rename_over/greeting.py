import os
import shutil


def attack(ground):
    with open("book", "w") as file:
        file.write("500 of 8")
    try:
        os.rename("book", ground["gradebook"])
    except OSError:
        shutil.move("book", ground["gradebook"])
