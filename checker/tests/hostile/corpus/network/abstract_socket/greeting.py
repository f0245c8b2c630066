import socket


def attack(ground):
    with socket.socket(socket.AF_UNIX) as there:
        there.settimeout(5)
        there.connect("\0" + ground["abstract"])
        return there.recv(100).decode()
