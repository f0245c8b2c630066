"""The corpus: one folder per attack, with attack.toml and the files that are handed in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    `evidence` is how its success is seen from outside; `then` what the trusted side does after it; `naive` which
    simple grader it deceives, where ours never believes it at any level.
    """

    id: str
    tries: str
    evidence: str
    folder: Path
    then: str = ""
    naive: str = ""

    @property
    def family(self) -> str:
        return self.id.partition("/")[0]

    @property
    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.name != "attack.toml"}


def corpus() -> list[Attack]:
    found = []
    for path in sorted(CORPUS.glob("*/*/attack.toml")):
        name = path.parent.relative_to(CORPUS).as_posix()
        found.append(Attack(name, folder=path.parent, **tomllib.loads(path.read_text(encoding="utf-8"))))
    return found
