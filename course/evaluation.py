"""What trainees say of the course: the questions, and the summary of the codes that the site's form makes.

No answer carries a name, a time or a grade, and texts are listed in the order of the alphabet, so that answers of one
person do not stand in the same place everywhere.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

QUESTIONS = Path(__file__).with_name("evaluation.toml")
# With fewer answers a room can often tell whose they are.
FEW = 5
BAR = 24


@dataclass(frozen=True)
class Question:
    """One question; without `options` it is answered in one's own words."""

    name: str
    asks: str
    options: tuple[str, ...] = ()


class CodeError(ValueError):
    """A line that is no code of the form; says which line and what to do."""


def questions(path: Path = QUESTIONS) -> tuple[Question, ...]:
    """All questions in order."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(Question(one["name"], one["asks"], tuple(one.get("options", ()))) for one in table["question"])


def answers(line: str) -> dict[str, str]:
    """What one code says, by name of the question. Raises ValueError for anything else than a code."""
    said = json.loads(base64.b64decode(line, validate=True).decode("utf-8"))
    if not isinstance(said, dict) or said.get("v") != 1 or not isinstance(said.get("said"), dict):
        raise ValueError
    return {name: value.strip() for name, value in said["said"].items() if isinstance(value, str) and value.strip()}


def read(text: str, where: str) -> list[dict[str, str]]:
    """Every code of a file, one per line; a code that was handed in twice counts once. Raises CodeError."""
    found = []
    lines = {line.strip(): number for number, line in reversed(list(enumerate(text.splitlines(), start=1)))}
    for line, number in sorted(lines.items(), key=lambda one: one[1]):
        if not line:
            continue
        try:
            found.append(answers(line))
        except ValueError:
            raise CodeError(
                f"{where}:{number} is no code of the form. Put one whole code on each line, or take the line out."
            ) from None
    return found


def summary(said: Sequence[dict[str, str]], asked: Sequence[Question]) -> Iterator[str]:
    """The lines of the summary: counts with bars, then everybody's words."""
    yield f"{len(said)} answer{'' if len(said) == 1 else 's'}"
    if len(said) < FEW:
        yield f"Fewer than {FEW}: a room may know whose words these are. Read them, and do not show them."
    for question in asked:
        given = [one[question.name] for one in said if question.name in one]
        yield ""
        yield f"{question.asks}  ({len(given)} of {len(said)})"
        yield from (
            _bars(question, given) if question.options else (f"  - {' '.join(one.split())}" for one in sorted(given))
        )


def _bars(question: Question, given: Sequence[str]) -> Iterator[str]:
    counted = Counter(given)
    # What an older form offered is shown too.
    options = dict.fromkeys((*question.options, *sorted(counted)))
    width = max(map(len, options))
    most = max(counted.values(), default=1)
    for option in options:
        bar = "█" * round(BAR * counted[option] / most)
        yield f"  {option:<{width}}  {counted[option]:>3}  {bar}".rstrip()


def main(argv: Sequence[str]) -> int:
    """0 counted, 1 a line is no code or there is none, 2 misuse."""
    parser = argparse.ArgumentParser(
        prog="python -m course evaluation",
        description="Count what trainees said of the course: a file with the codes of the form, one per line.",
        epilog="The form is the page start/evaluation of the site.",
    )
    parser.add_argument("file", help="the file of codes; - reads them from standard input")
    given = parser.parse_args(argv)
    try:
        text = sys.stdin.read() if given.file == "-" else Path(given.file).read_text(encoding="utf-8")
        said = read(text, "standard input" if given.file == "-" else given.file)
    except UnicodeDecodeError:
        print(f"error: {given.file} is not text in UTF-8. Save it as plain text.", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"error: {given.file}: {error.strerror}. Name the file of codes.", file=sys.stderr)
        return 1
    except CodeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if not said:
        print(f"error: {given.file} holds no code. Ask for the codes of the page start/evaluation.", file=sys.stderr)
        return 1
    print("\n".join(summary(said, questions())))
    return 0
