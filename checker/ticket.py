"""Entry tickets and predictions: asked before a task, locked once chosen, never graded."""

from __future__ import annotations

import html
import tomllib
from dataclasses import dataclass
from pathlib import Path

from checker.course import find_course
from checker.errors import Misuse
from checker.exercise import Exercise
from checker.markup import framed, inline
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
    """A question with what was chosen, and a note below it; once `told`, the note is its answer."""

    def __init__(self, question: Question, chosen: str, note: str = "", *, told: bool = False) -> None:
        self.question, self.chosen, self.note, self.told = question, chosen, note, told

    def __repr__(self) -> str:
        options = self.question.options | {UNKNOWN[0]: UNKNOWN[1]}
        lines = [self.question.question]
        for key, text in options.items():
            lines.append(f"  {'>' if key == self.chosen else ' '} {key}  {text}")
        return "\n".join([*lines, *([self.note] if self.note else [])])

    def _repr_html_(self) -> str:
        marks = {self.chosen: "your choice"}
        if self.told:
            answer = self.question.answer
            marks[answer] = "your choice, and the answer" if answer == self.chosen else "the answer"
        listed = option_list(self.question.options | {UNKNOWN[0]: UNKNOWN[1]}, marks, self.chosen)
        note = self.question.reason if self.told else self.note
        return framed(
            f'<div class="question"><p>{inline(self.question.question)}</p>{listed}<p>{inline(note)}</p></div>'
        )


@shown
def predict(name: str, choice: str = "") -> Prediction:
    """Show a question; with a choice, lock it. A locked choice is shown with the answer when asked again."""
    return ask(name, choice, how=' `predict("{name}", "{first}")`')


def ask(name: str, choice: str, how: str) -> Prediction:
    """`predict` for callers that want the error: raises Misuse for a name that is none.

    `how` is the form of a choice where this is shown, with {name} and {first} in it.
    """
    exercise = find_course().exercise(name.partition(".")[0])
    # 1.6 is 01.6, as for every other verb.
    name = f"{exercise.number}.{name.partition('.')[2]}"
    known = questions(exercise)
    if not known:
        raise Misuse(f"{exercise.title} has no predictions.", "checker predict 01.1")
    if name not in known:
        raise Misuse(
            f"There is no prediction {name!r}. There are: {', '.join(known)}.",
            f"checker predict {next(iter(known), name)}",
        )
    question, state = known[name], load_state(_folder(exercise))
    chosen = state.predictions.get(name, "")
    if not choice or choice == chosen:
        if chosen:
            return Prediction(question, chosen, _told(question, chosen), told=True)
        return Prediction(question, "", f"choose with{how.format(name=name, first=next(iter(question.options)))}")
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
        return framed("".join(map(_card, self.tickets)))


def _card(question: Question) -> str:
    read = f"<p>missed it? read: {inline(question.read)}</p>"
    answer = f"<p>{question.answer}: {inline(question.reason)}</p>{read}"
    unfolds = f"<details><summary>answer</summary>{answer}</details>"
    return f'<div class="question"><p>{inline(question.question)}</p>{option_list(question.options)}{unfolds}</div>'


def option_list(options: dict[str, str], marks: dict[str, str] | None = None, chosen: str = "") -> str:
    """The options as HTML. What is marked is said in words: the circles alone would be color and shape."""
    return f'<ul class="options">{"".join(_option(*option, marks or {}, chosen) for option in options.items())}</ul>'


def _option(key: str, text: str, marks: dict[str, str], chosen: str) -> str:
    tone = "good" if marks.get(key, "").endswith("the answer") else "rest"
    mark = f' <span class="{tone}">({marks[key]})</span>' if key in marks else ""
    look = ' class="chosen"' if key and key == chosen else ""
    return f"<li{look}><span>{html.escape(key)}</span><span>{inline(text)}{mark}</span></li>"


def _options(question: Question) -> str:
    return "\n".join(f"  {key}  {text}" for key, text in question.options.items())


def _folder(exercise: Exercise) -> Path:
    course = find_course()
    folder = Path.cwd() if Path.cwd().name == exercise.slug else course.work / exercise.slug
    if not folder.is_dir():
        raise Misuse(f"There is no {str(folder)!r} yet.", f"checker start {int(exercise.number)}")
    return folder
