"""`python -m course certificate FOLDER`: judges a trainee's files and makes a page to print of what they reach.

The points come from the files, judged now: a result that somebody wrote down is never read. Without the course's
secret the page says "self-assessed"; `--sign` puts a code on it that `--verify` knows again.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import html
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from checker.course import find_course
from checker.errors import Misuse
from checker.grade import Grader
from checker.result import Result
from checker.verbs.grading import hand_ins
from course import outline
from course.outline import Outline, Profile

DATA = re.compile(r'<script type="application/json" id="facts">(.*?)</script>', re.DOTALL)
STYLES = Path(__file__).with_name("certificate.css")


@dataclass(frozen=True)
class Line:
    """One exercise: points of its profile's maximum, and the digest of the files that reached them."""

    exercise: int
    title: str
    score: int
    max: int
    helped: int
    files: str
    not_checked: tuple[str, ...] = ()

    def reaches(self, pass_mark: int) -> bool:
        return self.max > 0 and 100 * self.score >= pass_mark * self.max


@dataclass(frozen=True)
class Facts:
    """What a certificate says; its code covers all of it."""

    name: str
    profile: str
    title: str
    day: str
    pass_mark: int
    lines: tuple[Line, ...]

    @property
    def missing(self) -> list[Line]:
        """The exercises that are below the pass mark."""
        return [line for line in self.lines if not line.reaches(self.pass_mark)]

    def code(self, secret: bytes) -> str:
        said = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()[:32]


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
    live = tuple(row.id for row in result.rows if row.kind == "live" and row.verdict == "could_not_check")
    helped = len({row.task for row in result.rows if row.helped})
    return Line(number, title, result.score, result.max, helped, str(result.submission["sha256"])[:16], live)


def page(facts: Facts, secret: bytes | None = None) -> str:
    """The certificate as one file, to print on a sheet."""
    rows = "".join(_row(line) for line in facts.lines)
    names = [name for line in facts.lines for name in line.not_checked]
    live = (
        f"<p><b>Not checked</b>, since they need a real engine, and without points: {_cell(', '.join(names))}.</p>"
        if names
        else ""
    )
    code = facts.code(secret) if secret else ""
    signed = (
        f"<p><b>Signed.</b> Code {code}. Whoever has the course's secret can compare it.</p>"
        if code
        else "<p><b>Self-assessed.</b> Nobody signed this page; the points were judged on its holder's machine.</p>"
    )
    data = json.dumps({"facts": asdict(facts), "code": code}, ensure_ascii=False).replace("<", "\\u003c")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Certificate of {_cell(facts.name)}</title><style>{STYLES.read_text(encoding='utf-8')}</style></head>"
        f'<body><main><p class="over">From a model file to a service that is watched</p><h1>{_cell(facts.name)}</h1>'
        f"<p>completed <b>{_cell(facts.title)}</b> on {facts.day}.</p>"
        '<table><thead><tr><th scope="col">Exercise</th><th scope="col">Points</th><th scope="col">Helped tasks</th>'
        f'<th scope="col">Files</th></tr></thead><tbody>{rows}</tbody></table>'
        f"<p>Each exercise reaches {facts.pass_mark} percent or more of the points that this profile counts. "
        f"A task that was helped earns none.</p>{live}{signed}"
        f'<script type="application/json" id="facts">{data}</script></main></body></html>'
    )


def _row(line: Line) -> str:
    cells = (f"{line.score} of {line.max}", line.helped or "none", f"<code>{line.files}</code>")
    return f'<tr><th scope="row">{line.exercise} {_cell(line.title)}</th>' + "".join(
        f"<td>{cell}</td>" for cell in cells
    ) + "</tr>"  # fmt: skip


def _cell(text: str) -> str:
    return html.escape(text)


def verified(text: str, secret: bytes) -> Facts:
    """The facts of a signed page. Raises Misuse when its code is not that of its facts."""
    found = DATA.search(text)
    if found is None:
        raise Misuse("This file is no certificate of this course.", "python -m course certificate --help")
    said = json.loads(found[1])
    lines = tuple(Line(**(one | {"not_checked": tuple(one["not_checked"])})) for one in said["facts"]["lines"])
    facts = Facts(**(said["facts"] | {"lines": lines}))
    if not hmac.compare_digest(facts.code(secret), said["code"]):
        raise Misuse(
            "The code does not belong to what the page says: it was changed, or signed with another secret.",
            "judge the files again: python -m course certificate FOLDER",
        )
    return facts


def main(argv: list[str]) -> int:
    """0: made, 1: an exercise is below the pass mark, 2: misuse."""
    course = outline.load()
    parser = argparse.ArgumentParser(
        prog="python -m course certificate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path, help="a trainee's folder; with --verify, a certificate")
    parser.add_argument("--name", default="", help="whose certificate it is")
    parser.add_argument("--profile", choices=tuple(course.profiles), default="self", help="which exercises it is about")
    parser.add_argument("--sign", type=Path, metavar="SECRET", help="the file build/release/secret.txt of this course")
    parser.add_argument("--verify", action="store_true", help="compare the code of a signed certificate; needs --sign")
    parser.add_argument("--out", type=Path, default=Path("certificate.html"), help="default: certificate.html")
    options = parser.parse_args(argv)
    try:
        secret = _secret(options.sign)
        return _verify(options.path, secret) if options.verify else _make(options, course, secret)
    except Misuse as error:
        print(f"error: {error}\ntry: {error.next_step}", file=sys.stderr)
        return 2


def _secret(path: Path | None) -> bytes | None:
    try:
        return path.read_bytes().strip() if path else None
    except OSError as error:
        raise Misuse(f"{str(path)!r} cannot be read: {error.strerror}.", "make release writes it") from None


def _verify(path: Path, secret: bytes | None) -> int:
    if not secret:
        raise Misuse("A code can be compared by its secret only.", "name its file: --sign build/release/secret.txt")
    facts = verified(path.read_text(encoding="utf-8"), secret)
    print(f"{facts.name} completed {facts.title} on {facts.day}: the code is right. Compare the points:")
    for line in facts.lines:
        print(f"  {line.exercise} {line.title}: {line.score} of {line.max}")
    return 0


def _make(options: argparse.Namespace, course: Outline, secret: bytes | None) -> int:
    if not options.name:
        raise Misuse("A certificate has somebody's name.", 'add it: --name "Ada Lovelace"')
    profile = course.profiles[options.profile]
    facts = facts_of(
        _judged(options.path, profile, course),
        profile,
        course,
        name=options.name,
        day=datetime.now(UTC).date().isoformat(),
    )
    if facts.missing:
        print(f"{len(facts.missing)} of {len(facts.lines)} exercises are below {facts.pass_mark} percent:")
        for line in facts.missing:
            print(f"  {line.exercise} {line.title}: {f'{line.score} of {line.max}' if line.max else 'not handed in'}")
        print("There is no certificate yet.")
        return 1
    options.out.write_text(page(facts, secret), encoding="utf-8")
    print(
        f"{options.out}: {facts.name}, {facts.title}, {'signed' if secret else 'self-assessed'}. Open it and print it."
    )
    return 0


def _judged(folder: Path, profile: Profile, course: Outline) -> list[Result]:
    found = find_course()
    slugs = {one.slug for one in course.exercise if one.number in profile.exercises}
    wanted = [one for one in found.exercises if one.slug in slugs]
    given = hand_ins(folder, wanted) or hand_ins(folder / "work", wanted) if folder.is_dir() else []
    if not given:
        raise Misuse(f"{str(folder)!r} holds none of the exercises of {profile.name!r}.", "name the folder work/")
    results = []
    with Grader(found) as grader:
        for exercise, place in given:
            print(f"judging {exercise.slug}", file=sys.stderr, flush=True)
            results.append(grader.grade(exercise, place, profile=profile.name))
    return results
