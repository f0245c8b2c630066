"""Stages of a Dockerfile, and what is set at each step: environment, folder, user, command."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from checker.dockerfile.reading import DockerfileError, Instruction, exec_form, read_instructions
from checker.dockerfile.words import pairs, split_words, substituted

SHELL = ("/bin/sh", "-c")
# ENV V=$V$V doubles: forty lines of it are a million megabytes. Linux passes a program two.
MAX_VARIABLES = 131_072
DEFAULT_PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Command:
    """A command that an image holds. `words` is what the kernel starts; `shell` says that a shell reads the text."""

    words: tuple[str, ...]
    text: str
    shell: bool
    line: int


@dataclass(frozen=True)
class State:
    """What is set after a step. `given` are build arguments, which are gone when the image runs."""

    env: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: str = ""
    user_line: int = 0
    shell: tuple[str, ...] = SHELL
    cmd: Command | None = None
    # Set by this very stage: an ENTRYPOINT drops a command that it has from a stage before.
    cmd_is_own: bool = False
    entrypoint: Command | None = None
    healthcheck: Instruction | None = None
    stopsignal: str = ""

    @property
    def visible(self) -> dict[str, str]:
        """What `$NAME` means in the next instruction: the environment wins over a build argument."""
        return {"PATH": DEFAULT_PATH} | self.given | self.env

    def path(self, name: str) -> str:
        """A path as an absolute one, without a slash at its end."""
        return posixpath.normpath(posixpath.join(self.workdir or "/", name)) if name else self.workdir or "/"


@dataclass(frozen=True)
class Stage:
    """One FROM and what follows it. `image` is empty where it begins from an earlier stage, its `parent`."""

    number: int
    name: str
    image: str
    parent: Stage | None
    source: Instruction
    instructions: tuple[Instruction, ...]
    outer: dict[str, str]

    @property
    def lineage(self) -> tuple[Stage, ...]:
        """The stage and those it begins from, oldest first."""
        return (*(self.parent.lineage if self.parent else ()), self)

    @property
    def base(self) -> str:
        """The image that the lineage begins from."""
        return self.lineage[0].image

    @property
    def title(self) -> str:
        return f"stage {self.name!r}" if self.name else f"stage {self.number}"

    def walk(self) -> Iterator[tuple[Instruction, State]]:
        """Every step of the lineage with what was set before it."""
        state = State()
        for stage in self.lineage:
            # Build arguments end with their stage.
            state = replace(state, given={}, cmd_is_own=False)
            for instruction in stage.instructions:
                yield instruction, state
                state = _after(instruction, state, stage.outer)

    @cached_property
    def state(self) -> State:
        """What is set when the image runs."""
        state = State()
        for instruction, before in self.walk():
            state = _after(instruction, before, self.outer)
        return state

    @property
    def process(self) -> Command | None:
        """What the container starts: ENTRYPOINT with CMD behind it, or CMD alone."""
        entry, cmd = self.state.entrypoint, self.state.cmd
        if entry is None:
            return cmd
        if entry.shell or cmd is None:
            return entry
        return Command((*entry.words, *cmd.words), entry.text, False, entry.line)


@dataclass(frozen=True)
class Dockerfile:
    """A whole file. Stages are in order; the last one is the image that a build without a target makes."""

    name: str
    directives: dict[str, str]
    arguments: dict[str, str]
    before: tuple[Instruction, ...]
    stages: tuple[Stage, ...]

    @property
    def last(self) -> Stage:
        return self.stages[-1]

    def stage(self, name: str, *, before: Stage | None = None) -> Stage | None:
        """The stage of this name or number, among those before another one."""
        known = self.stages[: before.number] if before else self.stages
        by_name = next((one for one in reversed(known) if one.name and one.name == name.lower()), None)
        by_number = next((one for one in known if str(one.number) == name), None)
        return by_name or by_number

    def uses(self, stage: Stage) -> list[Stage]:
        """The stages that a stage begins from, copies from or mounts from."""
        names = [value for one in stage.instructions for value in sources(one)]
        found = [self.stage(substituted(name, stage.outer), before=stage) for name in names]
        return [*([stage.parent] if stage.parent else []), *(one for one in found if one)]

    @cached_property
    def needed(self) -> tuple[Stage, ...]:
        """The stages that a build of the last one runs, in order: BuildKit skips the others."""
        wanted, waiting = {self.last.number}, [self.last]
        while waiting:
            for one in self.uses(waiting.pop()):
                if one.number not in wanted:
                    wanted.add(one.number)
                    waiting.append(one)
        return tuple(stage for stage in self.stages if stage.number in wanted)

    def at(self, line: int) -> str:
        return f"{self.name}:{line}"


def sources(instruction: Instruction) -> list[str]:
    """The stages or images that a step reads files from, as written."""
    found = [instruction.flag("from")] if instruction.keyword == "COPY" else []
    if instruction.keyword == "RUN":
        found += [mount(one).get("from") for one in instruction.all_flags("mount")]
    return [one for one in found if one]


def mount(value: str) -> dict[str, str]:
    """`type=cache,target=/root/.cache` as a dict; a bind mount is what has no type."""
    parts = [part.partition("=") for part in value.split(",")]
    found = {key.strip(): text.strip() for key, _, text in parts}
    for name in ("dst", "destination"):
        if name in found:
            found.setdefault("target", found[name])
    return {"type": "bind"} | found


def read_dockerfile(name: str, text: str) -> Dockerfile:
    """Read a Dockerfile. Raises DockerfileError with the line that Docker would refuse."""
    directives, instructions = read_instructions(text)
    first = next((place for place, one in enumerate(instructions) if one.keyword == "FROM"), None)
    if first is None:
        raise DockerfileError(1, "no FROM: nothing says which image to begin from")
    before = tuple(instructions[:first])
    for one in before:
        if one.keyword != "ARG":
            raise DockerfileError(one.line, f"{one.keyword} stands before the first FROM; only ARG may")
    arguments: dict[str, str] = {}
    for one in before:
        arguments |= {key: value for key, value in declared(one, arguments).items() if value is not None}
    stages: list[Stage] = []
    starts = [place for place, one in enumerate(instructions) if one.keyword == "FROM"]
    for number, start in enumerate(starts):
        end = [*starts, len(instructions)][number + 1]
        stages.append(_stage(instructions[start], instructions[start + 1 : end], stages, arguments))
    return Dockerfile(name, directives, arguments, before, tuple(stages))


def declared(instruction: Instruction, values: dict[str, str]) -> dict[str, str | None]:
    """The names of an ARG and their defaults; None where there is no default."""
    found: dict[str, str | None] = {}
    for word in split_words(instruction.text):
        key, equals, value = word.partition("=")
        found[key] = substituted(value, values) if equals else None
    return found


def _stage(source: Instruction, rest: list[Instruction], known: list[Stage], outer: dict[str, str]) -> Stage:
    words = source.text.split()
    if len(words) not in (1, 3) or (len(words) == 3 and words[1].lower() != "as"):
        raise DockerfileError(source.line, f"FROM takes an image and perhaps `AS name`, and has {source.text!r}")
    image = substituted(words[0], outer)
    if not image:
        raise DockerfileError(source.line, f"{words[0]} has no value: no ARG before the first FROM gives it one")
    parent = next((one for one in reversed(known) if one.name and one.name == image.lower()), None)
    name = words[2].lower() if len(words) == 3 else ""
    return Stage(len(known), name, "" if parent else image, parent, source, tuple(rest), outer)


def _after(instruction: Instruction, state: State, outer: dict[str, str]) -> State:
    text, known = instruction.text, state.visible
    changed: dict[str, Any] = {}
    match instruction.keyword:
        case "ENV":
            changed["env"] = state.env | pairs(text, known)
        case "ARG":
            values = {k: outer.get(k, "") if v is None else v for k, v in declared(instruction, known).items()}
            changed["given"] = state.given | values
        case "WORKDIR":
            changed["workdir"] = state.path(" ".join(split_words(substituted(text, known))))
        case "USER":
            changed = {"user": substituted(text, known).strip("\"'"), "user_line": instruction.line}
        case "SHELL":
            changed["shell"] = instruction.words or SHELL
        case "CMD":
            changed = {"cmd": command(instruction, text, state), "cmd_is_own": True}
        case "ENTRYPOINT":
            kept = state.cmd if state.cmd_is_own else None
            changed = {"entrypoint": command(instruction, text, state), "cmd": kept}
        case "HEALTHCHECK":
            changed["healthcheck"] = instruction
        case "STOPSIGNAL":
            changed["stopsignal"] = substituted(text, known)
    made = replace(state, **changed)
    if sum(map(len, made.visible.values())) > MAX_VARIABLES:
        raise DockerfileError(instruction.line, f"its variables have more than {MAX_VARIABLES} characters")
    return made


def command(instruction: Instruction, text: str, state: State) -> Command:
    """A command in exec or shell form, as the kernel gets it."""
    words = exec_form(text)
    if words is not None:
        return Command(words, text, False, instruction.line)
    return Command((*state.shell, text), text, True, instruction.line)
