"""What a Dockerfile installs, with which tool, from where and into which folder; and where that ends up."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from checker.dockerfile.reading import Instruction
from checker.dockerfile.shell import Simple, simple_commands
from checker.dockerfile.stages import Stage, State, mount
from checker.dockerfile.words import substituted

# Options of pip and uv that take a value: the next word is no package.
VALUED = frozenset({
    "-r", "--requirement", "-c", "--constraint", "-i", "--index-url", "--extra-index-url", "-f", "--find-links",
    "-t", "--target", "--prefix", "--root", "-w", "--wheel-dir", "-d", "--dest", "--python", "-p",
    "--only-binary", "--no-binary", "--trusted-host", "--cache-dir", "--timeout", "--retries", "--index",
    "--default-index", "--platform", "--python-version", "--link-mode", "--upgrade-strategy", "--progress-bar",
})  # fmt: skip
PYTHON = re.compile(r"python(3(\.\d+)?)?$")


@dataclass(frozen=True)
class Ran:
    """One simple command of a RUN: what was set before it, and the folder that a `cd` led to."""

    stage: Stage
    instruction: Instruction
    state: State
    command: Simple
    commands: tuple[Simple, ...]
    number: int
    folder: str

    def path(self, name: str) -> str:
        return posixpath.normpath(posixpath.join(self.folder, name))

    @property
    def exported(self) -> dict[str, str]:
        """The environment when the command is read: the stage's, and what `export` set before it in the same RUN."""
        values = self.state.visible
        for one in self.commands[: self.number]:
            pairs = [word.partition("=")[::2] for word in one.words[1:] if "=" in word and one.program == "export"]
            for name, value in pairs:
                values = values | {name: substituted(value, values)}
        return values

    @property
    def visible(self) -> dict[str, str]:
        """The environment that the command gets: what stands in front of it wins."""
        known = self.exported
        own = (one.partition("=")[::2] for one in self.command.env)
        return known | {name: substituted(value, known) for name, value in own}

    @property
    def shell(self) -> tuple[str, ...]:
        """The words of the shell that reads this step: of SHELL, of the exec form, or of a heredoc's first line."""
        words, heredocs = self.instruction.words, self.instruction.heredocs
        if words is not None:
            return words[:-1] if len(words) > 1 else words
        first = heredocs[0].text.split("\n", 1)[0] if heredocs and self.instruction.text.startswith("<<") else ""
        said = [one for one in first.removeprefix("#!").split() if one.rpartition("/")[2] != "env"]
        return tuple(said) if first.startswith("#!") and said else self.state.shell

    def mounts(self, kind: str) -> list[dict[str, str]]:
        return [one for one in map(mount, self.instruction.all_flags("mount")) if one["type"] == kind]


@dataclass(frozen=True)
class Install:
    """One command of pip or uv. `into` is a kind (venv, target, prefix, user, image, wheels) and a path."""

    ran: Ran
    tool: str
    kind: str
    path: str
    requirements: tuple[str, ...]
    packages: tuple[str, ...]

    @property
    def offline(self) -> bool:
        """It takes packages from files at hand and asks no index."""
        return self.ran.command.has("--no-index", "--offline")

    @property
    def keeps_cache(self) -> bool:
        """Whether downloads stay behind in the layer."""
        command, said = self.ran.command, self.ran.visible
        if command.has("--no-cache-dir", "--no-cache", "-n") or self.offline:
            return False
        if any(said.get(name, "").lower() not in ("", "0", "false", "off", "no") for name in NO_CACHE[self.tool]):
            return False
        return not any("cache" in one.get("target", "") for one in self.ran.mounts("cache"))


NO_CACHE = {"pip": ("PIP_NO_CACHE_DIR",), "uv": ("UV_NO_CACHE",)}


def ran(stage: Stage) -> Iterator[Ran]:
    """Every simple command of the RUN instructions of a stage's lineage, in order."""
    own = {id(instruction): one for one in stage.lineage for instruction in one.instructions}
    for instruction, state in stage.walk():
        if instruction.keyword != "RUN":
            continue
        folder = state.workdir
        commands = tuple(simple_commands(script(instruction)))
        for number, command in enumerate(commands):
            yield Ran(own[id(instruction)], instruction, state, command, commands, number, folder)
            if command.program == "cd" and len(command.words) > 1:
                folder = posixpath.normpath(posixpath.join(folder, command.words[1]))


def script(instruction: Instruction) -> str:
    """The text that a shell reads: of the shell form, of `sh -c` in exec form, of a heredoc; else the words."""
    words = instruction.words
    if words is not None:
        if len(words) > 2 and words[0].rpartition("/")[2] in ("sh", "bash", "dash", "ash"):
            return words[-1]
        return " ".join(f"'{word}'" for word in words)
    if instruction.heredocs and instruction.text.startswith("<<"):
        return instruction.heredocs[0].text
    return instruction.text


def installs(stage: Stage) -> list[Install]:
    """What pip and uv install in a stage's lineage."""
    found: list[Install] = []
    venvs: list[str] = []
    for one in ran(stage):
        venvs += _made_venv(one)
        activated = [
            c.words[1] for c in one.commands[: one.number] if c.words[:1] in ((".",), ("source",)) and c.words[1:]
        ]
        made = _install(one, venvs, [one.path(name) for name in activated])
        found += [made] if made else []
    return found


def _made_venv(one: Ran) -> list[str]:
    words = [_filled(word, one) for word in one.command.words]
    program = one.command.program
    module = PYTHON.match(program) and words[1:3] in (["-m", "venv"], ["-m", "virtualenv"])
    if module or words[:2] == ["uv", "venv"] or program == "virtualenv":
        rest = words[3:] if module else words[2:] if program == "uv" else words[1:]
        names = [word for place, word in enumerate(rest) if not word.startswith("-") and not _is_value(rest, place)]
        return [one.path(names[0] if names else ".venv")]
    return []


def _install(one: Ran, venvs: list[str], activated: list[str]) -> Install | None:
    words = [_filled(word, one) for word in one.command.words]
    tool, rest = _tool(words)
    if not tool or not rest or rest[0] not in ("install", "sync", "wheel", "download"):
        return None
    verb, rest = rest[0], rest[1:]
    names = [w for place, w in enumerate(rest) if not w.startswith("-") and not _is_value(rest, place)]
    files = [value for flag, value in _options(rest) if flag in ("-r", "--requirement")]
    if verb == "sync":
        files, names = [*files, *names], []
    command = replace(one.command, words=tuple(words))
    one = replace(one, command=command)
    kind, path = _into(one, verb, words, tool=tool, venvs=venvs, activated=activated)
    return Install(one, tool, kind, path, tuple(map(one.path, files)), tuple(names))


def _tool(words: list[str]) -> tuple[str, list[str]]:
    if not words:
        return "", []
    program = words[0].rpartition("/")[2]
    if re.match(r"pip(3(\.\d+)?)?$", program):
        return "pip", words[1:]
    if PYTHON.match(program) and "-m" in words[1:] and words[words.index("-m") + 1 :][:1] == ["pip"]:
        return "pip", words[words.index("-m") + 2 :]
    if program == "uv" and words[1:2] == ["pip"]:
        return "uv", words[2:]
    return "", []


def _into(
    one: Ran, verb: str, words: list[str], *, tool: str, venvs: list[str], activated: list[str]
) -> tuple[str, str]:  # fmt: skip
    options = dict(_options(words))
    if verb in ("wheel", "download"):
        folder = next((options[name] for name in ("-w", "--wheel-dir", "-d", "--dest") if name in options), ".")
        return "wheels", one.path(folder)
    for kind, flags in (("target", ("-t", "--target")), ("prefix", ("--prefix",))):
        for flag in flags:
            if flag in options:
                return kind, one.path(options[flag])
    if "--user" in words:
        return "user", one.visible.get("PYTHONUSERBASE") or posixpath.join(_home(one.state), ".local")
    named = options.get("--python") or (options.get("-p") if tool == "uv" else None) or words[0]
    venv = _venv_of(one, named, venvs=venvs, activated=activated)
    if not venv and tool == "uv" and "--system" not in words:
        venv = _venv_of_uv(one, venvs)
    return ("venv", venv) if venv else ("image", "/usr/local")


def _venv_of(one: Ran, named: str, *, venvs: list[str], activated: list[str]) -> str:
    """The virtual environment that a program belongs to: by its path, by `activate`, by PATH; "" for none."""
    path = one.path(named)
    inside = [venv for venv in venvs if path == venv or path.startswith(f"{venv}/bin/")]
    inside += [script_.removesuffix("/bin/activate") for script_ in activated if script_.endswith("/bin/activate")]
    if "/" not in one.command.words[0]:
        entries = [entry.rstrip("/") for entry in one.visible["PATH"].split(":")]
        inside += [venv for entry in entries for venv in venvs if entry == f"{venv}/bin"]
    return inside[0] if inside else ""


def _venv_of_uv(one: Ran, venvs: list[str]) -> str:
    """The virtual environment that uv takes by itself: VIRTUAL_ENV, else the nearest .venv from its folder upwards."""
    named = one.visible.get("VIRTUAL_ENV", "")
    if named:
        return one.path(named)
    folders = [str(folder) for folder in (PurePosixPath(one.folder), *PurePosixPath(one.folder).parents)]
    return next((posixpath.join(folder, ".venv") for folder in folders if posixpath.join(folder, ".venv") in venvs), "")


def _home(state: State) -> str:
    user = state.user.partition(":")[0]
    return state.visible.get("HOME") or ("/root" if user in ("", "root", "0") else f"/home/{user}")


def apt_packages(stage: Stage) -> list[tuple[str, Ran]]:
    """The system packages that a stage's lineage installs, without their versions."""
    found = []
    for one in ran(stage):
        words = one.command.words
        if one.command.program in ("apt-get", "apt", "apk") and ("install" in words or "add" in words):
            start = words.index("install" if "install" in words else "add") + 1
            found += [(word.partition("=")[0], one) for word in words[start:] if not word.startswith("-")]
    return found


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    for place, word in enumerate(words):
        flag, equals, value = word.partition("=")
        if word.startswith("--") and equals:
            yield flag, value
        elif word in VALUED and place + 1 < len(words):
            yield word, words[place + 1]
        elif re.match(r"-[rctwdfi].", word) and not word.startswith("--"):
            yield word[:2], word[2:]


def _is_value(words: list[str], place: int) -> bool:
    return place > 0 and words[place - 1] in VALUED


def _filled(word: str, one: Ran) -> str:
    return substituted(word, one.exported) if "$" in word else word
