"""What somebody types who presses Run workflow and names a digest."""

from __future__ import annotations

import re
from typing import Any


def inputs_for(pipeline: Any, digest: str) -> dict[str, str]:
    """A value for each input: the digest for the one that asks for it, the default or first choice for others.

    Nothing where no input asks for a digest.
    """
    found: dict[str, str] = {}
    for workflow in pipeline.files.values():
        declared = workflow.on.get("workflow_dispatch", {}).get("inputs")
        for name, one in (declared if isinstance(declared, dict) else {}).items():
            one = one if isinstance(one, dict) else {}
            choices = [str(choice) for choice in one.get("options") or []]
            chosen = "production" if "production" in choices else choices[0] if choices else str(one.get("default", ""))
            found[str(name)] = digest if _asks_digest(str(name), one, choices) else chosen
    return found if digest in found.values() else {}


def _asks_digest(name: str, declared: dict[str, Any], choices: list[str]) -> bool:
    words = f"{name} {declared.get('description', '')}"
    named = re.search(r"digest|sha256|image|version|release|back", words, re.IGNORECASE)
    return bool(named) and not choices and declared.get("type", "string") == "string"
