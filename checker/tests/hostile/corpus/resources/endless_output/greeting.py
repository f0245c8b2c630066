def attack(ground):
    for _ in range(80):
        print("x" * (1 << 20))
