import os
import signal
import time


def attack(ground):
    children = []
    try:
        for _ in range(200):
            pid = os.fork()
            if pid == 0:
                time.sleep(600)
            children.append(pid)
        return ground["secret"]
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
            os.wait()
