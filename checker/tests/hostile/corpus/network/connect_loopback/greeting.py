import socket


def attack(ground):
    with socket.create_connection(("127.0.0.1", ground["port"]), 5) as there:
        return there.recv(100).decode()
