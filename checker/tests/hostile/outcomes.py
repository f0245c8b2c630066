"""python -m checker.tests.hostile.outcomes: run all attacks at all levels, write outcomes.json and the page's table.

outcomes.json says for each attack at which level it is stopped first.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from checker.tests.hostile.attacks import Attack, corpus

FILE = Path(__file__).with_name("outcomes.json")
PAGE = Path(__file__).parents[3] / "docs" / "pages" / "reference" / "isolation.md"
WEAK = ("none", "process", "landlock")
LEVELS = (*WEAK, "namespace")
BEGIN, END = "<!-- table: written by python -m checker.tests.hostile.outcomes -->", "<!-- end of table -->"
FAMILIES = {
    "files": "Files of the machine",
    "folder": "Its own folder, and the grader who opens it",
    "network": "Network and sockets",
    "processes": "Other processes",
    "resources": "Memory, disk, output",
    "rights": "Rights and the system",
    "points": "Points without work",
}


def measure(levels: tuple[str, ...] = LEVELS) -> dict[str, list[str]]:
    """Which attacks succeed at each level, run in namespaces that end with the run."""
    command = [sys.executable, "-m", "checker.tests.hostile.disposable", *levels]
    root = Path(__file__).parents[3]
    done = subprocess.run(command, stdout=subprocess.PIPE, cwd=root, text=True, check=True)
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def stopped_by(hits: Mapping[str, list[str]]) -> dict[str, str]:
    """For each attack the first level from which on it never succeeds; "" where it succeeds at the strongest."""
    found = {}
    for attack in corpus():
        first = ""
        for level in reversed(LEVELS):
            if attack.id in hits[level]:
                break
            first = level
        found[attack.id] = first
    return found


def kept() -> dict[str, str]:
    outcomes: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))
    return outcomes


def table(outcomes: Mapping[str, str]) -> str:
    """The page's tables, one per family."""
    parts = []
    for family, title in FAMILIES.items():
        rows = [_row(attack, outcomes[attack.id]) for attack in corpus() if attack.family == family]
        head = "| what the submission does | process | landlock | namespace |\n|---|---|---|---|"
        parts.append(f"### {title}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(parts)


def _row(attack: Attack, first: str) -> str:
    cells = ("stopped" if first and LEVELS.index(level) >= LEVELS.index(first) else "succeeds" for level in LEVELS[1:])
    return f"| {attack.tries} | {' | '.join(cells)} |"


def with_table(page: str, made: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{after}"


def main() -> None:
    outcomes = stopped_by(measure())
    FILE.write_text(json.dumps(outcomes, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), table(outcomes)), encoding="utf-8")


if __name__ == "__main__":
    main()
