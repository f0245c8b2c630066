def attack(ground):
    with open(f"/proc/{ground['victim']}/cwd/other.py") as file:
        return file.read()
