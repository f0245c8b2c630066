"""Where the program of a container's `command` listens, as far as its words tell."""

from __future__ import annotations

import re
from typing import Any

from checker import expect, sibling
from checker.kube.starting import programs

fleet = sibling(__file__, "fleet")
PORT, EVERYWHERE = str(fleet.LISTENS), ("0.0.0.0", "::")
PYTHON = re.compile(r"python3?(\.\d+)?$")


def expect_a_server(api: Any) -> None:
    """A command that starts uvicorn starts it where probes and the Service come; one that ends at once is told.

    Without `command` the image's own program runs. Another program is not followed.
    """
    command = api.get("command") or []
    words = [*command, *(api.get("args") or [])] if command else []
    known = {str(one.get("name")): str(one.get("value")) for one in api.get("env") or [] if "value" in one}
    seen, question = next(filter(any, (_fault(one, known) for one in programs(words))), ("", ""))
    expect(
        not seen,
        tried="started the container with its command",
        seen=seen,
        expected=f"no command, or one that starts uvicorn with app:app on 0.0.0.0, port {PORT}",
        where=api.where("command"),
        next=question,
    )


def _fault(words: list[str], known: dict[str, str]) -> tuple[str, str]:
    """What is wrong with one program of a command, and a question; two empty texts for nothing."""
    told = f"{' '.join(words)[:60]!r}"
    program, *rest = words
    if PYTHON.match(program):
        program, rest = (rest[1], rest[2:]) if rest[:1] == ["-m"] and len(rest) > 1 else (rest[0] if rest else "", [])
    if program == "app.py":
        return f"{told} defines the app and ends: nothing serves it", "Which program asks the app for its answers?"
    if program != "uvicorn":
        return "", ""
    options = _options(rest)
    host = options.get("--host", known.get("UVICORN_HOST", "127.0.0.1"))
    port = options.get("--port", known.get("UVICORN_PORT", PORT))
    if host not in EVERYWHERE and "$" not in host:
        said = f"{told} listens on {host}: inside of the pod alone, where no probe and no Service comes"
        return said, "Which address does uvicorn take when none is said, and from where does a probe ask?"
    if port != PORT and "$" not in port:
        return (
            f"{told} listens on port {port}",
            f"Which port do the probe and the Service ask? The contract says {PORT}.",
        )
    return "", ""


def _options(words: list[str]) -> dict[str, str]:
    """`--host h` and `--host=h` alike; an option without a value gets the word behind it, which nobody asks for."""
    pairs = zip(words, [*words[1:], ""], strict=True)
    return {
        word.partition("=")[0]: word.partition("=")[2] if "=" in word else behind
        for word, behind in pairs
        if word.startswith("--")
    }
