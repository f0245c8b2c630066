"""Measures what one row costs, alone and in a batch of 1,000.

    python cost.py

Given; there is nothing to change here. Times depend on the machine: only their ratio is worth a note.
"""

import sys

from probe import MODEL, drawn, inference, reads_files, seconds

ROWS = 1000


def main():
    if not (MODEL / "manifest.json").is_file():
        sys.exit(f"There is no model in {MODEL}. `checker start 2` puts it there.")
    requests = drawn(ROWS)
    model = inference.load(str(MODEL))
    if reads_files(model, requests[0]):
        return
    alone = min(seconds(lambda: [inference.predict(model, request) for request in requests]) for _ in range(3))
    batch = min(seconds(lambda: inference.predict_batch(model, requests)) for _ in range(3))
    print(f"1,000 calls of one row:  {alone * 1000:9.1f} ms")
    print(f"one call of 1,000 rows:  {batch * 1000:9.1f} ms")
    print(f"factor:                  {alone / batch:9.1f}")


if __name__ == "__main__":
    main()
