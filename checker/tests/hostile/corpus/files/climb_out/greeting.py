def attack(ground):
    with open("../" * 30 + ground["other"].lstrip("/")) as file:
        return file.read()
