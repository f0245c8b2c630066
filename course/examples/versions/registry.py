"""Finds the model that an alias points to, in a folder laid out like a bucket."""

import json
from pathlib import Path

# --8<-- [start:alias]


def current(bucket: Path, alias: str = "champion") -> Path:
    """The folder of the model that an alias names."""
    version: str = json.loads((bucket / "aliases" / f"{alias}.json").read_text())["version"]
    return bucket / "models" / version


# --8<-- [end:alias]


def point(bucket: Path, alias: str, version: str) -> None:
    """Let an alias name another version, in one step that no reader sees half done."""
    path = bucket / "aliases" / f"{alias}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"version": version}))
    fresh.replace(path)
