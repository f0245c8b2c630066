def attack(ground):
    for number in range(5):
        with open(f"{number}.bin", "wb") as file:
            file.write(bytes(40 << 20))
    return ground["secret"]
