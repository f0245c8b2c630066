"""What hadolint, the linter of Dockerfiles, finds in a text. Its binary comes with the environment."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from checker.errors import CouldNotCheck, Finding

SECONDS = 20.0


@dataclass(frozen=True)
class Lint:
    """One finding: the rule's code, the line, and hadolint's own words."""

    code: str
    line: int
    message: str


def lint(text: str) -> list[Lint]:
    """The findings, in the order of lines. Raises CouldNotCheck where the binary is not there or does not answer."""
    binary = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if not binary:
        raise CouldNotCheck(Finding(seen="hadolint is not in this environment; `make env` brings it."))
    command = [binary, "--no-color", "--format", "json", "--no-fail", "-"]
    try:
        # A folder of ours: a .hadolint.yaml of the trainee's must not turn rules off.
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, timeout=SECONDS, check=False, cwd=Path(__file__).parent
        )
        found = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise CouldNotCheck(Finding(seen=f"hadolint gave no answer ({type(error).__name__}).")) from None
    return [Lint(one["code"], one["line"], one["message"]) for one in found]
