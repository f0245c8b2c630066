"""How long a container goes on before it is told to end: what its `preStop` hook does, as far as it can be read."""

from __future__ import annotations

import ast
import re
import shlex
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from checker.kube.pods import Container

SHELLS = {"sh", "bash", "ash", "dash"}
# What may stand before a command in a shell's line.
BEFORE = {"exec", "do", "then", "else", "{", "(", "time", "command"}
SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True)
class Pause:
    """Whole seconds of a pause, and what is wrong with the hook that should have made it."""

    seconds: int
    fault: str = ""


def pause(container: Container) -> Pause:
    """The pause of the container's `preStop` hook; 0 when there is none."""
    seconds = container.get("lifecycle", "preStop", "sleep", "seconds")
    if isinstance(seconds, int):
        return Pause(seconds)
    command = container.get("lifecycle", "preStop", "exec", "command")
    return _of_command([str(word) for word in command]) if isinstance(command, list) and command else Pause(0)


def _of_command(words: list[str]) -> Pause:
    program, rest = PurePosixPath(words[0]).name, words[1:]
    if " " in words[0]:
        return Pause(0, f"no program is called {words[0]!r}: each word of a command stands in an entry of its own")
    if program == "sleep":
        return Pause(int(sum(map(_amount, rest))))
    script = _script(rest)
    if program in SHELLS and script:
        return _of_shell(script)
    if program.startswith("python") and script:
        return _of_python(script)
    return Pause(0)


def _script(words: list[str]) -> str:
    """The text after `-c`, alone or as the last of several letters (`-ec`)."""
    flags = (number for number, word in enumerate(words) if re.fullmatch(r"-[A-Za-z]*c", word))
    number = next(flags, len(words))
    return words[number + 1] if number + 1 < len(words) else ""


def _of_shell(script: str) -> Pause:
    # The line's end stays, since a comment ends there.
    lexer = shlex.shlex(script.replace("\n", "\n;"), posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    try:
        tokens = [*lexer, ";"]
    except ValueError:
        return Pause(0, "its quotes do not close")
    total, behind, statement = 0.0, 0.0, list[str]()
    for token in tokens:
        if not set(token) <= set(";&|"):
            statement.append(token)
            continue
        while statement and statement[0] in BEFORE:
            statement.pop(0)
        if statement and PurePosixPath(statement[0]).name == "sleep":
            amount = sum(_amount(word) for word in statement[1:])
            total, behind = (total, behind + amount) if token == "&" else (total + amount, behind)
        elif statement[:1] == ["wait"]:
            total, behind = max(total, behind), 0.0
        statement = []
    fault = "the sign & sends the pause into the background, and the hook ends at once" if behind else ""
    return Pause(int(total), fault)


def _amount(word: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)([smh]?)", word)
    return float(found[1]) * SECONDS[found[2]] if found else 0.0


def _of_python(code: str) -> Pause:
    """The seconds of all calls of `sleep` with a number."""
    try:
        parts = list(ast.walk(ast.parse(code)))
    except SyntaxError:
        return Pause(0)
    imports = [one for one in parts if isinstance(one, ast.Import | ast.ImportFrom)]
    known = {alias.asname or alias.name.partition(".")[0] for one in imports for alias in one.names}
    calls = [one for one in parts if isinstance(one, ast.Call) and _called(one.func) == "sleep" and one.args]
    root = next((name for one in calls if (name := _root(one.func)) and name not in known), "")
    if root and "*" not in known:
        return Pause(0, f"the line of Python knows no {root!r}: it imports nothing of that name, and ends at once")
    return Pause(int(sum(_number(one.args[0]) for one in calls)))


def _called(function: Any) -> str:
    return str(getattr(function, "attr", getattr(function, "id", "")))


def _root(function: Any) -> str:
    """The name that a dotted one begins with; nothing when it begins with a call."""
    while isinstance(function, ast.Attribute):
        function = function.value
    return str(getattr(function, "id", ""))


def _number(value: ast.expr) -> float:
    found = value.value if isinstance(value, ast.Constant) else 0
    return float(found) if isinstance(found, int | float) else 0.0
