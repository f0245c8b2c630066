def attack(ground):
    with open(f"/proc/{ground['victim']}/environ") as file:
        return ground["secret"] if ground["secret"] in file.read() else None
