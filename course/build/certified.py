"""What a certificate says, as a page to print and as facts that a code covers."""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from checker.errors import Misuse

DATA = re.compile(r'<script type="application/json" id="facts">(.*?)</script>', re.DOTALL)
STYLES = Path(__file__).with_name("certificate.css")


@dataclass(frozen=True)
class Kind:
    """How a certificate of exercises, or of the final project, says what it lists."""

    verb: str
    line: str
    rule: str


KINDS = {
    "profile": Kind(
        "completed", "Exercise",
        "Each exercise reaches {mark} percent or more of the points that this profile counts. "
        "A task that was helped earns none.",
    ),
    "project": Kind(
        "passed", "Row of the rubric",
        "{mark} of 100 points are needed, and at least half of each of the rows {needed}. "
        "What was filled from the reference earns none.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One exercise or one row: points of what could be got, and the digest of the files that reached them."""

    number: int
    title: str
    score: int
    max: int
    helped: int
    files: str
    not_checked: tuple[str, ...] = ()
    person: bool = False

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
    kind: str = "profile"
    needed: tuple[int, ...] = ()

    @property
    def missing(self) -> list[Line]:
        """The exercises that are below the pass mark."""
        return [line for line in self.lines if not line.reaches(self.pass_mark)]

    def code(self, secret: bytes) -> str:
        said = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()[:32]


def page(facts: Facts, secret: bytes | None = None) -> str:
    """The certificate as one file, to print on a sheet."""
    kind = KINDS[facts.kind]
    code = facts.code(secret) if secret else ""
    data = json.dumps({"facts": asdict(facts), "code": code}, ensure_ascii=False).replace("<", "\\u003c")
    rule = kind.rule.format(mark=facts.pass_mark, needed=", ".join(map(str, facts.needed)))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Certificate of {_cell(facts.name)}</title><style>{STYLES.read_text(encoding='utf-8')}</style></head>"
        f'<body><main><p class="over">From a model file to a service that is watched</p><h1>{_cell(facts.name)}</h1>'
        f"<p>{kind.verb} <b>{_cell(facts.title)}</b> on {facts.day}.</p>{_table(facts, kind)}"
        f"<p>{rule}</p>{_live(facts)}{_signed(code)}"
        f'<script type="application/json" id="facts">{data}</script></main></body></html>'
    )


def _table(facts: Facts, kind: Kind) -> str:
    heads = "".join(f'<th scope="col">{name}</th>' for name in (kind.line, "Points", "Helped tasks", "Files"))
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(map(_row, facts.lines))}</tbody></table>"


def _row(line: Line) -> str:
    points = f"{line.score} of {line.max}{', by a person' if line.person else ''}"
    cells = (points, line.helped or "none", f"<code>{line.files}</code>")
    return f'<tr><th scope="row">{line.number} {_cell(line.title)}</th>' + "".join(
        f"<td>{cell}</td>" for cell in cells
    ) + "</tr>"  # fmt: skip


def _live(facts: Facts) -> str:
    names = dict.fromkeys(name for line in facts.lines for name in line.not_checked)
    if not names:
        return ""
    return f"<p><b>Not checked</b>, since they need a real engine, and without points: {_cell(', '.join(names))}.</p>"


def _signed(code: str) -> str:
    if code:
        return f"<p><b>Signed.</b> Code {code}. Whoever has the course's secret can compare it.</p>"
    return "<p><b>Self-assessed.</b> Nobody signed this page; the points were judged on its holder's machine.</p>"


def _cell(text: str) -> str:
    return html.escape(text)


def read(text: str) -> tuple[Facts, str]:
    """What a page says of itself, and its code, which nobody has compared yet. Raises Misuse for another file."""
    found = DATA.search(text)
    try:
        said = json.loads(found[1] if found else "")
        lines = tuple(Line(**(one | {"not_checked": tuple(one["not_checked"])})) for one in said["facts"]["lines"])
        facts = Facts(**(said["facts"] | {"lines": lines, "needed": tuple(said["facts"]["needed"])}))
        return facts, str(said["code"])
    except (ValueError, TypeError, KeyError):
        raise Misuse("This file is no certificate of this course.", "python -m course certificate --help") from None


def verified(text: str, secret: bytes) -> Facts:
    """The facts of a signed page. Raises Misuse when its code is not that of its facts."""
    facts, code = read(text)
    if not hmac.compare_digest(facts.code(secret), code):
        raise Misuse(
            "The code does not belong to what the page says: it was changed, or signed with another secret.",
            "judge the files again: python -m course certificate FOLDER --against CERTIFICATE",
        )
    return facts
