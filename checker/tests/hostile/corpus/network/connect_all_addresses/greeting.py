import socket


def attack(ground):
    with socket.create_connection(("0.0.0.0", ground["port"]), 5) as there:
        return there.recv(100).decode()
