import os


def attack(ground):
    with open(os.path.join(ground["home"], ".bashrc"), "w") as file:
        file.write("echo planted")
