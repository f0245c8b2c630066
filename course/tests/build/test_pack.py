"""The course's own pack: it can be made, shows no answer, and judges exercise 1 as the clone does."""

import ast
import json
import subprocess
import sys
import zipfile

import pytest

from checker import Grader
from checker.course import find_course
from checker.release.pack import release
from course.build.sync import ROOT

pytestmark = pytest.mark.slow
# Parts of course/start and course/engines for who makes the course: nothing in a pack calls them.
MAKERS = {"course/engines/agreement.py", "course/engines/record.py", "course/start/welcome.py"}


@pytest.fixture(scope="module")
def pack(tmp_path_factory, data_dir, bundle_dir):
    """Made from this clone, with the tests' own data and model: build/ may be empty."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHECKER_RESOURCE_DATA", str(data_dir))
        patch.setenv("CHECKER_RESOURCE_MODEL", str(bundle_dir))
        return release(find_course(ROOT), tmp_path_factory.mktemp("release")).pack


def test_it_holds_all_that_it_needs_to_run_by_itself(pack):
    for name in (
        "README.md", "Makefile", "start.py", "LICENSE", "requirements/learn.txt", ".github/workflows/grade.yml",
        ".github/workflows/grade-pack.yml", ".gitlab/grade-pack.yml",
        "course/bootstrap.py", "course/start/pack.py", "course/lab/jupyter_server_config.py", "build/data/u.data",
        "build/model/manifest.json", "work/START_HERE.ipynb", "work/01_prediction_endpoint/app.py",
    ):  # fmt: skip
        assert (pack / name).is_file(), name


def test_its_modules_import_nothing_that_stayed_behind(pack):
    files = {path.relative_to(pack).as_posix(): path for path in (pack / "course").rglob("*.py")}
    asked = {(name, module) for name, path in files.items() if name not in MAKERS for module in imported(path)}

    assert [one for one in sorted(asked) if is_module(ROOT, one[1]) and not is_module(pack, one[1])] == []


def imported(path):
    """The modules of ours that a file asks for; of `from course.a import b` both, since b may be one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith("course."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "course":
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def is_module(root, name):
    place = root / name.replace(".", "/")
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def test_it_holds_nothing_of_the_answers_by_name(pack):
    names = {path.relative_to(pack).as_posix() for path in pack.rglob("*") if ".git" not in path.parts}

    kept_back = ("solution", "right", "wrong", "walkthrough.md", "variants.toml", "notebook.py", "tests", "service")
    assert [name for name in names if set(name.split("/")) & set(kept_back)] == []


def test_each_of_its_notebooks_can_be_opened(pack):
    """Links are cut out of them as text."""
    notebooks = sorted(pack.rglob("*.ipynb"))

    assert len(notebooks) > len(list((pack / "exercises").iterdir()))
    for path in notebooks:
        assert json.loads(path.read_text(encoding="utf-8"))["nbformat"] == 4, path


def test_its_wheels_are_the_checker_and_the_service_without_tests(pack):
    found = {}
    for path in (pack / "wheels").glob("*.whl"):
        with zipfile.ZipFile(path) as wheel:
            found[path.name.partition("-")[0]] = wheel.namelist()

    assert set(found) == {"course_checker", "movie_service"}
    read = {"checker/checks.ini", "checker/result.schema.json", "checker/buildspec/schema.json"}
    assert read <= set(found["course_checker"])
    assert not [name for names in found.values() for name in names if "/tests/" in name]


def test_its_start_says_what_it_does_not_know(pack):
    done = subprocess.run([sys.executable, "start.py", "stop"], cwd=pack, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (2, "error: there is no 'stop'.\ntry: python3 start.py --help\n")


def test_exercise_1_gets_the_same_rows_in_the_pack_as_in_the_clone(pack):
    starter = ROOT / "exercises/01_prediction_endpoint/starter"
    with Grader(find_course(ROOT)) as here, Grader(find_course(pack)) as there:
        rows = [grader.grade(1, starter, seed=5).rows for grader in (here, there)]

    assert rows[0] == rows[1]
    assert sum(row.earned for row in rows[0]) == 0
