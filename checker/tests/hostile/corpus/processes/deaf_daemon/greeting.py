import os
import signal
import time


def attack(ground):
    if os.fork() == 0:
        os.setsid()
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                continue
        for _ in range(200):
            if os.fork():
                os._exit(0)
            time.sleep(0.01)
        time.sleep(600)
    time.sleep(0.2)
