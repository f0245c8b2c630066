"""`checker verify`: where nbgrader's own grades and its gradebook differ from the checker's record."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from checker.course import find_course


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--root", type=Path, help="nbgrader's folder (default: build/nbgrader)")
    parser.add_argument("--json", action="store_true", help="every task of every hand-in, as JSON")


def run(arguments: argparse.Namespace) -> int:
    from checker.nbgrader.compare import compare
    from checker.nbgrader.room import room

    compared = compare(room(find_course(), arguments.root))
    differing = [one for one in compared if not one.same]
    if arguments.json:
        print(json.dumps([asdict(one) | {"same": one.same} for one in compared], indent=1))
        return 1 if differing else 0
    for one in differing:
        print(one)
    print(f"{len(compared)} grades compared, {len(differing)} differ")
    if any(one.gradebook != one.record for one in differing):
        print("next: checker nbgrader grade, which writes the record to the gradebook")
    elif differing:
        print("The gradebook holds the record. next: checker nbgrader run export")
    return 1 if differing else 0
