def attack(ground):
    for number in range(10000):
        open(f"{number}", "w").close()
    return ground["secret"]
