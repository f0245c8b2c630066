import socket


def attack(ground):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
        there.settimeout(5)
        there.sendto(b"?", ("127.0.0.1", ground["udp"]))
        return there.recv(100).decode()
