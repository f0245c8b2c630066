"""Asks the questions of tasks 1 and 3; which ones follows from your seed. Given.

python questions.py log      the log of the night, and the line that task 1 asks about
python questions.py story    the likes and commands of task 3
"""

import json
import random
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The lines of start.log that task 1 may ask about, by what stands in them.
ASKED = ("redis at localhost:6379", "dial tcp 127.0.0.1:8080", "Could not resolve host: redis")
# What each command does to the container of Redis.
COMMANDS = {
    "restart": "docker compose restart redis",
    "stop": "docker compose stop redis, then docker compose start redis",
    "up": "docker compose up --detach, after a change of its settings: the container of redis is made anew",
    "down": "docker compose down, then docker compose up --detach",
    "down -v": "docker compose down -v, then docker compose up --detach",
}


def seed():
    """The seed of your copy of the exercise."""
    state = HERE / ".checker.json"
    return json.loads(state.read_text("utf-8")).get("seed", 1) if state.is_file() else 1


def line_of(your_seed):
    """What stands in the line that task 1 asks about."""
    return random.Random(f"log {your_seed}").choice(ASKED)


def story(your_seed):
    """Likes and commands in turn, such as [(4, "restart"), (9, "down"), (3, "")]."""
    draw = random.Random(f"story {your_seed}")
    quiet = draw.sample(["restart", "stop", "up"], 2)
    # Everything goes once before the volume's likes are counted, and once more for the starter alone.
    commands = ["down -v", quiet[0], "down", quiet[1], ""]
    return list(zip(draw.sample(range(3, 20), len(commands)), commands, strict=True))


def main():
    what = sys.argv[1] if len(sys.argv) == 2 else ""
    if what == "log":
        lines = (HERE / "start.log").read_text("utf-8").splitlines()
        print("\n".join(f"{number:>3}  {line}" for number, line in enumerate(lines, 1)))
        number = next(number for number, line in enumerate(lines, 1) if line_of(seed()) in line)
        print(f"\nLine {number}: who was asked there? A service of compose.yaml, or nobody of them.")
    elif what == "story":
        for likes, command in story(seed()):
            print(f"{likes:>3} likes come in" + (f"\n     {COMMANDS[command]}" if command else ""))
        print("\nHow many likes are left, with the redis of the starter, and with the volume of task 3?")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
