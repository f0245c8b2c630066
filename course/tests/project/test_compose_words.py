"""Every message of the live row on Compose, in full; and of both rows without an engine."""

from __future__ import annotations

import pytest

from checker.course import Course
from checker.errors import CouldNotCheck, Finding, NotYet
from checker.grade import Grader
from course.tests.project import final
from course.tests.project.engine_words import FIRST, LATER, line, said

COMPOSE = {
    "logs": [(0, FIRST), (0, LATER)],
    "ps": [(0, "a1\nb2\nc3\n"), (0, "b2\nc3\n"), (0, "a1\nb2\nc3\n")],
}


def test_compose_passes_when_the_others_answer_and_the_killed_one_comes_back():
    verdict, engine = said("test_12_project_7_live", COMPOSE)

    assert verdict is None
    assert ["docker", "kill", "a1"] in engine.ran


@pytest.mark.parametrize(
    ("says", "finding"),
    [
        (
            {"up --detach --wait": [(1, "container drill-api-2 is unhealthy\n")]},
            Finding(
                "ran docker compose up --detach --wait",
                "container drill-api-2 is unhealthy",
                "exit code 0: all containers run and are healthy",
                "deployment.yaml",
                "Which container does the last line name, and what does its log say?",
            ),
        ),
        (
            {"logs": [(0, "answered 7, failed 1, release 1 (Connection refused)")]},
            Finding(
                "started 3 replicas with docker compose up, and asked them from another container",
                "7 requests answered, 1 failed: Connection refused",
                "an answer to each",
                "deployment.yaml",
                "What do the logs of the containers say?",
            ),
        ),
        (
            {"logs": [(0, FIRST), (0, "answered 44, failed 5, release none (Name or service not known)")]},
            Finding(
                "killed one of 3 containers, while another container asked 40 times a second",
                "2 went on running; 5 requests failed: Name or service not known",
                "the others answer; at most 4 requests, those under way in it, are lost",
                line("spec:"),
                "How many replicas are there in the moment after one of them is gone?",
            ),
        ),
        (
            {"ps": [(0, "a1\nb2\nc3\n"), (0, "b2\nc3\n")]},
            Finding(
                "killed one of 3 containers, and ran docker compose up",
                "2 running after the kill, 2 after docker compose up",
                "2, then 3",
                line("spec:"),
                "What does docker compose ps --all say of each container?",
            ),
        ),
    ],
)  # fmt: skip
def test_what_the_row_on_compose_says(says, finding):
    verdict, _ = said("test_12_project_7_live", COMPOSE | says)

    assert isinstance(verdict, NotYet)
    assert verdict.finding == finding


@pytest.mark.parametrize(
    ("says", "seen"),
    [
        (
            {"docker build": [(1, "ERROR: no space left on device\n")]},
            "docker build of the stand-in's image ended with exit code 1: ERROR: no space left on device",
        ),
        ({"docker kill": [(1, "permission denied\n")]}, "docker kill ended with exit code 1: permission denied"),
        (
            {"logs": [(0, "")]},
            "0 of 40 requests were answered within 180 s, none failed. Check again when this machine is less busy.",
        ),
    ],
)  # fmt: skip
def test_what_is_not_the_trainees_fault_on_compose(says, seen):
    verdict, _ = said("test_12_project_7_live", COMPOSE | says)

    assert isinstance(verdict, CouldNotCheck)
    assert verdict.finding == Finding(seen=seen)


FINDER = (
    "import json, sys; print(json.dumps({'found': False, 'needed': f'No {sys.argv[1]} answers. Try: make infra.'}))"
)


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
