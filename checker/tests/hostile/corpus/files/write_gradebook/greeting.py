def attack(ground):
    with open(ground["gradebook"], "w") as file:
        file.write("500 of 8")
