"""Law 8 and the shape of a brief: what a check demands stands there, and a TODO never names the key to type."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from checker.law.case import ANSWERS, Case, marked
from checker.law.reading import full_sentences
from checker.markers import Region, regions
from checker.result import Result, Row

QUOTED = re.compile(r"`([^`\n]+)`|(?<!\w)'([^'\n]+)'(?!\w)|\"([^\"\n]+)\"")
NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])")
# Counts of things on the line, not values that someone must choose.
SMALL = {"0", "1", "2", "3"}
MAX_NEW_WORDS, INCIDENT = 7, 3
TODO = re.compile(r"\bTODO\s+(\d+)")
CALLED = re.compile(r"`([^`]+)`|([\w.]+)\(")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
YAML_KEY = re.compile(r"^\s*(?:-\s+)?([A-Za-z][\w.-]*)\s*:", re.MULTILINE)
INSTRUCTION = re.compile(r"^([A-Z]{3,})\s", re.MULTILINE)


def demands_stand_in_brief(case: Case, rows: Iterable[tuple[Result, Result]]) -> list[str]:
    """Law 8: every string and number that `expected` asks for stands in README.md.

    Each pair is the same hand-in graded with two seeds: what differs between them was drawn, not demanded.
    """
    brief = case.text("README.md")
    numbers = {_number(one) for one in NUMBER.findall(brief)}
    said: dict[str, None] = {}
    for first, second in rows:
        for row in first.rows:
            other = next((one for one in second.rows if one.id == row.id), row)
            if not row.expected or row.where.startswith(ANSWERS):
                continue
            for kind, value in _demands(row):
                if (kind, value) not in _demands(other):
                    continue
                if value not in brief if kind == "text" else value not in numbers | SMALL:
                    shown = repr(value) if kind == "text" else value
                    said[
                        f"{case.slug}: the check {row.id!r} expects {shown}, which README.md does not say. "
                        "Add it to the task in the brief."
                    ] = None
    return list(said)


def _demands(row: Row) -> list[tuple[str, str]]:
    texts = [next(filter(None, found)) for found in QUOTED.findall(row.expected)]
    bare = QUOTED.sub(" ", row.expected)
    return [("text", one) for one in texts] + [("number", _number(one)) for one in NUMBER.findall(bare)]


def _number(text: str) -> str:
    return re.sub(r",(?=\d{3}\b)", "", text).rstrip(".,")


def brief_has_its_shape(case: Case) -> list[str]:
    """An incident in three sentences first, a TODO for each task, how to check, at most seven new words."""
    text, where = case.text("README.md"), f"{case.slug}/README.md"
    said = []
    count = len(_incident(text))
    if count != INCIDENT:
        said.append(
            f"{where} opens with {count} sentences. "
            "Open with three: what users saw, what it cost, which line would have prevented it."
        )
    told = {int(number) for number in TODO.findall(text)}
    for task in case.exercise.tasks:
        if task.number not in told:
            said.append(f"{where} has no 'TODO {task.number}'. Say what must be true after task {task.number}.")
    command = f"checker check {int(case.exercise.number)}"
    if command not in text:
        said.append(f"{where} does not say {command!r}. Say how to check without a notebook.")
    entries = _new_words(text)
    if len(entries) > MAX_NEW_WORDS:
        said.append(f"{where} explains {len(entries)} new words. Explain at most {MAX_NEW_WORDS}, or teach fewer.")
    return said


def todos_name_no_key(case: Case) -> list[str]:
    """A TODO says what must be true: it holds no name that the answer calls, passes or sets anew."""
    said: list[str] = []
    brief = case.text("README.md")
    for file, text in marked(case).items():
        everything = case.starter.get(file, "")
        for region in sorted((one for many in regions(text).values() for one in many), key=lambda one: one.begin):
            todo = _todo_text(region)
            known = set(NAME.findall(_without_todos(everything)))
            for name in sorted(_asked_for(file, region) - known):
                if _names(todo, name, brief):
                    said.append(
                        f"{case.slug}/solution/{file}: TODO {region.task} names {name!r}, which the answer types. "
                        "Say what must be true, not which key."
                    )
    return said


def _incident(text: str) -> list[str]:
    for paragraph in re.split(r"\n\s*\n", text):
        stripped = paragraph.strip()
        if stripped and not stripped.startswith(("#", "|", "```", "!", "<", "- ")):
            return full_sentences(stripped.replace("\n", " "))
    return []


def _new_words(text: str) -> list[str]:
    section = re.search(r"^#+ [^\n]*\bwords?\b[^\n]*\n(.*?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL | re.IGNORECASE)
    return re.findall(r"^(?:[-*] |\| \*\*|\*\*)", section[1], re.MULTILINE) if section else []


def _todo_text(region: Region) -> str:
    return "\n".join(line.strip() for line in region.stub if line.strip().startswith(("#", "--", "//")))


def _without_todos(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.strip().startswith(("#", "--", "//")))


def _names(todo: str, name: str, brief: str) -> bool:
    """Say whether a TODO names it: as code, or as a plain word that cannot come from the brief's contract."""
    code = {inner for found in CALLED.findall(todo) for inner in NAME.findall(found[0] or found[1])}
    looks_like_code = "_" in name or not name.islower()
    word = bool(re.search(rf"\b{re.escape(name)}\b", todo))
    return name in code or (word and len(name) > 3 and (looks_like_code or not re.search(rf"\b{name}\b", brief)))


def _asked_for(file: str, region: Region) -> set[str]:
    """The names that an answer calls, passes or sets, without those that it defines itself."""
    text = "\n".join(region.answer)
    if not file.endswith(".py"):
        pattern = INSTRUCTION if PurePosixPath(file).name.startswith("Dockerfile") else YAML_KEY
        return set(pattern.findall(text))
    tree = _parsed(text)
    found: set[str] = set()
    own: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found |= {one.arg for one in node.keywords if one.arg}
            found.add(node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name):
            found.add(node.exc.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            own.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
    return found - own - {""}


def _parsed(text: str) -> ast.Module:
    """The answer of a region as syntax: it may stand deep inside a function, or be part of a statement."""
    shortest = min((len(line) - len(line.lstrip()) for line in text.split("\n") if line.strip()), default=0)
    even = "\n".join(line[shortest:] for line in text.split("\n"))
    for attempt in (even, f"async def part():\n{_indented(even)}", f"{even}\n    pass"):
        try:
            return ast.parse(attempt)
        except SyntaxError:
            continue
    return ast.Module([], [])


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))
