import os


def attack(ground):
    os.symlink(os.path.dirname(ground["gradebook"]), "deep")
