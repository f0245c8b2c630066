"""Turns a page that lives elsewhere (a brief, a walkthrough) into one of the site: its links and its fences."""

from __future__ import annotations

import re
from collections.abc import Mapping

# `[text](target "title")`, not an image.
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]\n]+)\]\((?P<target>[^)\s]+)(?: \"[^\"]*\")?\)")
FENCE_INFO = re.compile(
    r"^(?P<mark>```+)(?P<language>[a-z]+)[ \t]+(?:test|reason|run|until|code)=[^\n]*$", re.MULTILINE
)


def moved(text: str, targets: Mapping[str, str]) -> str:
    """The text with each link that `targets` knows pointing to its page; a link to a file becomes the file's name."""
    return LINK.sub(lambda found: _moved(found, targets), text)


def _moved(found: re.Match[str], targets: Mapping[str, str]) -> str:
    text, target = found["text"], found["target"]
    path, _, anchor = target.partition("#")
    if not path or re.match(r"[a-z]+:", target):
        return found[0]
    if path in targets:
        return f"[{text}]({targets[path]}{'#' + anchor if anchor else ''})"
    return text if text.startswith("`") else f"`{text}`" if text == path.rsplit("/", 1)[-1] else text


def found(boost: float) -> str:
    """The front matter of a page that a search shows sooner (above 1) or later than others."""
    return f"---\nsearch:\n  boost: {boost:g}\n---\n"


def plain_fences(text: str) -> str:
    """Fences without what only a test reads: ```bash test=false reason="…" becomes ```bash."""
    return FENCE_INFO.sub(r"\g<mark>\g<language>", text)
