"""The drills are told once: the messages that both live rows share, in full, and the brief's table."""

from __future__ import annotations

import pytest

from checker import sibling
from checker.course import Course
from checker.errors import CouldNotCheck, Finding, NotYet
from checker.grade import Grader
from course.tests.project import final
from course.tests.project.engine_words import BACK, CHECKS, FIRST, LATER, REFERENCE, ROWS, SAYS, line, said

drills, compose, cluster = (sibling(CHECKS, name) for name in ("drills", "compose", "cluster"))
COSTS = "answered 44, failed 6, release none (timed out)"
WHO = {
    "compose-drill": ("with docker compose up", "another container"),
    "cluster-drill": ("in a namespace of their own", "another pod"),
}
# A cluster and Compose are asked in other words; the story is the same.
LOST = {
    "compose-drill": "4 requests are lost, those under way in it",
    "cluster-drill": "60 requests are lost, those under way in it and those sent to it until it is missed",
}
SHOWN = {"compose-drill": "2 of 3 replicas run", "cluster-drill": "kubectl get pods shows 1 restart"}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_passes_when_only_the_killed_one_loses_what_was_under_way(row):
    verdict, _ = said(row, SAYS[row])

    assert verdict is None


@pytest.mark.parametrize("row", ROWS)
def test_replicas_that_do_not_all_answer_at_first_are_told(row):
    verdict, _ = said(row, SAYS[row] | {"logs": [(0, "answered 41, failed 2, release 1 (Connection refused)")]})

    starts, asks = WHO[row]
    assert _finding(verdict) == Finding(
        f"started 3 replicas {starts}, and asked them from {asks}",
        "41 requests answered, 2 failed: Connection refused",
        "an answer to each",
        line("readinessProbe:"),
        "From which moment on does a replica get requests, and what tells the engine so?",
    )


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("logs", [[FIRST, COSTS], [FIRST, LATER, COSTS]])
def test_an_update_that_costs_answers_is_told_on_its_way_there_and_back(row, logs):
    verdict, _ = said(row, SAYS[row] | {"logs": [(0, one) for one in logs]})

    assert _finding(verdict) == Finding(
        f"updated to a release that never gets ready, while {WHO[row][1]} asked 40 times a second",
        "3 old and 1 new replicas, 0 of the new count as ready; 6 of 50 requests failed: timed out",
        "no request fails: old replicas go on answering while the new one does not get ready",
        line("strategy:"),
        "How many old replicas may be gone while not one new one is ready?",
    )


@pytest.mark.parametrize("row", ROWS)
def test_a_replica_that_nobody_stands_in_for_is_told(row):
    lost = "answered 141, failed 61, release none (Connection refused)"
    verdict, _ = said(row, SAYS[row] | {"logs": [(0, one) for one in (FIRST, LATER, BACK, lost)]})

    assert _finding(verdict) == Finding(
        f"killed one of 3 replicas, while {WHO[row][1]} asked 40 times a second",
        f"{SHOWN[row]}; 61 requests failed: Connection refused",
        f"the others answer; at most {LOST[row]}",
        line("spec:"),
        "How many replicas are there in the moment after one of them is gone?",
    )


@pytest.mark.parametrize("row", ROWS)
def test_a_probe_of_another_port_is_told_before_an_engine_is_asked(row):
    verdict, engine = said(row, SAYS[row], REFERENCE.replace("containerPort: 8000", "containerPort: 80"))

    assert _finding(verdict) == Finding(
        "read the readiness probe, before an engine waits three minutes for it",
        "the probe asks port 80, and the service listens on 8000",
        "the port that the service listens on",
        line("port: http"),
        "Which number has the port that the container opens?",
    )
    assert engine.ran == []


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize(
    ("says", "seen"),
    [
        (
            {"docker build": [(1, "ERROR: no space left on device\n")]},
            "docker build of the stand-in's image ended with exit code 1: ERROR: no space left on device",
        ),
        (
            {"logs": [(0, "")]},
            "0 of 40 requests were answered within 180 s, none failed. Check again when this machine is less busy.",
        ),
    ],
)  # fmt: skip
def test_what_is_never_the_trainees_fault(row, says, seen):
    verdict, _ = said(row, SAYS[row] | says)

    assert isinstance(verdict, CouldNotCheck)
    assert verdict.finding == Finding(seen=seen)


def test_the_brief_has_the_table_of_the_drills():
    brief = (final.COURSE.project.folder / "README.md").read_text(encoding="utf-8")

    for one in drills.DRILLS:
        row = (one.name, one.done, one.seen, one.holds, compose.BY[one], cluster.BY[one])
        assert f"| {' | '.join(row)} |" in brief


FINDER = (
    "import json, sys; print(json.dumps({'found': False, 'needed': f'No {sys.argv[1]} answers. Try: make infra.'}))"
)


@pytest.mark.slow
def test_a_row_whose_engine_is_missing_says_what_would_be_needed(tmp_path):
    (tmp_path / "finder.py").write_text(FINDER, encoding="utf-8")
    course = Course(final.COURSE.root, final.COURSE.table | {"engines": [str(tmp_path / "finder.py")]})

    with Grader(course, {"model": tmp_path}) as grader:
        result = grader.grade(course.project, final.lay(tmp_path / "work"), task=7, seed=7, live=True)

    told = {row.id: (row.verdict, row.seen) for row in result.rows if row.kind == "live"}
    assert told == {
        "compose-drill": ("could_not_check", "No docker answers. Try: make infra."),
        "cluster-drill": (
            "could_not_check", "No kubernetes answers. Try: make infra. No docker answers. Try: make infra.",
        ),
    }  # fmt: skip
    assert (result.status, result.score) == ("graded", 0)


def _finding(verdict):
    assert isinstance(verdict, NotYet)
    return verdict.finding
