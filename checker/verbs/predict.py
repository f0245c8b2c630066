"""`checker predict`: a prediction in the terminal, the same as in the notebook."""

from __future__ import annotations

import argparse

from checker.ticket import ask


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", help="a prediction's name, e.g. 01.1")
    parser.add_argument("choice", nargs="?", default="", help="an option, or ? for: I don't know; it is locked then")


def run(arguments: argparse.Namespace) -> int:
    print(ask(arguments.question, arguments.choice, how=": checker predict {name} {first}"))
    return 0
