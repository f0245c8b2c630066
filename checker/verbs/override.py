"""`checker override`: set the points of one check of one hand-in by hand, with the reason."""

from __future__ import annotations

import argparse
import datetime
import getpass
from pathlib import Path

from checker.classroom.overrides import Override, apply_to_class, read_overrides, write_overrides
from checker.classroom.record import read_class
from checker.errors import Misuse


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="the folder of a graded class")
    parser.add_argument("submission", nargs="?", help="the id of the hand-in, as the report shows it")
    parser.add_argument("check", nargs="?", help="the check, such as 05.probes")
    parser.add_argument("points", nargs="?", type=int, help="the points that it gets")
    parser.add_argument("--comment", default="", help="why; trainee and report show it")
    parser.add_argument("--by", default="", help="who decided (default: your name on this machine)")
    parser.add_argument("--remove", action="store_true", help="take the override of this check back")


def run(arguments: argparse.Namespace) -> int:
    out: Path = arguments.out
    kept = read_overrides(out)
    if arguments.submission is None:
        for one in kept:
            print(f"{one.submission}  {one.check}  {one.points}  by {one.by}, {one.date.isoformat()}: {one.comment}")
        print(f"{len(kept)} set by hand")
        return 0
    others = tuple(one for one in kept if (one.submission, one.check) != (arguments.submission, arguments.check))
    if arguments.remove:
        if len(others) == len(kept):
            raise Misuse(
                f"No points of {arguments.submission!r} were set for {arguments.check}.", f"checker override {out}"
            )
        path = write_overrides(out, others)
    else:
        changed = (*others, _asked(arguments))
        apply_to_class(changed, read_class(out), out)
        path = write_overrides(out, changed)
    print(f"written: {path}\nnext: checker report {out}")
    return 0


def _asked(arguments: argparse.Namespace) -> Override:
    if arguments.check is None or arguments.points is None:
        raise Misuse(
            "An override needs a check and its points.",
            f'checker override {arguments.out} {arguments.submission} 05.probes 2 --comment "why"',
        )
    if not arguments.comment.strip():
        raise Misuse("An override needs its reason: who reads it later was not there.", 'add --comment "why"')
    by = arguments.by.strip() or getpass.getuser()
    today = datetime.date.today()
    return Override(arguments.submission, arguments.check, arguments.points, arguments.comment.strip(), by, today)
