"""Runs a workflow of the current folder with act, on this machine, with stand-ins for what it would reach out with.

`python -m course.engines act push` prints act's own lines as JSON, with `--short` which jobs ran and deployed what.
Actions, and programs such as pip, docker and aws, are stand-ins; every other command of the workflow runs as the user
who started this: it is for one's own file on one's own machine.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from course.engines import act_program, install
from course.engines.found import EngineTrouble
from course.engines.running import must

ACTIONS = Path(__file__).parent / "actions"
USES = re.compile(r"(?:^|[\s{,])[\"']?uses[\"']?:\s*[\"']?([\w.-]+)/([\w.-]+)((?:/[\w.-]+)*)@([\w.-]+)", re.MULTILINE)
RUNS_ON = re.compile(r"runs-on[\"']?:\s*(\[[^\]]*\]|(?:-[^\n]*\s*)+|[^\n,}]+)")
# Built into act: it takes the working tree.
OWN = {("actions", "checkout")}
# No answer of a pull request's is needed to start; `main` is the branch that workflows deploy from.
EVENTS: dict[str, dict[str, object]] = {
    "workflow_dispatch": {"ref": "refs/heads/main", "repository": {"default_branch": "main"}},
    "push": {"ref": "refs/heads/main", "repository": {"default_branch": "main"}},
    "pull_request": {
        "action": "opened", "number": 1, "repository": {"default_branch": "main"},
        "pull_request": {"number": 1, "head": {"ref": "change"}, "base": {"ref": "main"}},
    },
}  # fmt: skip


def run(
    event: str, *, folder: Path, words: Sequence[str] = (), fail: str = "", short: bool = False,
    inputs: Mapping[str, str] | None = None,
) -> int:  # fmt: skip
    """Run the workflows of `folder` for an event, in a copy that is a git repository. The exit code is act's.

    Workflows may lie in the folder itself. `fail` names a program that then ends with exit code 1, such as pytest.
    """
    program = install.which("act")
    if program is None:
        raise EngineTrouble("There is no act on the PATH.", "make infra")
    if event not in EVENTS:
        raise EngineTrouble(f"There is no event {event!r} here.", f"one of {', '.join(EVENTS)}")
    place = Path(tempfile.mkdtemp(prefix="act-")).resolve()
    try:
        copy = place / "repository"
        shutil.copytree(folder, copy)
        _as_in_a_repository(copy)
        _commit(copy)
        programs = _stand_ins(place / "bin")
        # With a payload of our own act reads the inputs of a run by hand from there, and ignores --input.
        (place / "event.json").write_text(json.dumps(EVENTS[event] | {"inputs": dict(inputs or {})}))
        argv = [
            program, event, *platforms(copy), "--json", "--eventpath", str(place / "event.json"), *local_actions(copy),
            *words,
        ]  # fmt: skip
        # A home of its own: act writes a file of settings on its first run.
        env = os.environ | {
            "HOME": str(place),
            "STAND_IN_FAILS": fail,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        }
        if not short:
            return subprocess.run(argv, cwd=copy, env=env, check=False).returncode
        done = subprocess.run(argv, cwd=copy, env=env, capture_output=True, text=True, check=False)
        print("\n".join(_told(_jobs(program, copy, env), done.stdout, done.stderr)))
        return done.returncode
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _as_in_a_repository(folder: Path) -> None:
    """Workflows that lie in the folder itself go where GitHub looks for them; scripts may be executed."""
    for path in folder.glob("*.sh"):
        path.chmod(0o755)
    # Where the brief says that tests lie, and where a step may start; act takes no empty folder along.
    tests = folder / "tests" / "unit"
    tests.mkdir(parents=True, exist_ok=True)
    (tests / "test_app.py").touch()
    inside = folder / ".github" / "workflows"
    for path in () if inside.is_dir() else sorted(folder.glob("*.y*ml")):
        if re.search(r"^jobs:|[\"']jobs[\"']", path.read_text(encoding="utf-8", errors="replace"), re.MULTILINE):
            inside.mkdir(parents=True, exist_ok=True)
            path.rename(inside / path.name)


def _stand_ins(folder: Path) -> Path:
    """A folder with a stand-in for each program that installs, builds, pushes or logs in."""
    folder.mkdir()
    for name in act_program.NAMES:
        words = shlex.join([sys.executable, str(Path(act_program.__file__).resolve()), name])
        (folder / name).write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def _told(jobs: Sequence[str], output: str, errors: str) -> Iterator[str]:
    """Each job with its result, what deploy.sh said, and the last words of act where it ran nothing."""
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    results = {str(one["jobID"]): str(one["jobResult"]) for one in lines if "jobResult" in one}
    for job in dict.fromkeys([*jobs, *results]):
        yield f"{job:<12}{results.get(job, 'did not run')}"
    for one in lines:
        if one.get("raw_output") and " now runs " in str(one["msg"]):
            yield str(one["msg"]).strip()
    if not results:
        yield from [line for line in errors.splitlines() if line.startswith("Error:")][-1:] or ["act said nothing"]


def platforms(folder: Path) -> list[str]:
    """`--platform` for every label of a runner that the workflows name: all of them are this machine."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob(".github/workflows/*.y*ml"))]
    labels = {
        word for text in texts for line in RUNS_ON.findall(text) for word in re.findall(r"[A-Za-z0-9][\w.-]*", line)
    }
    return [word for label in sorted({"ubuntu-latest", *labels}) for word in ("--platform", f"{label}=-self-hosted")]


def _jobs(program: str, folder: Path, env: Mapping[str, str]) -> list[str]:
    """The ids of all jobs, the second column of act's list, in the order of the files."""
    listed = subprocess.run([program, "--list"], cwd=folder, env=env, capture_output=True, text=True, check=False)
    found = [row.split()[1] for row in listed.stdout.splitlines()[1:] if len(row.split()) > 1]
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob(".github/workflows/*.y*ml")))

    def place(job: str) -> int:
        key = re.search(rf"(?:^|[\s{{,\"']){re.escape(job)}[\"']?\s*:", text)
        return key.start() if key else len(text)

    return sorted(dict.fromkeys(found), key=place)


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
