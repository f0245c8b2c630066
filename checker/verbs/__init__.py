"""The verbs of the command line, a module each, in the order in which help lists them."""

from __future__ import annotations

import argparse
import importlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Verb:
    """A verb and the module that does it; the module is imported when it is needed."""

    name: str
    module: str
    summary: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        importlib.import_module(f"checker.verbs.{self.module}").arguments(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        return int(importlib.import_module(f"checker.verbs.{self.module}").run(arguments))


VERBS = (
    Verb("list", "listing", "the exercises, with your points"),
    Verb("start", "start", "copy an exercise's starter into work/; without a number, all that are missing"),
    Verb("ticket", "ticket", "the three questions before an exercise; never graded"),
    Verb("predict", "predict", "say what will happen before you try it; never graded"),
    Verb("quiz", "quiz", "questions for practice, and the entry and exit checks; never graded"),
    Verb("rollout", "rollout", "compute how a Deployment's update goes: how many pods serve at each step"),
    Verb("check", "checking", "judge your files of an exercise"),
    Verb("replay", "replay", "what a real engine said of an exercise's files, recorded: for machines without one"),
    Verb("hint", "hint", "the next hint for the first check that is not passed"),
    Verb("unblock", "unblock", "put the answer of one task in place; it earns no points, and the rest can go on"),
    Verb("status", "status", "what is done, what is next"),
    Verb("reset", "reset", "put the starter back; your files are kept in a backup folder"),
    Verb("room", "room", "tell a class's room which check stops you, by choice; or open a room, with a wall"),
    Verb("doctor", "doctor", "look for what is wrong with this machine or clone, and say how to repair it"),
    Verb("grade", "grading", "judge one trainee's folder of exercises for the record"),
    Verb("report", "report", "a graded class as one page: who lost which check, and feedback for each trainee"),
    Verb("override", "override", "set the points of one check of one hand-in by hand, with the reason"),
    Verb("release", "release", "make the trainee pack: no answers in the clear, and codes for the sealed ones"),
    Verb("nbgrader", "nbgrader", "stage, run and grade with nbgrader, in a folder of its own"),
    Verb("verify", "verify", "list where nbgrader's grades differ from the checker's record"),
    Verb("selftest", "selftest", "prove the exercises: starters earn nothing, solutions all; --law asks everything"),
    Verb("new-exercise", "new_exercise", "make the skeleton of an exercise; every place says what must be true there"),
)
