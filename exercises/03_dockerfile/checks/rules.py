"""hadolint's rules in the course's words: what happens to you, and which ones this course leaves to you."""

from __future__ import annotations

# Rules that this course has reasons not to follow, with the reason.
LEFT_OUT = {
    "DL3008": "Debian removes old versions, so a pinned libgomp1 cannot be installed next month.",
    "DL3018": "The same for Alpine's packages.",
    "DL3013": "The lock file pins packages, in a form that this rule does not see.",
    "DL3025": "How the command is written is judged by its own row.",
    "DL3042": "Where no cache ships, none needs to be avoided; `locked` judges what ships.",
    "DL3064": "Secrets have a row of their own.",
    "DL3002": "The user has a row of its own.",
    "DL3006": "The base has a row of its own.",
    "DL3007": "The base has a row of its own.",
    "DL3066": "A user by name is as good as one by number here.",
    "DL3059": "Two RUN lines or one is a matter of taste since BuildKit.",
    "DL3044": "An ENV that uses itself is how PATH grows.",
    "DL3009": "What ships of apt's lists is judged by `locked`.",
    "DL3003": "A `cd` that ends with its step harms nobody.",
    "DL1000": "hadolint cannot read every heredoc; Docker can.",
    "SC2086": "Quotes around a number of a port change nothing.",
}
SAYS = {
    "DL3004": "sudo in a build: you are root already, and in the image it is a way back to root",
    "DL3014": "apt-get without -y waits for an answer that nobody gives",
    "DL3015": "apt-get without --no-install-recommends installs what nobody asked for",
    "DL3020": "ADD unpacks archives and fetches addresses; COPY copies, and nothing else",
    "DL3027": "apt is for people at a terminal, and warns so; apt-get keeps its behavior",
    "DL3045": "COPY to a relative path with no WORKDIR lands in the root of the file system",
    "DL3000": "a relative WORKDIR depends on the one before it",
    "DL4000": "MAINTAINER is dead; a LABEL says who to ask",
    "DL4006": "a pipe hides the failure of its left side, unless the shell is told pipefail",
}


def told(findings: list[object]) -> list[tuple[str, int, str]]:
    """(code, line, what it means) of the findings that count, the course's words where it has some."""
    counted = [one for one in findings if one.code not in LEFT_OUT and not one.code.startswith("SC")]  # type: ignore[attr-defined]
    return [(one.code, one.line, SAYS.get(one.code, one.message)) for one in counted]  # type: ignore[attr-defined]
