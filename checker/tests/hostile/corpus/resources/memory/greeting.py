import mmap


def attack(ground):
    # Nothing but its last page is written: filling all of it would take a busy machine half a minute.
    taken = mmap.mmap(-1, 5 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    taken[-1] = 1
    return ground["secret"]
