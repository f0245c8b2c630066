import resource


def attack(ground):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return ground["secret"] if [open("greeting.py") for _ in range(2000)] else None
