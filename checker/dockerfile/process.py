"""Which program a container's command starts, and whether a shell stays between it and the signals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from checker.dockerfile.shell import Simple, simple_commands
from checker.dockerfile.stages import Command
from checker.dockerfile.words import substituted

SHELLS = ("sh", "bash", "dash", "ash", "zsh")
# They start one program, hand signals on and bury its dead.
INITS = ("tini", "dumb-init", "catatonit", "tini-static")
# Whether a command, by its words, is the one that serves.
Serves = Callable[[tuple[str, ...]], bool]


@dataclass(frozen=True)
class Process:
    """`words` is the program that serves; `between` says in words what stands in front of it, "" for nothing.

    `init` is a small init program that hands signals on, where there is one.
    """

    words: tuple[str, ...]
    line: int
    between: str = ""
    init: str = ""

    @property
    def program(self) -> str:
        return self.words[0].rpartition("/")[2] if self.words else ""


def process(
    command: Command, env: Mapping[str, str], serves: Serves, text_of: Callable[[str], str | None]
) -> Process:  # fmt: skip
    """The program behind a command. `serves` knows it by its words; `text_of` gives a script by its path."""
    made = _process(command.words, env, serves, text_of)
    return replace(made, line=command.line)


STAYS = "a shell is process 1, starts the program as its child, and hands no signal on"
DEPENDS = "a shell is process 1: bash makes way for a single command, Debian's sh stays and hands no signal on"


def _process(
    words: tuple[str, ...], env: Mapping[str, str], serves: Serves, text_of: Callable[[str], str | None]
) -> Process:  # fmt: skip
    program = words[0].rpartition("/")[2] if words else ""
    if program in INITS:
        rest = words[words.index("--") + 1 :] if "--" in words else words[1:]
        return replace(_process(rest, env, serves, text_of), init=program)
    text, arguments = _script(words, program, text_of)
    if text is None:
        return Process(words, 0)
    commands = simple_commands(text)
    serving = _serving(commands, env, serves, arguments)
    if serving is None:
        return Process((), 0, "")
    plain = serving.words[1:] if serving.words[0] == "exec" else serving.words
    plain = arguments if plain in (("$@",), ("$*",)) else plain
    inner = _process(tuple(substituted(one, env) for one in plain), env, serves, text_of)
    return replace(
        inner, between=inner.between or _between(commands, serving, inline=program in SHELLS and text in words)
    )


def _script(
    words: tuple[str, ...], program: str, text_of: Callable[[str], str | None]
) -> tuple[str | None, tuple[str, ...]]:  # fmt: skip
    """The text that a shell would read, and the arguments that it gets; None where no shell is started."""
    if program in SHELLS:
        flags = [place for place, word in enumerate(words) if place and word.startswith("-") and "c" in word[1:]]
        if flags and flags[0] + 1 < len(words):
            return words[flags[0] + 1], ()
        rest = [word for word in words[1:] if not word.startswith("-")]
        return (text_of(rest[0]) or "", tuple(rest[1:])) if rest else ("", ())
    text = text_of(words[0]) if words else None
    if text is not None and text.startswith("#!") and "sh" in text.split("\n", 1)[0]:
        return text, words[1:]
    return None, ()


def _serving(
    commands: list[Simple], env: Mapping[str, str], serves: Serves, arguments: tuple[str, ...]
) -> Simple | None:  # fmt: skip
    for one in commands:
        plain = one.words[1:] if one.words[:1] == ("exec",) else one.words
        if plain in (("$@",), ("$*",)) and arguments:
            return one
        if plain and serves(tuple(substituted(word, env) for word in plain)):
            return one
    return None


def _between(commands: list[Simple], serving: Simple, *, inline: bool) -> str:
    """Why the shell does not make way for the program; "" where `exec` puts it in the shell's place."""
    if serving.then == "|":
        other = commands[commands.index(serving) + 1].program
        return f"a shell is process 1, waits for both ends of the pipe to {other}, and hands no signal on"
    if serving.then == "&":
        return "a shell is process 1, runs the program in the background, and hands no signal on"
    if serving.words[0] == "exec":
        return ""
    # bash puts the last command of `bash -c` in its own place, dash 0.5.12 does not: looked at with ps.
    return DEPENDS if inline and serving is commands[-1] else STAYS
