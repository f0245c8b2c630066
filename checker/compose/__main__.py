"""`python -m checker.compose [-f FILE]… [--profile NAME]…`: what Compose would build from this folder, no engine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from checker.compose.load import found, load
from checker.compose.show import files_of, shown
from checker.compose.values import Refused
from checker.errors import Verdict


def main(arguments: list[str] | None = None) -> int:
    """Print the view. Exit code 1 where Compose would refuse the files."""
    parser = argparse.ArgumentParser(prog="python -m checker.compose", description=__doc__)
    parser.add_argument("-f", "--file", action="append", default=[], help="a file, in place of those Compose looks for")
    parser.add_argument("--profile", action="append", default=[], help="start the services of this profile too")
    asked = parser.parse_args(arguments)
    folder = Path.cwd()
    files = files_of(folder)
    try:
        project = load(files, asked.file, profiles=asked.profile, folder=folder.name)
    except Refused as refused:
        print(f"error: {refused}.\ntry: {refused.next}")
        return 1
    except Verdict as verdict:
        print(f"error: {verdict.finding.where}: {verdict.finding.seen}.\ntry: {verdict.finding.next}")
        return 1
    print(shown(project, asked.file or found(files)), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
