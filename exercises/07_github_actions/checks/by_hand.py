"""What somebody types who presses Run workflow and names a digest."""

from __future__ import annotations

import re
from typing import Any

ASKS_DIGEST = re.compile(r"digest|sha|image|version|release|back", re.IGNORECASE)
ONLY_TRIES = re.compile(r"dry|skip|debug|verbose|test", re.IGNORECASE)


def inputs_for(pipeline: Any, digest: str) -> dict[str, Any]:
    """A value for each input: the digest for the one that asks for it, a yes, the default or first choice for others.

    Nothing where no input takes a text.
    """
    declared = dict(_declared(pipeline))
    texts = [name for name, one in declared.items() if _is_text(one)]
    asking = [name for name in texts if ASKS_DIGEST.search(f"{name} {declared[name].get('description', '')}")]
    # A text that nothing else explains is what the person came for.
    digests = asking or texts
    if not digests:
        return {}
    chosen = {name: _chosen(name, one) for name, one in declared.items()}
    return chosen | dict.fromkeys(digests, digest)


def _declared(pipeline: Any) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    for workflow in pipeline.files.values():
        declared = workflow.on.get("workflow_dispatch", {}).get("inputs")
        for name, one in (declared if isinstance(declared, dict) else {}).items():
            found.append((str(name), one if isinstance(one, dict) else {}))
    return found


def _is_text(declared: dict[str, Any]) -> bool:
    return declared.get("type", "string") == "string" and not declared.get("options")


def _chosen(name: str, declared: dict[str, Any]) -> Any:
    choices = [str(choice) for choice in declared.get("options") or []]
    if choices or declared.get("type") == "environment":
        return "production" if "production" in choices or not choices else choices[0]
    if declared.get("type") == "boolean":
        # Whoever goes back at night means it.
        return not ONLY_TRIES.search(name)
    return str(declared.get("default", ""))
