def attack(ground):
    with open(ground["other"]) as file:
        return file.read()
