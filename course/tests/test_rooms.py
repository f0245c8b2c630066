"""The rooms are kept, and each breach is named with its place and its repair."""

import subprocess
import sys

import pytest

from course.build.sync import ROOT
from course.rooms import import_breaches, machine_breaches, python_files, size_breaches


def test_every_import_of_ours_stays_in_its_room():
    assert list(import_breaches(ROOT)) == []


def test_no_module_or_function_is_too_long():
    assert list(size_breaches(ROOT)) == []


def test_no_file_names_a_path_of_one_machine_or_a_registry():
    assert list(machine_breaches(ROOT)) == []


def test_the_linter_reads_every_python_file_of_ours():
    argv = [sys.executable, "-m", "ruff", "check", "--show-files"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)

    read = set(done.stdout.splitlines())
    left_out = [path for path in python_files(ROOT) if str(ROOT / path) not in read]
    of_trainees = [path for path in left_out if path.parts[0] == "solutions" or {"starter", "wrong"} & set(path.parts)]
    assert left_out == of_trainees


def put(root, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


# Put together here, so that this file does not name one itself.
NOTES = "/".join(("", "root", "notes"))
MOVE = "Move the code to the room that it belongs in."


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "checker/cli.py",
            "import course.outline\n",
            "checker/cli.py:1: the checker may not import 'course.outline'. "
            f"It knows nothing of the course's subject. {MOVE}",
        ),
        (
            "course/service/src/movie_service/app.py",
            "def f():\n    from checker import check\n",
            "course/service/src/movie_service/app.py:2: the service may not import 'checker'. "
            f"It runs in production without the course. {MOVE}",
        ),
        (
            "course/service/tests/test_app.py",
            "import course\n",
            "course/service/tests/test_app.py:1: the service's tests may not import 'course'. "
            f"They run in the service's image. {MOVE}",
        ),
        (
            "course/build/site.py",
            "from exercises import law\n",
            f"course/build/site.py:1: course may not import 'exercises'. Exercises are data to it, not code. {MOVE}",
        ),
        (
            "exercises/01_a/checks/test_01_a.py",
            "import movie_service\n",
            "exercises/01_a/checks/test_01_a.py:1: checks may not import 'movie_service'. "
            f"They see a submission only through the checker. {MOVE}",
        ),
        (
            "exercises/01_a/service/app.py",
            "import checker\n",
            "exercises/01_a/service/app.py:1: an adapter of the service may not import 'checker'. "
            f"It stands for a hand-in. {MOVE}",
        ),
        (
            "exercises/01_a/notebook.py",
            "import course\n",
            "exercises/01_a/notebook.py:1: a notebook may not import 'course'. "
            f"It goes to trainees, who have only the checker. {MOVE}",
        ),
        (
            "exercises/01_a/solution/app.py",
            "from movie_service.model import Model\n",
            "exercises/01_a/solution/app.py:1: a hand-in may not import 'movie_service.model'. "
            f"exercise.toml says in service_imports what else it may import. {MOVE}",
        ),
        (
            "exercises/test_law.py",
            "import exercises\n",
            "exercises/test_law.py:1: the law may not import 'exercises'. "
            f"It judges exercises and imports none. {MOVE}",
        ),
    ],
)
def test_an_import_into_another_room_is_named(tmp_path, name, text, message):
    put(tmp_path, name, text)

    assert list(import_breaches(tmp_path)) == [message]


def test_a_hand_in_may_import_what_its_exercise_allows(tmp_path):
    put(tmp_path, "exercises/09_a/exercise.toml", 'service_imports = ["movie_service.model"]\n')
    put(tmp_path, "exercises/09_a/wrong/slow/app.py", "import movie_service.model\nimport movie_service.settings\n")

    assert [breach.split(":")[1] for breach in import_breaches(tmp_path)] == ["2"]


def test_a_hand_in_that_is_no_python_breaks_no_room(tmp_path):
    put(tmp_path, "exercises/01_a/wrong/no_python/app.py", "import course (")

    assert list(import_breaches(tmp_path)) == []


def test_a_long_function_and_a_long_module_are_named(tmp_path):
    put(tmp_path, "checker/long.py", "def long():\n" + "    x = 1\n" * 50)
    put(tmp_path, "course/longer.py", "x = 1\n" * 301)

    assert list(size_breaches(tmp_path)) == [
        "checker/long.py:1: long() has 51 lines, more than 50. Give its steps names of their own.",
        "course/longer.py: 301 lines, more than 300. Split it by its nouns.",
    ]


def test_a_path_of_one_machine_and_a_host_in_a_lock_are_named(tmp_path):
    put(tmp_path, "docs/page.md", f"See build/work/here, then {NOTES}\n")
    put(tmp_path, "requirements/serve.txt", "fastapi @ https" + "://host/simple\n")

    assert list(machine_breaches(tmp_path)) == [
        f"docs/page.md:1: {NOTES!r} is a path of one machine. Make it relative to the repository.",
        "requirements/serve.txt:1: 'fastapi @ https://host/simple' names a host. "
        "Lock without it; every machine has its own index.",
    ]
