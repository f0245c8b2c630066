"""A folder in which phases run, and one build of a text."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.buildspec import Build, World, read, run_in
from checker.buildspec.__main__ import Folder
from checker.buildspec.world import HOST, codebuild_variables

COMMIT = "c0ffee" + "0" * 34
Builder = Callable[..., Build]


@pytest.fixture
def build(tmp_path: Path) -> Builder:
    """Run the phases of a text; `world` holds what is said of the build's surroundings."""

    def run(text: str, *, seed: int = 8, variables: dict[str, str] | None = None, **world: Any) -> Build:
        rng = random.Random(seed)
        given = codebuild_variables(rng, COMMIT, {"REPOSITORY_URI": f"{HOST}/movie-service", **(variables or {})})
        return run_in(Folder(tmp_path), read("buildspec.yml", text), World(rng, **world), given)

    return run


def spec(more: str = "", **phases: list[str]) -> str:
    """A buildspec of phases with these commands."""
    lines = ["version: 0.2", "phases:"]
    for name, commands in phases.items():
        lines += [f"  {name}:", "    commands:", *(f"      - {one!r}" for one in commands)]
    return "\n".join([*lines, more, ""])
