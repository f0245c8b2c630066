"""`checker report`: a graded class as one page for the instructor, and feedback for each trainee."""

from __future__ import annotations

import argparse
from pathlib import Path

from checker.classroom.feedback import FOLDER, write_feedback
from checker.classroom.report import page
from checker.classroom.report_load import load
from checker.course import find_course
from checker.state import write_atomically

FILE = "report.html"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="the folder of a graded class: what --out of `checker grade` named")
    parser.add_argument("--no-feedback", action="store_true", help="the report alone, no files for trainees")


def run(arguments: argparse.Namespace) -> int:
    out: Path = arguments.out
    report = load(find_course(), out)
    write_atomically(out / FILE, page(report))
    print(f"report:   {out / FILE}")
    if not arguments.no_feedback:
        write_feedback(report, out)
        print(f"feedback: {out / FOLDER}/NAME.html and NAME.txt")
    return 0
