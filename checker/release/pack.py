"""Makes a pack: laid out beside its place, proven to hold no answer, and only then put into place."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from checker.collect import STATE_FILE
from checker.course import Course, find_course
from checker.errors import CheckerError, ExerciseFault, Misuse
from checker.release.answers import code_list, write_sealed
from checker.release.contents import Contents, read_contents
from checker.release.links import cut_links
from checker.release.proof import leaks
from checker.release.wheels import build
from checker.seal import new_secret
from checker.verbs.start import start

LITTER = ("__pycache__", "*.pyc", ".ipynb_checkpoints", ".pytest_cache", STATE_FILE)
SAME = ("exercises", "project", "work", "default_profile")
SEALED = "sealed"
PROFILES = "profiles.toml"
SHOWN_LEAKS = 20
GIT = ("-c", "user.name=course", "-c", "user.email=course@localhost", "-c", "commit.gpgsign=false")


@dataclass(frozen=True)
class Release:
    """What was made: the pack, and what stays with the instructor."""

    pack: Path
    codes: Path
    secret: Path
    exercises: int
    files: int


def release(course: Course, out: Path, *, anew: bool = False) -> Release:
    """Make `out/pack`, `out/codes.txt` and `out/secret.txt`.

    The secret of an earlier release in `out` is kept, so that codes stay good, unless `anew`.
    Raises ExerciseFault when the pack would show an answer; the one that was there stays.
    """
    contents = read_contents(course)
    place = out / "pack"
    _refuse_stranger(place)
    half = out / "pack.half"
    shutil.rmtree(half, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    secret = _secret(out / "secret.txt", anew=anew)
    try:
        _lay_out(course, contents, half, secret)
        _prove(course, contents, half)
        shutil.rmtree(place, ignore_errors=True)
        half.rename(place)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    codes = out / "codes.txt"
    codes.write_text(code_list(course.all, secret), encoding="utf-8")
    codes.chmod(0o600)
    files = sum(path.is_file() for path in place.rglob("*"))
    _as_repository(place)
    return Release(place, codes, out / "secret.txt", len(course.exercises), files)


def _refuse_stranger(place: Path) -> None:
    if place.exists() and not (place / SEALED).is_dir():
        raise Misuse(
            f"The folder {str(place)!r} is there and is not a pack; it was left as it is.",
            "name another folder with --out",
        )


def _secret(path: Path, *, anew: bool) -> str:
    if path.is_file() and not anew:
        return path.read_text(encoding="utf-8").strip()
    secret = new_secret()
    path.touch(mode=0o600)
    path.write_text(f"{secret}\n", encoding="utf-8")
    return secret


def _lay_out(course: Course, contents: Contents, pack: Path, secret: str) -> None:
    if contents.template:
        _copy(course.root / contents.template, pack)
    for name in contents.copy:
        _copy(_source(course, name), pack / name)
    for exercise in course.all:
        target = pack / exercise.folder.relative_to(course.root)
        for name in contents.exercise:
            # The project has no predictions: what it asks is found out by running it.
            if exercise is not course.project or (exercise.folder / name).exists():
                _copy(exercise.folder / name, target / name)
        cut_links(target)
    for wheel in contents.wheels:
        build(wheel, pack / "wheels")
    _write_settings(course, pack)
    write_sealed(course.all, pack / SEALED, secret)
    _make(course, contents, pack)
    _put_into_work(pack)


def _source(course: Course, name: str) -> Path:
    """A resource comes from where resources come from, which a test or a grader may have set elsewhere."""
    places = {path: resource for resource, path in course.table.get("resources", {}).items()}
    return course.resource(places[name]) if name in places else course.root / name


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(*LITTER), dirs_exist_ok=True)
    elif source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    else:
        raise ExerciseFault(
            f"The pack needs {str(source)!r}, which is not there.",
            "make start, which makes data and model; or mend [tool.checker.pack] in pyproject.toml",
        )


def _write_settings(course: Course, pack: Path) -> None:
    """The pack's own [tool.checker], from the course's: the same places, no contents of packs, answers sealed."""
    kept: dict[str, str] = {key: course.table[key] for key in SAME if key in course.table}
    lines = ["# All that the checker knows of this course. Paths are relative to this file.", "[tool.checker]"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in (kept | {"sealed": SEALED} | _own(course)).items()]
    if "profiles" in course.table:
        lines.append(f"profiles = {json.dumps(PROFILES)}")
        (pack / PROFILES).write_text(_profiles(course), encoding="utf-8")
    resources = course.table.get("resources", {})
    if resources:
        lines += ["", "[tool.checker.resources]"]
        lines += [f"{json.dumps(name)} = {json.dumps(path)}" for name, path in sorted(resources.items())]
    (pack / "pyproject.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _own(course: Course) -> dict[str, str]:
    """What holds in the pack and not in the clone: how its environment is made, which lock it has."""
    return dict(course.table["pack"].get("settings", {}))


def _profiles(course: Course) -> str:
    table = tomllib.loads((course.root / course.table["profiles"]).read_text(encoding="utf-8"))
    lines = ["# Which tiers of checks count, by the way in which the course is taken."]
    for name, profile in table.get("profiles", {}).items():
        lines += ["", f"[profiles.{json.dumps(name)}]", f"tiers = {json.dumps(list(profile['tiers']))}"]
    return "\n".join(lines) + "\n"


def _make(course: Course, contents: Contents, pack: Path) -> None:
    for name, words in contents.made.items():
        out = pack / name
        out.parent.mkdir(parents=True, exist_ok=True)
        argv = [sys.executable, "-m", *(word.format(out=out.resolve()) for word in shlex.split(words))]
        done = subprocess.run(argv, cwd=course.root, capture_output=True, text=True, check=False)
        if done.returncode != 0 or not out.exists():
            last = (done.stderr.strip().splitlines() or ["nothing was said"])[-1]
            raise ExerciseFault(f"{name!r} of the pack could not be made: {last}", f"python -m {words}")


def _put_into_work(pack: Path) -> None:
    """The starters where a trainee works on them. The seed is left out: each trainee draws one of their own.

    The project is begun by hand, after the exercises: it takes their files as they are then.
    """
    laid = find_course(pack)
    for exercise in laid.exercises:
        start(laid, exercise)
        (laid.work / exercise.slug / STATE_FILE).unlink()


def _prove(course: Course, contents: Contents, pack: Path) -> None:
    given = [_source(course, name) for name in contents.given]
    found = leaks(course, pack, known=contents.known, given=given)
    if not found:
        return
    more = f"\n… and {len(found) - SHOWN_LEAKS} more" if len(found) > SHOWN_LEAKS else ""
    shown = "\n".join(f"  {leak}" for leak in found[:SHOWN_LEAKS])
    raise ExerciseFault(
        f"The pack would show {len(found)} line(s) of answers, so it was not made:\n{shown}{more}",
        "take the line out of that file; or say in known of [tool.checker.pack] why trainees may see it",
    )


def _as_repository(pack: Path) -> None:
    """A repository with one commit, when there is git: what trainees hand in is what they changed since."""
    if shutil.which("git") is None:
        return
    # --force: what a person ignores in all their repositories belongs to the pack all the same.
    for words in (["init", "-b", "main"], ["add", "--all", "--force"], ["commit", "-q", "-m", "the course"]):
        done = subprocess.run(["git", *GIT, *words], cwd=pack, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise CheckerError(
                f"git {words[0]} failed in {str(pack)!r}: {done.stderr.strip()}", "git --version; the pack is there"
            )
