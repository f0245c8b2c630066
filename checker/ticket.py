"""Entry tickets and predictions: asked before a task, locked once chosen, never graded."""

from __future__ import annotations

import html
import tomllib
from dataclasses import dataclass
from pathlib import Path

from checker.course import find_course
from checker.errors import Misuse
from checker.exercise import Exercise
from checker.shown import shown
from checker.state import load_state

UNKNOWN = ("?", "I don't know")


@dataclass(frozen=True)
class Question:
    """One question of predictions.toml. `task` is 0 for the entry ticket."""

    id: str
    question: str
    options: dict[str, str]
    answer: str
    reason: str
    task: int = 0
    read: str = ""


def questions(exercise: Exercise) -> dict[str, Question]:
    """Every question of an exercise, by id."""
    path = exercise.folder / "predictions.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    found = [Question(**entry) for kind in ("entry", "predict") for entry in table.get(kind, ())]
    return {question.id: question for question in found}


class Prediction:
    """A question with what was chosen, and a note below it."""

    def __init__(self, question: Question, chosen: str, note: str = "") -> None:
        self.question, self.chosen, self.note = question, chosen, note

    def __repr__(self) -> str:
        options = self.question.options | {UNKNOWN[0]: UNKNOWN[1]}
        lines = [self.question.question]
        for key, text in options.items():
            lines.append(f"  {'>' if key == self.chosen else ' '} {key}  {text}")
        return "\n".join([*lines, *([self.note] if self.note else [])])

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


@shown
def predict(name: str, choice: str = "") -> Prediction:
    """Show a question; with a choice, lock it. A locked choice is shown with the answer when asked again."""
    return ask(name, choice)


def ask(name: str, choice: str) -> Prediction:
    """`predict` for callers that want the error: raises Misuse for a name that is none."""
    exercise = find_course().exercise(name.partition(".")[0])
    known = questions(exercise)
    if name not in known:
        raise Misuse(f"There is no prediction {name!r}. There are: {', '.join(known)}.", "look into predictions.toml")
    question, state = known[name], load_state(_folder(exercise))
    chosen = state.predictions.get(name, "")
    if not choice or choice == chosen:
        note = _told(question, chosen) if chosen else f'choose with predict("{name}", "{next(iter(question.options))}")'
        return Prediction(question, chosen, note)
    if chosen:
        return Prediction(question, chosen, f"locked: you chose {chosen} before")
    if choice not in question.options and choice != UNKNOWN[0]:
        return Prediction(question, "", f"{choice!r} is none of the options")
    state.predictions[name] = choice
    state.save()
    return Prediction(question, choice, "locked; now find out")


def _told(question: Question, chosen: str) -> str:
    return f"answer: {question.answer}, you chose {chosen}\n{question.reason}"


@shown
def entry(exercise: str | int) -> Ticket:
    """The entry ticket: three questions; each names what to read when it is missed."""
    found = find_course().exercise(exercise)
    return Ticket(int(found.number), [question for question in questions(found).values() if not question.task])


class Ticket:
    """Three questions before an exercise; ungraded. Answers unfold."""

    def __init__(self, number: int, tickets: list[Question]) -> None:
        self.number, self.tickets = number, tickets

    def __repr__(self) -> str:
        asked = [f"{q.question}\n{_options(q)}" for q in self.tickets]
        return "\n\n".join([*asked, f"answers: checker ticket {self.number} --answers"])

    def answers(self) -> str:
        """The answers with their reasons, and what to read when one was missed."""
        return "\n\n".join(
            f"{q.question}\n  {q.answer}  {q.options[q.answer]}\n{q.reason}\nmissed it? read: {q.read}"
            for q in self.tickets
        )

    def _repr_html_(self) -> str:
        return "".join(
            f"<p><b>{html.escape(q.question)}</b></p><pre>{html.escape(_options(q))}</pre>"
            f"<details><summary>answer</summary><p>{html.escape(q.answer)}: {html.escape(q.reason)}</p>"
            f"<p>missed it? read: {html.escape(q.read)}</p></details>"
            for q in self.tickets
        )


def _options(question: Question) -> str:
    return "\n".join(f"  {key}  {text}" for key, text in question.options.items())


def _folder(exercise: Exercise) -> Path:
    course = find_course()
    folder = Path.cwd() if Path.cwd().name == exercise.slug else course.work / exercise.slug
    if not folder.is_dir():
        raise Misuse(f"There is no {str(folder)!r} yet.", f"checker start {int(exercise.number)}")
    return folder
