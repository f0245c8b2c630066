"""`python -m course certificate FOLDER`: judges a trainee's files and makes a page to print of what they reach.

The points come from the files, judged now: a result that somebody wrote down is never read. Without the course's
secret the page says "self-assessed"; `--sign` puts a code on it that `--verify` knows again. `--against` judges the
files once more and says where a certificate differs from them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from checker.course import Course, find_course
from checker.errors import CheckerError, Misuse
from checker.exercise import Exercise
from checker.grade import Grader
from checker.result import Result
from checker.sandbox import required
from checker.verbs.grading import hand_ins
from course import outline
from course.build.certified import Facts, Line, page, read, verified
from course.outline import Outline, Profile
from course.project import rubric

PROJECT = "the final project"
# All tiers count in it.
PROFILE_OF_PROJECT = "self"


def facts_of(results: Sequence[Result], profile: Profile, course: Outline, *, name: str, day: str) -> Facts:
    """The facts of a profile: a line for each of its exercises, also for one that was not handed in."""
    found = {result.exercise: result for result in results}
    lines = []
    for one in course.exercise:
        if one.number in profile.exercises:
            lines.append(_line(one.number, one.title, found.get(one.slug)))
    return Facts(name, profile.name, profile.title, day, course.grading.pass_mark, tuple(lines))


def _line(number: int, title: str, result: Result | None) -> Line:
    if result is None:
        return Line(number, title, 0, 0, 0, "")
    live = tuple(
        f"{number:02}.{row.id}" for row in result.rows if row.kind == "live" and row.verdict == "could_not_check"
    )
    helped = len({row.task for row in result.rows if row.helped})
    return Line(number, title, result.score, result.max, helped, _digest(result), live)


def _digest(result: Result) -> str:
    return str(result.submission["sha256"])[:16]


def project_facts(result: Result, *, person: int, name: str, day: str) -> tuple[Facts, tuple[str, ...]]:
    """The facts of the final project, a line for each row of the rubric; and what keeps it from being passed."""
    read_rubric = rubric.load()
    mark = rubric.mark(read_rubric, result.to_dict()["rows"], person=person)
    live = tuple(f"12.{row.id}" for row in result.rows if row.verdict == "could_not_check")
    lines = tuple(
        Line(one.row.number, one.row.title, one.earned, one.most, int(one.helped), _digest(result), live,
             person=one.row.person)
        for one in mark.rows
    )  # fmt: skip
    facts = Facts(
        name, "project", PROJECT, day, read_rubric.pass_mark, lines, kind="project", needed=read_rubric.needed
    )
    return facts, mark.missing


def main(argv: list[str]) -> int:
    """0: made, or nothing differs; 1: below the pass mark, or something differs; 2: misuse."""
    course = outline.load()
    options = _options(argv, course)
    try:
        secret = _secret(options.sign)
        if options.verify:
            return _verify(options.path, secret)
        return _against(options, course) if options.against else _make(options, course, secret)
    except CheckerError as error:
        print(f"error: {error}\ntry: {error.next_step}", file=sys.stderr)
        return 2


def _options(argv: list[str], course: Outline) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m course certificate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path, help="a trainee's folder; with --verify, a certificate")
    parser.add_argument("--name", default="", help="whose certificate it is")
    parser.add_argument("--profile", choices=tuple(course.profiles), default="self", help="which exercises it is about")
    parser.add_argument("--project", action="store_true", help="about the final project instead, by its rubric")
    parser.add_argument(
        "--person", type=int, choices=range(6), default=0, metavar="0-5",
        help="the points that a person gives for the project's runbook",
    )  # fmt: skip
    parser.add_argument("--sign", type=Path, metavar="SECRET", help="the file build/release/secret.txt of this course")
    parser.add_argument("--verify", action="store_true", help="compare the code of a signed certificate; needs --sign")
    parser.add_argument(
        "--against", type=Path, metavar="CERTIFICATE", help="judge the files again and compare them with this page"
    )
    parser.add_argument(
        "--allow-weak-isolation", action="store_true",
        help="judge work of others where this machine cannot shut it off in namespaces",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=Path("certificate.html"), help="default: certificate.html")
    return parser.parse_args(argv)


def _secret(path: Path | None) -> bytes | None:
    try:
        return path.read_bytes().strip() if path else None
    except OSError as error:
        raise Misuse(f"{str(path)!r} cannot be read: {error.strerror}.", "make release writes it") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise Misuse(f"{str(path)!r} cannot be read: {error.strerror}.", "name the file of a certificate") from None


def _verify(path: Path, secret: bytes | None) -> int:
    if not secret:
        raise Misuse("A code can be compared by its secret only.", "name its file: --sign build/release/secret.txt")
    facts = verified(_text(path), secret)
    verb = "passed" if facts.kind == "project" else "completed"
    print(f"{facts.name} {verb} {facts.title} on {facts.day}: the code is right. Compare the points:")
    for line in facts.lines:
        print(f"  {line.number} {line.title}: {line.score} of {line.max}")
    return 0


def _make(options: argparse.Namespace, course: Outline, secret: bytes | None) -> int:
    if not options.name:
        raise Misuse("A certificate has somebody's name.", 'add it: --name "Ada Lovelace"')
    day = datetime.now(UTC).date().isoformat()
    facts, missing = _judged(options, course, options.name, day)
    if missing:
        for said in missing:
            print(said)
        print("There is no certificate yet.")
        return 1
    options.out.write_text(page(facts, secret), encoding="utf-8")
    print(
        f"{options.out}: {facts.name}, {facts.title}, {'signed' if secret else 'self-assessed'}. Open it and print it."
    )
    return 0


def _against(options: argparse.Namespace, course: Outline) -> int:
    """Judge the files of a certificate again. Whoever signed it, the files decide."""
    shown, _ = read(_text(options.against))
    person = sum(line.score for line in shown.lines if line.person)
    asked = argparse.Namespace(
        path=options.path, project=shown.kind == "project", profile=shown.profile, person=person,
        allow_weak_isolation=options.allow_weak_isolation,
    )  # fmt: skip
    if not asked.project and asked.profile not in course.profiles:
        raise Misuse(f"The certificate names a profile {asked.profile!r}, which is not there.", "compare its version")
    facts, missing = _judged(asked, course, shown.name, shown.day)
    differing = list(differences(shown, facts))
    for said in (*differing, *missing):
        print(said)
    if differing or missing:
        print(f"error: the files do not reach what {str(options.against)!r} says.", file=sys.stderr)
        return 1
    given = f" {person} points of a person were taken as they stand." if person else ""
    print(f"{len(facts.lines)} lines judged again: files and points are those of the certificate.{given}")
    return 0


def differences(shown: Facts, judged: Facts) -> list[str]:
    """A line for each line of the certificate that the files do not bear out."""
    there = {line.number: line for line in shown.lines}
    said = []
    for line in judged.lines:
        one = there.get(line.number, replace(line, score=0, files="none"))
        name = f"{line.number} {line.title}"
        if one.files != line.files:
            said.append(f"{name}: other files, {line.files or 'none'} and not {one.files or 'none'}")
        if (one.score, one.max) != (line.score, line.max):
            said.append(f"{name}: {line.score} of {line.max} points, and not {one.score} of {one.max}")
    return said


def _judged(options: argparse.Namespace, course: Outline, name: str, day: str) -> tuple[Facts, tuple[str, ...]]:
    """The facts that the files bear out, and lines that say what keeps it from being a certificate."""
    found = find_course()
    if options.project:
        wanted = [found.project] if found.project else []
        result = _results(options, wanted, found, PROFILE_OF_PROJECT, PROJECT)[0]
        facts, missing = project_facts(result, person=options.person, name=name, day=day)
        return facts, tuple(f"Not passed: {said}." for said in missing)
    profile = course.profiles[options.profile]
    slugs = {one.slug for one in course.exercise if one.number in profile.exercises}
    wanted = [one for one in found.exercises if one.slug in slugs]
    results = _results(options, wanted, found, profile.name, f"the exercises of {profile.name!r}")
    facts = facts_of(results, profile, course, name=name, day=day)
    return facts, tuple(_below(facts))


def _below(facts: Facts) -> list[str]:
    if not facts.missing:
        return []
    lines = [f"{len(facts.missing)} of {len(facts.lines)} exercises are below {facts.pass_mark} percent:"]
    for line in facts.missing:
        lines.append(f"  {line.number} {line.title}: {f'{line.score} of {line.max}' if line.max else 'not handed in'}")
    return lines


def _results(
    options: argparse.Namespace, wanted: list[Exercise], course: Course, profile: str, named: str
) -> list[Result]:  # fmt: skip
    """Judge what the folder holds, shut off as `checker grade` does it."""
    folder = options.path
    given = hand_ins(folder, wanted) or hand_ins(folder / "work", wanted) if folder.is_dir() else []
    if not given:
        raise Misuse(f"{str(folder)!r} holds none of {named}.", "name the folder work/")
    work = course.work.resolve()
    own = work in (folder.resolve(), *folder.resolve().parents) or work == (folder / "work").resolve()
    level = required(own_work=own, allow_weak=options.allow_weak_isolation)
    results = []
    with Grader(course, isolation=level) as grader:
        for exercise, place in given:
            print(f"judging {exercise.slug}", file=sys.stderr, flush=True)
            results.append(grader.grade(exercise, place, profile=profile))
    return results
