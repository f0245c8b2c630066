"""Shows four images of one service, layer by layer, drawn for you. All begin from the same base.

python images.py
"""

import json
import random
from pathlib import Path

SECRET = "COPY .netrc /root/.netrc"


def drawn(seed):
    """Four images by letter, each a list of layers (megabytes, line)."""
    rng = random.Random(seed)
    base, tools, packages, cache = (rng.randint(*span) for span in ((118, 152), (236, 322), (249, 291), (61, 97)))
    app = rng.randint(2, 6)
    start = [(base, "FROM python:3.13-slim")]
    compilers = (tools, "RUN apt-get update && apt-get install -y build-essential")
    ship = (app, "COPY app.py model/ ./")
    kinds = [
        [
            *start,
            compilers,
            (packages + cache, "RUN pip install -r requirements.lock"),
            (0, "RUN apt-get purge -y build-essential && rm -rf /root/.cache"),
            ship,
        ],
        [
            *start,
            (0, SECRET),
            (packages, "RUN pip install --no-cache-dir -r requirements.lock && rm /root/.netrc"),
            ship,
        ],
        [*start, (packages, "RUN --mount=type=secret,id=netrc pip install --no-cache-dir -r requirements.lock"), ship],
        [*start, (packages, "COPY --from=build /opt/venv /opt/venv"), ship],
    ]
    rng.shuffle(kinds)
    return dict(zip("ABCD", kinds, strict=True))


def asked(seed):
    """The letter of the image whose size is asked for: the one that tidies up in a layer of its own."""
    return holding(seed, "purge")


def holding(seed, words):
    """The letter of the image that has a layer with these words."""
    return next(letter for letter, layers in drawn(seed).items() if any(words in line for _, line in layers))


def seed():
    """The seed of this folder; `checker start` draws it."""
    state = Path(__file__).with_name(".checker.json")
    return json.loads(state.read_text("utf-8"))["seed"] if state.is_file() else 1


def main():
    for letter, layers in drawn(seed()).items():
        print(f"image {letter}")
        for size, line in layers:
            print(f"  {size:>5} MB  {line}")
        print()
    print(f"How many MB does image {asked(seed())} take on a machine that has none of its layers? (shipped_mb)")
    print("Which image gives a secret to everybody who pulls it? One letter. (leaks)")


if __name__ == "__main__":
    main()
