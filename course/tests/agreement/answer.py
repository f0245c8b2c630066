"""An answer to an exercise on an engine, beside its rows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from course.engines.testing import Live


@dataclass
class Answer:
    """One answer on the engine: its folder, a name that no other has, and what was seen, by the name of the row."""

    docker: Live
    folder: Path
    name: str = field(default_factory=lambda: f"agree-{secrets.token_hex(4)}")
    seen: dict[str, bool] = field(default_factory=dict)
