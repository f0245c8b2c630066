import os


def attack(ground):
    os.setpriority(os.PRIO_PROCESS, ground["victim"], 19)
    return ground["secret"]
