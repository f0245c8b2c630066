"""The project takes a trainee's own files, and a whole file as the answer of its row."""

from __future__ import annotations

import shutil

import pytest

from checker.course import Course
from checker.errors import ExerciseFault
from checker.exercise import read_exercise
from checker.release.answers import pieces
from checker.verbs.start import start
from course.tests.project import final


@pytest.fixture
def course(tmp_path, bundle, monkeypatch):
    """The course with a work folder of its own."""
    monkeypatch.setenv("CHECKER_RESOURCE_MODEL", str(bundle))
    return Course(final.COURSE.root, final.COURSE.table | {"work": str(tmp_path / "work")})


def test_a_file_of_an_exercise_that_was_begun_is_taken(course):
    own = course.work / "05_kubernetes" / "deployment.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("# mine\n", encoding="utf-8")

    start(course, course.project)

    begun = course.work / "12_project"
    given = course.exercise("07_github_actions").starter / "deploy.yml"
    assert (begun / "deployment.yaml").read_text(encoding="utf-8") == "# mine\n"
    assert (begun / "deploy.yml").read_bytes() == given.read_bytes()


def test_what_lies_in_the_project_already_is_kept(course):
    start(course, course.project)
    kept = course.work / "12_project" / "deploy.yml"
    kept.write_text("# changed\n", encoding="utf-8")

    start(course, course.project)

    assert kept.read_text(encoding="utf-8") == "# changed\n"


def test_the_answer_of_a_row_is_its_files_without_marks():
    found = pieces(final.COURSE.project, final.COURSE.exercises)

    assert sorted(found[1]) == ["deployment.yaml", "inference.py"]
    assert sorted(found[2]) == ["alerts.yaml", "metrics.py", "signals.toml"]
    for name in ("deployment.yaml", "inference.py"):
        assert "SOLUTION" not in found[1][name]
        assert "#|" not in found[1][name]


def test_the_project_is_found_by_its_name_and_is_no_exercise():
    assert final.COURSE.exercise("project") is final.COURSE.project
    assert final.COURSE.exercise(12) is final.COURSE.project
    assert final.COURSE.project not in final.COURSE.exercises


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            '"deploy.yml" = { row = 3 }',
            "project/exercise.toml: [whole] 'deploy.yml' must be a table with task, and exercise where the file comes "
            "from one.",
        ),
        (
            '"other.yml" = { task = 3 }',
            "project/exercise.toml: [whole] gives 'other.yml' to task 3. Name a file of hand_in, and the number of one "
            "of the tasks.",
        ),
    ],
)
def test_a_wrong_table_of_whole_files_is_refused(tmp_path, line, says):
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copyfile(final.COURSE.project.folder / "exercise.toml", folder / "exercise.toml")
    text = (folder / "exercise.toml").read_text(encoding="utf-8")
    (folder / "exercise.toml").write_text(
        text.replace("[whole]", f"[whole]\n{line}").replace(
            '"deploy.yml" = { task = 3, exercise = "07_github_actions" }\n', ""
        ),
        encoding="utf-8",
    )

    with pytest.raises(ExerciseFault) as refused:
        read_exercise(folder)

    assert str(refused.value) == says
