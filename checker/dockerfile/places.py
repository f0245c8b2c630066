"""Where installed packages lie in a stage: installed there, or copied from another stage."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from checker.dockerfile.installs import Install, installs
from checker.dockerfile.reading import Instruction
from checker.dockerfile.stages import Dockerfile, Stage, State
from checker.dockerfile.words import split_words, substituted

SITE = re.compile(r"/(site|dist)-packages(/|$)")


@dataclass(frozen=True)
class Place:
    """Where installed packages lie in a stage. `scripts` says whether their programs came along."""

    install: Install
    path: str
    scripts: bool = True


def places(dockerfile: Dockerfile, stage: Stage) -> list[Place]:
    """Where installed packages lie when a stage is done: installed there, or copied from another stage."""
    found = list(places(dockerfile, stage.parent)) if stage.parent else []
    # Packages that came alone, and their programs by another COPY, before it or after it.
    programs: set[tuple[object, ...]] = set()
    own = {id(one) for one in stage.instructions}
    made: dict[int, list[Install]] = {}
    for one in installs(stage):
        made.setdefault(id(one.ran.instruction), []).append(one)
    for instruction, state in stage.walk():
        if id(instruction) not in own:
            continue
        found += [Place(one, one.path) for one in made.get(id(instruction), ())]
        origin = instruction.flag("from") if instruction.keyword == "COPY" else None
        source = dockerfile.stage(substituted(origin, state.visible), before=stage) if origin else None
        if source:
            there = places(dockerfile, source)
            for path, target in _copies(instruction, state):
                found += [moved for one in there if (moved := _moved(one, path, target))]
                programs |= {
                    (*_made_by(one), folder) for one in there if (folder := _moved_programs(one, path, target))
                }
    return [replace(one, scripts=one.scripts or (*_made_by(one), one.path) in programs) for one in found]


def _copies(instruction: Instruction, state: State) -> Iterator[tuple[str, str]]:
    """Each source of a COPY from a stage as an absolute path, with the target."""
    *sources, target = list(instruction.words or split_words(substituted(instruction.text, state.visible)))
    for source in sources:
        yield posixpath.normpath("/" + source.lstrip("/")), state.path(target)


def _made_by(place: Place) -> tuple[object, ...]:
    """Which install put the packages there: the same step read twice is the same install."""
    return id(place.install.ran.instruction), place.install.ran.number


def _moved_programs(place: Place, source: str, target: str) -> str:
    """The prefix whose bin/ holds the programs of a place after a COPY of its bin/, or from there; "" for none."""
    bin_ = f"{place.path}/bin"
    if source == bin_ and target.endswith("/bin"):
        return target.removesuffix("/bin")
    folder = target if target.endswith("/bin") else posixpath.dirname(target)
    inside = posixpath.dirname(source) == bin_ and folder.endswith("/bin")
    return folder.removesuffix("/bin") if inside else ""


def _moved(place: Place, source: str, target: str) -> Place | None:
    """The place after a COPY of `source` to `target`; None where the COPY does not take the packages along."""
    if place.path == source or place.path.startswith(f"{source.rstrip('/')}/"):
        return replace(place, path=posixpath.normpath(target + place.path[len(source) :]))
    # The packages alone, without their programs.
    if source.startswith(f"{place.path}/lib") and (SITE.search(source) or source == f"{place.path}/lib"):
        below = source[len(place.path) :]
        same = target == source or target.endswith(below)
        return replace(place, path=target[: -len(below)] if same else target, scripts=False)
    return None
