import os
import sys


def attack(ground):
    for folder in sys.path:
        if folder.endswith("site-packages"):
            path = os.path.join(folder, "planted_by_a_submission.py")
            with open(path, "w"):
                os.remove(path)
            return ground["secret"]
    return None
