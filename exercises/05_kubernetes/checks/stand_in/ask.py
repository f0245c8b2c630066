"""Asks a service again and again, each time on a new connection, and says every second how that went.

`python3 ask.py URL` prints `answered 120, failed 0, release 1`; after the first failure also why it failed.
"""

from __future__ import annotations

import sys
import threading
import time
import urllib.error
import urllib.request

# As many requests a second as show a gap of a tenth of a second, and as few as leave the cluster in peace.
CLIENTS, PAUSE, PATIENCE = 4, 0.1, 5.0


class Count:
    def __init__(self) -> None:
        self.answered, self.failed, self.why, self.lock = 0, 0, "", threading.Lock()
        self.releases: set[str] = set()

    def ask(self, url: str) -> None:
        while True:
            try:
                with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                    said = answer.read().decode().strip()
                with self.lock:
                    self.answered += 1
                    self.releases.add(said.removeprefix("release "))
            except (OSError, urllib.error.URLError) as error:
                with self.lock:
                    self.failed += 1
                    self.why = self.why or str(getattr(error, "reason", error))
            time.sleep(PAUSE)

    def line(self) -> str:
        with self.lock:
            said, self.releases = ",".join(sorted(self.releases)) or "none", set()
            why = f" ({self.why})" if self.why else ""
            return f"answered {self.answered}, failed {self.failed}, release {said}{why}"


def main(url: str) -> None:
    # Names and addresses may need a moment in a namespace that was made a second ago.
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        try:
            urllib.request.urlopen(url, timeout=PATIENCE).close()
            break
        except (OSError, urllib.error.URLError):
            time.sleep(0.5)
    count = Count()
    for _ in range(CLIENTS):
        threading.Thread(target=count.ask, args=(url,), daemon=True).start()
    while True:
        time.sleep(1)
        print(count.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
