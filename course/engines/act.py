"""Runs a workflow of the current folder with act, on this machine, with stand-ins for the actions that it uses.

`python -m course.engines act push` prints act's own lines as JSON. The commands of the workflow run as the user who
started this: it is for one's own file on one's own machine.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from course.engines import install
from course.engines.found import EngineTrouble
from course.engines.running import must

ACTIONS = Path(__file__).parent / "actions"
USES = re.compile(r"(?:^|[\s{,])[\"']?uses[\"']?:\s*[\"']?([\w.-]+)/([\w.-]+)((?:/[\w.-]+)*)@([\w.-]+)", re.MULTILINE)
# Built into act: it takes the working tree.
OWN = {("actions", "checkout")}
# No answer of a pull request's is needed to start; `main` is the branch that workflows deploy from.
EVENTS = {
    "push": {"ref": "refs/heads/main", "repository": {"default_branch": "main"}},
    "pull_request": {
        "action": "opened", "number": 1, "repository": {"default_branch": "main"},
        "pull_request": {"number": 1, "head": {"ref": "change"}, "base": {"ref": "main"}},
    },
}  # fmt: skip


def run(event: str, *, folder: Path, words: Sequence[str] = ()) -> int:
    """Run the workflows of `folder` for an event, in a copy that is a git repository. The exit code is act's."""
    program = install.which("act")
    if program is None:
        raise EngineTrouble("There is no act on the PATH.", "make infra")
    if event not in EVENTS:
        raise EngineTrouble(f"There is no event {event!r} here.", f"one of {', '.join(EVENTS)}")
    place = Path(tempfile.mkdtemp(prefix="act-")).resolve()
    try:
        copy = place / "repository"
        shutil.copytree(folder, copy)
        _commit(copy)
        (place / "event.json").write_text(json.dumps(EVENTS[event]))
        argv = [
            program, event, "--platform", "ubuntu-latest=-self-hosted", "--platform", "ubuntu-24.04=-self-hosted",
            "--json", "--eventpath", str(place / "event.json"), *local_actions(copy), *words,
        ]  # fmt: skip
        # A home of its own: act writes a file of settings on its first run.
        return subprocess.run(argv, cwd=copy, env=os.environ | {"HOME": str(place)}, check=False).returncode
    finally:
        shutil.rmtree(place, ignore_errors=True)


def local_actions(folder: Path) -> list[str]:
    """`--local-repository` for every action that the workflows use. EngineTrouble for one without a stand-in."""
    words: dict[str, None] = {}
    for owner, name, ref in used(folder):
        if (owner, name) in OWN:
            continue
        stand_in = ACTIONS / owner / name
        if not stand_in.is_dir():
            raise EngineTrouble(
                f"There is no stand-in for the action {owner}/{name}.", "have the job run the command itself"
            )
        words[f"{owner}/{name}@{ref}={stand_in}"] = None
    return [word for one in words for word in ("--local-repository", one)]


def used(folder: Path) -> Iterator[tuple[str, str, str]]:
    """(owner, name, ref) of every `uses:` in the workflows of a folder; whatever the ref, the stand-in is the same."""
    for path in sorted((folder / ".github" / "workflows").glob("*.y*ml")):
        for owner, name, _, ref in USES.findall(path.read_text(encoding="utf-8", errors="replace")):
            yield owner, name, ref


def _commit(folder: Path) -> None:
    git = ["git", "-c", "user.name=course", "-c", "user.email=course@localhost", "-c", "init.defaultBranch=main"]
    if not (folder / ".git").exists():
        must([*git, "init", "--quiet"], what="git init", cwd=folder)
    must([*git, "add", "--all"], what="git add", cwd=folder)
    must([*git, "commit", "--quiet", "--allow-empty", "--message", "as it is"], what="git commit", cwd=folder)
