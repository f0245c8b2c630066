"""Which steps of a build run again after one file has changed: BuildKit's rules, followed without a build.

A step runs again when a step before it did, when a file that it takes from the context changed, or when it takes
from a stage something that was made anew. Computed from the text: no layer is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

from checker.dockerfile.context import Context, copied
from checker.dockerfile.reading import Instruction
from checker.dockerfile.stages import Dockerfile, Stage, State, mount
from checker.dockerfile.words import split_words, substituted

LAYERS = frozenset({"ADD", "COPY", "RUN", "WORKDIR"})


@dataclass(frozen=True)
class Step:
    """A step that makes a layer. `because` says why it runs again; empty when it comes from the cache."""

    stage: Stage
    instruction: Instruction
    because: str

    @property
    def again(self) -> bool:
        return bool(self.because)


def steps(dockerfile: Dockerfile, context: Context, changed: str) -> list[Step]:
    """The steps that the last stage needs, in order, each with whether it runs again after `changed` changed."""
    made: list[Step] = []
    for stage in dockerfile.needed:
        before = _dirty(made, stage.parent)
        because = f"{before[-1].stage.title} was made anew" if stage.parent and before else ""
        own = {id(one) for one in stage.instructions}
        for instruction, state in stage.walk():
            if id(instruction) not in own or instruction.keyword not in LAYERS:
                continue
            reason = because or _reason(
                dockerfile, stage, instruction, state, context=context, changed=changed, made=made
            )
            made.append(Step(stage, instruction, reason))
            if reason and not because:
                because = f"the step on line {instruction.line} before it ran again"
    return made


def _dirty(made: list[Step], stage: Stage | None) -> list[Step]:
    return [one for one in made if stage and one.stage.number == stage.number and one.again]


def _reason(
    dockerfile: Dockerfile, stage: Stage, instruction: Instruction, state: State, *, context: Context, changed: str,
    made: list[Step],
) -> str:  # fmt: skip
    origin = instruction.flag("from") if instruction.keyword in ("COPY", "ADD") else None
    if origin is not None:
        source = dockerfile.stage(substituted(origin, state.visible), before=stage)
        return _from_stage(source, instruction, state, context=context, made=made)
    if instruction.keyword in ("COPY", "ADD"):
        return f"it takes {changed}" if changed in copied(instruction, state, context).files.values() else ""
    for one in map(mount, instruction.all_flags("mount")):
        if one["type"] != "bind":
            continue
        if "from" in one:
            source = dockerfile.stage(substituted(one["from"], state.visible), before=stage)
            if source and _made_anew(source, one.get("source", "/"), context=context, made=made):
                return f"it mounts what {source.title} made anew"
        elif changed in context.taken(one.get("source", ".")):
            return f"it mounts {changed}"
    return ""


def _from_stage(
    source: Stage | None, instruction: Instruction, state: State, *, context: Context, made: list[Step]
) -> str:  # fmt: skip
    if source is None:
        return ""
    words = list(instruction.words or split_words(substituted(instruction.text, state.visible)))
    for path in words[:-1]:
        if _made_anew(source, "/" + path.lstrip("/"), context=context, made=made):
            return f"{path} was made anew in {source.title}"
    return ""


def _made_anew(source: Stage, path: str, *, context: Context, made: list[Step]) -> bool:
    """Whether a path of a stage may hold something new: after a RUN that ran again, anything may."""
    numbers = {one.number for one in source.lineage}
    dirty = [one for one in made if one.stage.number in numbers and one.again]
    if any(one.instruction.keyword == "RUN" or one.instruction.flag("from") is not None for one in dirty):
        return True
    states = {id(instruction): state for instruction, state in source.walk()}
    path = path.rstrip("/")
    for one in dirty:
        if one.instruction.keyword == "WORKDIR":
            continue
        files = copied(one.instruction, states[id(one.instruction)], context).files
        if any(name == path or name.startswith(f"{path}/") or path.startswith(f"{name}/") for name in files):
            return True
    return False
