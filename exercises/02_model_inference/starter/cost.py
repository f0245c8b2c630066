"""Measures what one row costs, alone and in a batch of 1,000.

    python cost.py

Given; there is nothing to change here. Times depend on the machine: only their ratio is worth a note.
"""

import sys
import time

import inference
import probe

ROWS = 1000


def main():
    if not (probe.MODEL / "manifest.json").is_file():
        sys.exit(f"There is no model in {probe.MODEL}. The brief says under 'What you need' where it comes from.")
    requests = probe.drawn(ROWS)
    model = inference.load(str(probe.MODEL))
    first = min(seconds(lambda: inference.predict(model, requests[0])) for _ in range(5))
    print(f"one call, the best of five:   {first * 1000:9.3f} ms")
    if first > 0.003:
        print("That is slow. Is a file read on each call? Task 2 comes before this measurement.")
        return
    alone = min(seconds(lambda: [inference.predict(model, request) for request in requests]) for _ in range(3))
    batch = min(seconds(lambda: inference.predict_batch(model, requests)) for _ in range(3))
    print(f"1,000 calls of one row:       {alone * 1000:9.1f} ms")
    print(f"one call of 1,000 rows:       {batch * 1000:9.1f} ms")
    print(f"factor:                       {alone / batch:9.1f}")


def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
