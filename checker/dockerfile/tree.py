"""The files that a stage holds: what COPY and ADD brought from the context, directly or by way of another stage."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from checker.dockerfile.context import Context, copied
from checker.dockerfile.reading import Instruction
from checker.dockerfile.stages import Dockerfile, Stage, State, mount
from checker.dockerfile.words import split_words, substituted

# A path in the image, and the path in the context that it came from.
Files = dict[str, str]


def walk_files(dockerfile: Dockerfile, stage: Stage, context: Context) -> Iterator[tuple[Instruction, State, Files]]:
    """Every step of a stage's lineage, with what was set and which files were there before it."""
    files: Files = {}
    for instruction, state in stage.walk():
        there = files | _mounted(instruction, state, context) if instruction.keyword == "RUN" else files
        yield instruction, state, there
        files = files | added(dockerfile, stage, instruction, state, context=context)


def files_of(dockerfile: Dockerfile, stage: Stage, context: Context) -> Files:
    """The files of a stage when it is done. What a RUN makes or removes is not known."""
    files: Files = {}
    for instruction, state in stage.walk():
        files |= added(dockerfile, stage, instruction, state, context=context)
    return files


def added(
    dockerfile: Dockerfile, stage: Stage, instruction: Instruction, state: State, *, context: Context
) -> Files:  # fmt: skip
    """The files that one COPY or ADD brings."""
    if instruction.keyword not in ("COPY", "ADD"):
        return {}
    origin = instruction.flag("from")
    if origin is None:
        return copied(instruction, state, context).files
    source = dockerfile.stage(substituted(origin, state.visible), before=stage)
    if source is None:
        return {}
    there = files_of(dockerfile, source, context)
    *names, target = instruction.words or split_words(substituted(instruction.text, state.visible))
    found: Files = {}
    for name in names:
        path = posixpath.normpath("/" + name.lstrip("/"))
        into = target.endswith("/") or target in (".", "..") or len(names) > 1
        for held, comes in there.items():
            if held == path:
                root = state.path(target)
                found[posixpath.join(root, posixpath.basename(held)) if into else root] = comes
            elif held.startswith(path.rstrip("/") + "/"):
                found[posixpath.normpath(state.path(target) + "/" + held[len(path.rstrip("/")) + 1 :])] = comes
    return found


def _mounted(instruction: Instruction, state: State, context: Context) -> Files:
    """The files of the context that a bind mount shows to one step."""
    found: Files = {}
    for one in map(mount, instruction.all_flags("mount")):
        if one["type"] != "bind" or "from" in one:
            continue
        source = one.get("source", one.get("src", "."))
        target = state.path(one.get("target", "."))
        for name, below in context.taken(source).items():
            found[posixpath.join(target, below) if context.is_folder(source) else target] = name
    return found
