def attack(ground):
    with open(f"/tmp/{ground['name']}", "w") as file:
        file.write("a message")
