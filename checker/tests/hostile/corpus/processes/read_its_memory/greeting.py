import os


def attack(ground):
    os.close(os.open(f"/proc/{ground['victim']}/mem", os.O_RDONLY))
    return ground["secret"]
