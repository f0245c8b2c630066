"""How small programs end that stand in lines for a shell: grep, test, cat and their kin."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

# Stands in a word for what a run alone knows.
UNKNOWN = "‹unknown›"
# They hand on what they read, and end well.
PASSES = ("cat", "tee", "head", "tail", "sort", "uniq")
# They end well whatever they read.
ALWAYS_WELL = (
    *PASSES, "echo", "printf", "tr", "sed", "awk", "wc", "cut", "rev", "nl", "tac", "date", "sleep", "logger",
)  # fmt: skip
BLANKS = (("\\r",), ("\r",), ("\\n",), ("\\r\\n",))
COMPARES = {"-eq": "==", "-ne": "!=", "-gt": ">", "-ge": ">=", "-lt": "<", "-le": "<="}
# Options of a wrapper that take a value of their own.
VALUED = ("-k", "-s", "--kill-after", "--signal", "-n", "--adjustment", "-u")


@dataclass(frozen=True)
class Ended:
    """How a command ended. A code or an output that nobody knows beforehand is None."""

    code: int | None
    output: str | None = ""
    errors: str = ""

    def joined(self, later: Ended) -> Ended:
        """This one, and then the later one, whose code counts."""
        known = self.output is not None and later.output is not None
        output = f"{self.output}{later.output}" if known else None
        return Ended(later.code, output, self.errors + later.errors)

    def merged(self) -> Ended:
        """With its errors in its output."""
        return replace(self, output=None if self.output is None else self.output + self.errors, errors="")


def unwrapped(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without what only starts another program: timeout, exec, env, nice."""
    while words:
        name = words[0].rpartition("/")[2]
        if name not in ("timeout", "exec", "command", "env", "nice", "nohup", "stdbuf"):
            break
        rest = list(words[1:])
        while rest and (rest[0].startswith("-") or (name == "env" and "=" in rest[0])):
            option = rest.pop(0)
            if option in VALUED and rest:
                rest.pop(0)
        words = tuple(rest[1:] if name == "timeout" else rest)
    return words


def built_in(words: tuple[str, ...], given: str | None) -> Ended | None:
    """How one of the small programs ends; None for any other."""
    name = words[0].rpartition("/")[2] if words else ""
    if name in ("true", ":", "false"):
        return Ended(int(name == "false"))
    if name in ("test", "[", "[["):
        return Ended(_test([word for word in words[1:] if word not in ("]", "]]")]))
    if name in ("grep", "egrep", "fgrep"):
        return _grep(words[1:], given, fixed=name == "fgrep")
    return Ended(0, _made(name, words, given)) if name in ALWAYS_WELL and not _may_exit(name, words) else None


def _made(name: str, words: tuple[str, ...], given: str | None) -> str | None:
    """What a program writes that always ends well; None where that is not followed."""
    if name in ("echo", "printf"):
        text = " ".join(word for word in words[1:] if word not in ("-n", "-e"))
        return None if UNKNOWN in text else text.replace("\\r", "").replace("\\n", "\n").rstrip("\n") + "\n"
    if name in PASSES:
        files = [word for word in words[1:] if not word.startswith("-") and not word.isdigit()]
        return given if name == "tee" or not files else None
    return given if name == "tr" and words[1:2] == ("-d",) and words[2:] in BLANKS else None


def _may_exit(name: str, words: tuple[str, ...]) -> bool:
    return name in ("sed", "awk") and bool(re.search(r"exit|\bq", " ".join(words[1:])))


def _test(words: list[str]) -> int | None:
    if any(UNKNOWN in word for word in words) or len(words) > 4:
        return None
    if words[:1] == ["!"]:
        inner = _test(words[1:])
        return None if inner is None else int(inner == 0)
    if len(words) <= 1:
        return int(not (words and words[0]))
    if len(words) == 2:
        return int((words[1] == "") != (words[0] == "-z")) if words[0] in ("-z", "-n") else None
    return _of_three(*words) if len(words) == 3 else None


def _of_three(left: str, sign: str, right: str) -> int | None:
    if sign in ("=", "==", "!="):
        return int((left == right) == (sign == "!="))
    if sign == "=~":
        return _found(right, left)
    return _compared(left, COMPARES[sign], right) if sign in COMPARES else None


def _compared(left: str, sign: str, right: str) -> int:
    """As test does it: what is no number is a fault, exit code 2."""
    try:
        first, second = int(left), int(right)
    except ValueError:
        return 2
    holds = {
        "==": first == second, "!=": first != second, ">": first > second,
        ">=": first >= second, "<": first < second, "<=": first <= second,
    }  # fmt: skip
    return int(not holds[sign])


def _found(pattern: str, text: str) -> int | None:
    try:
        return int(not re.search(pattern, text))
    except re.error:
        return None


def _grep(words: tuple[str, ...], given: str | None, *, fixed: bool) -> Ended:
    """grep over what comes in by the pipe; with files of its own, or what comes in unknown, nobody knows."""
    letters = "".join(word[1:] for word in words if re.fullmatch(r"-[a-zA-Z]+", word))
    names = {word for word in words if word.startswith("--")}
    patterns = [word for word in words if not word.startswith("-")]
    if given is None or len(patterns) != 1 or any(UNKNOWN in one for one in patterns) or "m" in letters:
        return Ended(None, None)
    pattern = re.escape(patterns[0]) if fixed or "F" in letters else patterns[0]
    pattern = rf"\b(?:{pattern})\b" if "w" in letters else pattern
    pattern = f"^(?:{pattern})$" if "x" in letters or "--line-regexp" in names else pattern
    turned = "v" in letters or "--invert-match" in names
    try:
        sought = re.compile(pattern, re.IGNORECASE if "i" in letters or "--ignore-case" in names else 0)
    except re.error:
        return Ended(None, None)
    kept = [line for line in given.splitlines() if bool(sought.search(line)) != turned]
    quiet = "q" in letters or bool(names & {"--quiet", "--silent"})
    text = f"{len(kept)}\n" if "c" in letters else "".join(f"{line}\n" for line in kept)
    return Ended(int(not kept), "" if quiet else text)
