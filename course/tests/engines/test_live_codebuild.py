"""Exercise 8 with a real Docker and the registry on loopback: what is pushed is what the artifact names."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from checker.course import find_course
from checker.law import matrix
from checker.law.case import read_case
from course.engines.testing import Live, figure, need

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]
MAIN = Path(__file__).parents[2] / "engines" / "__main__.py"
WELL = "finds the image that was pushed, by its digest"


def said_of(target: matrix.Target, folder: Path, *words: str) -> dict[str, str]:
    need("docker")
    target.write(folder)
    done = Live("registry", folder).ask(sys.executable, str(MAIN), "codebuild", *words)
    assert "error: " not in done.stdout, done.stdout
    return {line[:18].strip(): line[18:].strip() for line in done.stdout.splitlines()}


def test_the_solution_pushes_what_its_artifact_names_and_nothing_when_it_fails(tmp_path):
    solution = matrix.solution(read_case(find_course(Path(__file__).parent).exercise("8")), {})

    bar = "a good build is found by its digest, a failed one pushes nothing"
    with figure("registry: exercise 8", bar, engine="registry"):
        assert said_of(solution, tmp_path)["deployment"] == WELL
        assert said_of(solution, tmp_path, "--fail", "tests")["pushed"] == "nothing"
        assert said_of(solution, tmp_path, "--fail", "docker-build")["pushed"] == "nothing"


def test_the_starter_pushes_although_its_tests_failed(tmp_path):
    case = read_case(find_course(Path(__file__).parent).exercise("8"))

    said = said_of(matrix.starter(case), tmp_path, "--fail", "tests")

    assert said["pushed"].startswith("movie-service:latest, which is sha256:")
    assert said["deployment"].endswith("by the tag latest, which can be put on another image")
