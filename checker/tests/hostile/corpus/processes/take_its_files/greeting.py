import resource


def attack(ground):
    soft, hard = resource.prlimit(ground["victim"], resource.RLIMIT_NOFILE)
    resource.prlimit(ground["victim"], resource.RLIMIT_NOFILE, (soft - 1, hard))
    return ground["secret"]
