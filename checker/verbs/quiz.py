"""`checker quiz`: questions for practice, and the entry and exit checks, in the terminal."""

from __future__ import annotations

import argparse
import json
import sys

from checker.bank import Item
from checker.course import find_course
from checker.errors import Misuse
from checker.quiz import UNKNOWN, Quiz, Series, asked, model_answer, result, told


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="?", help="a topic (4), a question (4.3), entry or exit; without: an overview")
    parser.add_argument("choice", nargs="?", help="your option for one question; ? for: I don't know")
    parser.add_argument("--answer", action="store_true", help="the model answer of a question, and its key points")
    parser.add_argument("--again", action="store_true", help="ask the whole series anew")
    parser.add_argument("--json", action="store_true", help="the overview as JSON")


def run(arguments: argparse.Namespace) -> int:
    quiz = Quiz(find_course())
    if arguments.what is None:
        _overview(quiz, as_json=arguments.json)
        return 0
    series = quiz.series(arguments.what)
    if arguments.again:
        quiz.forget(series)
    if arguments.answer:
        print("\n\n".join(model_answer(item) for item in series.items))
    elif arguments.choice is not None:
        _answer_one(quiz, series, arguments.choice)
    elif sys.stdin.isatty():
        _converse(quiz, series)
    else:
        _list(quiz, series)
    return 0


def _overview(quiz: Quiz, *, as_json: bool) -> None:
    rows = quiz.overview()
    if as_json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print(f"{row['name']:>5}  {row['title']:<36}{row['right']:>3} of {row['questions']} right")
    print("next: checker quiz 1 asks the first topic; checker quiz 4.3 --answer shows a model answer")


def _answer_one(quiz: Quiz, series: Series, typed: str) -> None:
    if len(series.items) != 1:
        raise Misuse(
            f"{series.name!r} has {len(series.items)} questions, so a choice alone does not say which.",
            f"checker quiz {series.items[0].id} {typed}",
        )
    item = series.items[0]
    choice = quiz.choose(series, item, typed)
    print(asked(item, choice.letter), told(item, choice, again=True), sep="\n")
    print(f"next: checker quiz {item.id} --answer" if choice.right else f"next: checker quiz {item.id}")


def _list(quiz: Quiz, series: Series) -> None:
    """Without a terminal nobody can be asked: all questions are shown."""
    print("\n\n".join(asked(item) for item in series.items))
    print(f"\nnext: checker quiz {series.items[0].id} a")


def _converse(quiz: Quiz, series: Series) -> None:
    """Ask what is open, one by one; what was answered stays, also when one stops halfway."""
    left = quiz.open(series)
    if left:
        known = len(series.items) - len(left)
        print(f"{series.title}: {len(left)} to answer{f', {known} done' if known else ''}.")
        unsure = ", a letter and ? when you are unsure" if series.is_check else ""
        print(f"Type a letter{unsure}, ? for: I don't know, Enter to stop.")
    for item in left:
        print(f"\n{asked(item)}")
        if not _ask(quiz, series, item):
            print(f"Stopped; what you answered is kept. next: checker quiz {series.name}")
            return
    if series.is_check:
        print(f"\n{result(quiz, series)}")
    else:
        print(f"\n{series.title}: {quiz.right(series)} of {len(series.items)} right.")
    print(f"next: checker quiz{'' if series.is_check else f' {series.name} --answer'}")


def _ask(quiz: Quiz, series: Series, item: Item) -> bool:
    """Ask until there is an answer that stands; False when the person stops."""
    while True:
        try:
            typed = input("> ").strip().lower()
        except EOFError:
            return False
        if not typed:
            return False
        try:
            choice = quiz.choose(series, item, typed)
        except Misuse as error:
            print(error)
            continue
        if series.is_check:
            return True
        print(told(item, choice, again=True))
        if choice.right or choice.letter == UNKNOWN:
            print(f"on the site: {item.page}")
            return True
