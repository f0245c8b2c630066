"""Shows another team's build, drawn for you: what the first build took, and what changed before the second.

python steps.py
"""

import json
import random
from pathlib import Path

BASE = "FROM python:3.13-slim"
# (line, the files that it takes from the folder, seconds from and to)
FIRST = [("RUN apt-get update && apt-get install -y libpq5", (), (8, 19)), ("WORKDIR /shop", (), (1, 1))]
MOVED = [
    ("COPY prices/ prices/", ("prices/2026.csv", "prices/vat.toml"), (1, 3)),
    ("COPY shop.py cart.py ./", ("shop.py", "cart.py"), (1, 2)),
    ("COPY templates/ templates/", ("templates/mail.html",), (1, 2)),
    ("RUN python -m gzip templates/mail.html", (), (2, 5)),
]
INSTALL = [
    ("COPY requirements.lock ./", ("requirements.lock",), (1, 2)),
    ("RUN pip install -r requirements.lock", (), (21, 58)),
]


def drawn(seed):
    """The steps of the build, as (line, files, seconds), and the file that changed."""
    rng = random.Random(seed)
    install_at = rng.randint(1, 3)
    # The one that packs a template stands somewhere behind it.
    steps = [*MOVED[: install_at - 1], *INSTALL, *MOVED[install_at - 1 :]]
    steps = [(line, files, rng.randint(*seconds)) for line, files, seconds in FIRST + steps]
    changed = rng.choice([file for _, files, _ in steps for file in files if not file.startswith("requirements")])
    return steps, changed


def seed():
    """The seed of this folder; `checker start` draws it."""
    state = Path(__file__).with_name(".checker.json")
    return json.loads(state.read_text("utf-8"))["seed"] if state.is_file() else 1


def main():
    steps, changed = drawn(seed())
    print(f"{BASE}\n")
    print("step                                                       first build")
    for number, (line, _, seconds) in enumerate(steps, 1):
        print(f"[{number}/{len(steps)}] {line:<50} {seconds:>6} s")
    print(f"{'together':<56} {sum(seconds for _, _, seconds in steps):>6} s")
    print(f"\nThen one letter of {changed} changed. The second build keeps what it can and takes as long per step.")
    print("How many seconds does it take together? (second_build)")


if __name__ == "__main__":
    main()
