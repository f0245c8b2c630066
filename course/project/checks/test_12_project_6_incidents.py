"""Row 6 of the rubric: two incidents, drawn by the trainee's seed.

Cause and first signal are compared with what was drawn. The repair is carried out on the reference system, broken in
the same way, and counts when the incident is over afterwards: course/project/incidents/drill.py says how. It is asked
last, once the diagnosis is right: a repair of something else would say nothing, and each drill starts processes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from checker import check, expect, partial, read_hints, sibling
from checker.course import find_course
from checker.errors import CouldNotCheck, Finding

HINTS = read_hints(__file__)
truth = sibling(__file__, "answers")
ROOT = Path(__file__).parents[3]
# A drill takes 10 to 30 seconds on a machine that is not busy.
PATIENCE = 600
DIAGNOSIS_POINTS = 3
NOT_SEEN = "The drill of your incident {number} came to no end: {why}. Check again when this machine is less busy."


def _judge(submission: Any, place: str, number: int) -> None:
    right = truth.answers(submission.seed, {})
    given = {part: submission.answers().get(f"{place}_{part}", str) for part in ("cause", "signal", "repair")}
    known = {"cause": tuple(truth.TRUTH), "signal": truth.SIGNALS, "repair": truth.REPAIRS}
    for part, words in known.items():
        expect(
            given[part] in words,
            tried=f"read {place}_{part} in answers.toml",
            seen=f"{given[part]!r} is none of the brief's words",
            expected=f"one of: {', '.join(words)}",
            where=f"answers.toml, {place}_{part}",
            next="Which row of the brief's table says what you saw?",
        )
    # Whoever is told which of the two is wrong, by words or by points, finds both by trying.
    expect(
        all(given[part] == right[f"{place}_{part}"] for part in ("cause", "signal")),
        tried=f"compared your diagnosis with the incident that was drawn for you, number {number}",
        seen=f"{given['cause']} seen first by {given['signal']} is not what happened: the cause, the signal, or both",
        expected="cause and first signal of this one incident",
        where=f"answers.toml, {place}_cause and {place}_signal",
        next="Which plot of your incident's page moves first, which stay still, and what says events.txt then?",
    )
    _repaired(submission, given["cause"], given["repair"], f"{place}_repair", number)


def _repaired(submission: Any, incident: str, repair: str, key: str, number: int) -> None:
    effect = _carried_out(submission, incident, repair, number)
    if effect["over"]:
        return
    partial(
        DIAGNOSIS_POINTS,
        tried=f"broke the reference system as in your incident {number}, and carried out your repair: {repair}",
        seen=f"{effect['did']}; {effect['stays']}" if effect["stays"] else effect["did"],
        expected="what was wrong is over, and it is your repair that ended it",
        where=f"answers.toml, {key}",
        next="What was changed when it began, and which of the repairs changes that back?",
    )


def _carried_out(submission: Any, incident: str, repair: str, number: int) -> dict[str, Any]:
    """What came of it. The drill is a process of its own: it needs the course's modules, and this one has not."""
    data = find_course(ROOT).resource("data")
    words = ["-m", "course.project.incidents.drill", incident, repair, str(data), str(submission.resource("model"))]
    try:
        ran = subprocess.run(
            [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
        )  # fmt: skip
        effect: dict[str, Any] = json.loads(ran.stdout)
    except subprocess.TimeoutExpired:
        effect = {"seen": False, "did": f"it ran for {PATIENCE} seconds"}
    except ValueError:
        effect = {"seen": False, "did": (ran.stderr.strip().splitlines() or ["no word"])[-1]}
    if not effect["seen"]:
        why = effect["did"].rstrip(".") or "its alert did not fire"
        raise CouldNotCheck(Finding(seen=NOT_SEEN.format(number=number, why=why)))
    return effect


@check(
    id="first-incident",
    task=6,
    points=5,
    hints=HINTS["first-incident"],
    why="The first signal tells where to look; what stays still tells where not to.",
)
def test_the_first_incident_is_named(submission: Any) -> None:
    """Cause and first signal of your first incident are right, and your repair ends it."""
    _judge(submission, "first", 1)


@check(
    id="second-incident",
    task=6,
    points=5,
    tier="full",
    hints=HINTS["second-incident"],
    why="Two incidents with the same symptom have different causes; evidence parts them.",
)
def test_the_second_incident_is_named(submission: Any) -> None:
    """Cause and first signal of your second incident are right, and your repair ends it."""
    _judge(submission, "second", 2)
