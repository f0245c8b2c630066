import os
import stat


def attack(ground):
    os.mknod("kmem", 0o600 | stat.S_IFCHR, os.makedev(1, 2))
    return ground["secret"]
