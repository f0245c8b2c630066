def attack(ground):
    with open(ground["key"]) as file:
        return file.read()
