"""Shows how many of 200 clients come back in each of 10 seconds, drawn with the trainee's own seed."""

import json
import random
from collections import Counter
from pathlib import Path


def counts(seed: int) -> Counter[int]:
    """How many clients come back, by second."""
    return Counter(random.Random(seed).choices(range(10), k=200))


def main() -> None:
    state = Path(__file__).with_name(".checker.json")
    seed = json.loads(state.read_text(encoding="utf-8"))["seed"] if state.exists() else 1
    for second, count in sorted(counts(seed).items()):
        print(f"second {second}: {count}")


if __name__ == "__main__":
    main()
