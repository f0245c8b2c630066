"""python -m checker.tests.hostile.outcomes: run all attacks at all levels, write outcomes.json and the page's table.

outcomes.json says for each attack at which levels it succeeds. `bubblewrap` is the level namespace, built by bwrap.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from checker.tests.hostile.attacks import Attack, corpus

FILE = Path(__file__).with_name("outcomes.json")
ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "pages" / "reference" / "isolation.md"
WEAK = ("none", "process", "landlock")
LEVELS = (*WEAK, "namespace", "bubblewrap")
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


def measure(levels: tuple[str, ...] = LEVELS, *, part: int = 0, of: int = 1) -> dict[str, list[str]]:
    """For each attack, or each of one of several parts, the levels of these at which it succeeds.

    All but bubblewrap run in namespaces that end with the run; bubblewrap, which is not for root, as an ordinary user.
    """
    wrapped = [name for name in levels if name == "bubblewrap"]
    parts = ["--part", str(part), "--of", str(of)]
    hits = _run("checker.tests.hostile.disposable", *parts, *[name for name in levels if name not in wrapped])
    if wrapped:
        inner = [sys.executable, "-m", "checker.tests.hostile.wrapped"]
        hits |= _run("checker.tests.sandbox.ordinary", *inner)
    return {attack.id: [name for name in levels if attack.id in hits[name]] for attack in corpus()[part::of]}


def _run(module: str, *arguments: str) -> dict[str, list[str]]:
    """What a program says in its last line: which attacks succeed at each level."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, cwd=ROOT, text=True, check=True)
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def kept() -> dict[str, list[str]]:
    outcomes: dict[str, list[str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return outcomes


def table(outcomes: Mapping[str, list[str]]) -> str:
    """The page's tables, one per family."""
    parts = []
    head = f"| what the submission does | {' | '.join(LEVELS[1:])} |\n|{'---|' * len(LEVELS)}"
    for family, title in FAMILIES.items():
        rows = [_row(attack, outcomes[attack.id]) for attack in corpus() if attack.family == family]
        parts.append(f"### {title}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(parts)


def _row(attack: Attack, succeeds: list[str]) -> str:
    cells = ("succeeds" if level in succeeds else "stopped" for level in LEVELS[1:])
    return f"| {attack.tries} | {' | '.join(cells)} |"


def with_table(page: str, made: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{after}"


def main() -> None:
    outcomes = measure()
    lines = (f" {json.dumps(name)}: {json.dumps(levels)}" for name, levels in sorted(outcomes.items()))
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), table(outcomes)), encoding="utf-8")


if __name__ == "__main__":
    main()
