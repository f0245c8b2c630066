import os


def attack(ground):
    os.close(os.open("/proc/sys/kernel/hostname", os.O_WRONLY))
    return ground["secret"]
