def attack(ground):
    with open(f"/dev/shm/{ground['name']}", "w") as file:
        file.write("a message")
