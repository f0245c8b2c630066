"""`checker ticket`: the entry ticket of an exercise, for the terminal."""

from __future__ import annotations

import argparse

from checker.course import find_course
from checker.errors import Misuse
from checker.ticket import Ticket, questions
from checker.verbs.target import exercise_here


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", nargs="?", help="exercise; default: the folder you are in")
    parser.add_argument("--answers", action="store_true", help="the answers, why, and what to read when one was missed")


def run(arguments: argparse.Namespace) -> int:
    course = find_course()
    exercise = course.exercise(exercise_here(course, arguments.target))
    asked = [question for question in questions(exercise).values() if not question.task]
    if not asked:
        raise Misuse(f"Exercise {exercise.number} has no entry ticket.", f"checker start {int(exercise.number)}")
    ticket = Ticket(int(exercise.number), asked)
    print(ticket.answers() if arguments.answers else ticket)
    return 0
