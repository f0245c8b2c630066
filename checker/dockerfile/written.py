"""Which files the RUN steps of a stage write, as far as their text says so."""

from __future__ import annotations

import posixpath
import re

from checker.dockerfile.installs import Ran, script


def written(one: Ran, path: str) -> bool:
    """Whether a RUN of the stage, this one or one before it, writes a file of this name: `> name`, -o, cp, tee."""
    name = re.escape(posixpath.basename(path))
    ways = rf"(?:>\s*|(?:\s-o|--output-file|\btee|\b(?:cp|mv)\s[^;&|\n]*)[\s=]+)\S*?\b{name}(?=[\s;&|]|$)"
    for instruction, _ in one.stage.walk():
        if instruction.keyword == "RUN" and re.search(ways, script(instruction)):
            return True
        if instruction is one.instruction:
            return False
    return False
