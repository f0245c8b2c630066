"""`python -m course starter FOLDER`: writes the starter of one exercise folder, also of a draft outside exercises/."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from checker.blanks import BlankError
from checker.markers import MarkerError
from course.build.sources import SourceError, read
from course.build.starters import starter


def main(argv: list[str]) -> int:
    """Make the starter anew. 0: written, 2: the folder or its sources are wrong."""
    parser = argparse.ArgumentParser(prog="python -m course starter", description=__doc__)
    parser.add_argument("folder", type=Path, help="the exercise, such as drafts/12_tracing")
    folder = parser.parse_args(argv).folder.resolve()
    if not (folder / "exercise.toml").is_file():
        print(f"error: {str(folder)!r} is no exercise: it has no exercise.toml.", file=sys.stderr)
        print("try: checker new-exercise 12_tracing --into drafts", file=sys.stderr)
        return 2
    try:
        made = starter(read(folder))
    except (SourceError, MarkerError, BlankError) as error:
        print(f"error: {error}\ntry: correct the source, then run it again", file=sys.stderr)
        return 2
    # What a source no longer makes must not stay behind.
    shutil.rmtree(folder / "starter", ignore_errors=True)
    for path, content in made.items():
        target = folder / "starter" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    print(f"wrote {folder.name}/starter: {len(made)} files")
    return 0
