import socket

KEPT = []


def attack(ground):
    KEPT.append(socket.socket(socket.AF_UNIX))
    KEPT[0].bind("\0" + ground["free_name"])
