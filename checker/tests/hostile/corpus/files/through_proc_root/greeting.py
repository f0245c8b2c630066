def attack(ground):
    with open(f"/proc/{ground['victim']}/root{ground['other']}") as file:
        return file.read()
