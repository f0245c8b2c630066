import socket


def attack(ground):
    socket.sethostname(socket.gethostname())
    return ground["secret"]
