import os


def attack(ground):
    if os.fork() == 0:
        try:
            os.chroot(".")
        except OSError:
            os._exit(1)
        os._exit(0)
    return ground["secret"] if os.wait()[1] == 0 else None
