"""Law 9: hints of the right length, and messages that a tired person reads once."""

from __future__ import annotations

import re
import textwrap

from checker.law.case import Case
from checker.law.reading import grade, plain, sentences, words
from checker.result import FINDING, Result, Row

REFUSED = ("just", "simply", "simple", "obviously", "obvious", "easy", "easily", "trivial", "of course", "clearly")
BLAME = ("you forgot", "you failed", "your mistake", "your fault", "you should have", "careless")
MAX_WORDS, MAX_GRADE, MAX_LINES, LINE = 25, 9.0, 8, 100
# (name, fewest words, most words) of the three hints.
LAYERS = (("nudge", 1, 25), ("pointer", 1, 60), ("example", 80, 160))
# Below this a text is too short for a school grade: one long word would decide.
ENOUGH_WORDS = 12
# A line of the solution that tells something, not `else:` or `headers,`.
TELLING = re.compile(r"(?=.{12}).*[=(:\[@]")


def hints_have_their_length(case: Case) -> list[str]:
    """Nudge, pointer and worked example, each as long as it helps; the first two hold no line of the solution."""
    said = []
    for check in case.checks:
        for (layer, fewest, most), text in zip(LAYERS, check.hints, strict=False):
            count = len(text.split())
            where = f"{_checks_file(case)}: the {layer} of {check.id!r}"
            if not fewest <= count <= most:
                said.append(f"{where} has {count} words. Write {fewest} to {most}.")
            said += [f"{where} {fault}" for fault in _faults(text)]
            # The example is of another service: the same idea may well take the same line there.
            told = [] if layer == "example" else _told(case, text)
            said += [f"{where} gives away the solution's line {line!r}. Ask a question instead." for line in told]
    return said


def messages_are_complete(case: Case, name: str, result: Result) -> list[str]:
    """Every lost row says all five parts, in words that pass the lint, on at most eight lines."""
    said = []
    for row in result.rows:
        if row.verdict in ("not_yet", "partial", "too_slow", "broken"):
            said += [f"{case.slug}/{name}, row {row.id!r}: {fault}" for fault in _row_faults(case, row)]
    return said


def titles_are_sentences(case: Case) -> list[str]:
    """The title of a check is one sentence, and so is its `why`."""
    said = []
    for check in case.checks:
        for kind, text in (("title", check.title), ("why", check.why)):
            if text and not text.endswith("."):
                said.append(
                    f"{_checks_file(case)}: the {kind} of {check.id!r} is no sentence: {text!r}. End it with '.'."
                )
            said += [f"{_checks_file(case)}: the {kind} of {check.id!r} {fault}" for fault in _faults(text)]
    return said


def _row_faults(case: Case, row: Row) -> list[str]:
    found = [f"{part} is empty. Fill it in." for part in FINDING if not getattr(row, part).strip()]
    for part in FINDING:
        text = getattr(row, part)
        found += [f"{part} {fault}" for fault in _faults(text)]
    lines = sum(len(textwrap.wrap(getattr(row, part), LINE)) or 1 for part in FINDING)
    if lines > MAX_LINES:
        found.append(f"the message has {lines} lines. Shorten it to {MAX_LINES}.")
    # Not what was seen: those may be the trainee's own words.
    whole = ". ".join(getattr(row, part).rstrip(".") for part in ("tried", "expected", "next"))
    asked = grade(whole)
    if asked > MAX_GRADE and len(words(whole)) >= ENOUGH_WORDS:
        found.append(f"tried, expected and next ask for school grade {asked:.1f}: {whole!r}. Use shorter words.")
    found += [
        f"next gives away the solution's line {line!r}. Ask a question instead." for line in _told(case, row.next)
    ]
    return found


def _faults(text: str) -> list[str]:
    found = []
    bare = plain(text)
    for word in (*REFUSED, *BLAME):
        if re.search(rf"\b{word}\b", bare, re.IGNORECASE):
            found.append(f"says {word!r}. Say it without.")
    # Not a comparison: `a != b` is code and was taken out by plain().
    if "!" in bare:
        found.append("has an exclamation mark. End the sentence with a full stop.")
    for sentence in sentences(text):
        if (count := len(words(sentence))) >= MAX_WORDS:
            found.append(f"has a sentence of {count} words: {sentence.strip()!r}. Cut it below {MAX_WORDS}.")
    return found


def _told(case: Case, text: str) -> list[str]:
    """Lines of the answer that stand in a text and that the starter does not show."""
    shown = {line.strip() for starter in case.starter.values() for line in starter.split("\n")}
    lines = [line.strip() for answer in case.answer.values() for line in answer.split("\n")]
    return [one for one in dict.fromkeys(lines) if TELLING.match(one) and one not in shown and one in text]


def _checks_file(case: Case) -> str:
    return f"{case.slug}/checks"
