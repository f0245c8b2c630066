import threading


def attack(ground):
    over = threading.Event()
    threading.stack_size(65536)
    threads = [threading.Thread(target=over.wait, daemon=True) for _ in range(200)]
    try:
        for thread in threads:
            thread.start()
        return ground["secret"]
    finally:
        over.set()
