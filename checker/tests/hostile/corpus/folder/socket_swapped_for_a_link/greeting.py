import os


def attack(ground):
    os.symlink(ground["socket"], os.environ["TMPDIR"] + "/../run/s0")
