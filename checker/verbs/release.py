"""`checker release`: the trainee pack, proven to hold no answer, and the codes that open its sealed ones."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from checker.course import find_course


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, help="where the pack and its codes are put (default: build/release)")
    parser.add_argument(
        "--new-codes", action="store_true", help="codes of a new secret; the codes of an earlier pack stay with it"
    )
    parser.add_argument("--json", action="store_true", help="what was made, as JSON")


def run(arguments: argparse.Namespace) -> int:
    from checker.release.pack import release

    course = find_course()
    out = (arguments.out or course.root / "build" / "release").resolve()
    made = release(course, out, anew=arguments.new_codes)
    secret = made.secret.read_text(encoding="utf-8").strip()
    if arguments.json:
        table = {"pack": str(made.pack), "codes": str(made.codes), "exercises": made.exercises, "files": made.files}
        print(json.dumps({**table, "secret": secret}, indent=1))
        return 0
    print(f"pack    {made.pack}: {made.exercises} exercise(s), {made.files} files, none shows an answer")
    print(f"codes   {made.codes}: one per task, for checker unblock; keep it to yourself")
    print(f"secret  {secret}: what the codes come from, kept in {made.secret.name}")
    print(f"next: push {made.pack} to where trainees clone it")
    return 0
