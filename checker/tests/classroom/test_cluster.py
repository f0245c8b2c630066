"""A class judged by the workers of a Dask cluster: the same bytes, whoever is killed."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from checker.classroom import cluster, cluster_worker
from checker.classroom.exports import export
from checker.classroom.run import Options, Told, grade_class
from checker.cli import main
from checker.course import find_course
from checker.errors import CheckerError, Misuse
from checker.tests.classroom.conftest import EMPTY, PARTIAL, RIGHT, SLUG
from checker.tests.classroom.killed import picture
from checker.tests.classroom.waiting import until

HERE = Path(__file__).resolve().parents[3]
# Seconds in which whatever is waited for has come on the busiest machine.
LIMIT = 200


@pytest.fixture
def there(mini, monkeypatch):
    monkeypatch.chdir(mini.root)


# -- the command line -----------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("there")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--executor", "dask"],
            "error: --executor dask needs --scheduler ADDRESS beside it.\n"
            "try: --executor dask --scheduler tcp://HOST:8786\n",
        ),
        (
            ["--scheduler", "tcp://127.0.0.1:1"],
            "error: --scheduler needs --executor dask beside it.\ntry: --executor dask --scheduler tcp://HOST:8786\n",
        ),
        (
            ["--executor", "dask", "--scheduler", "tcp://127.0.0.1:1", "--jobs", "4"],
            "error: --jobs counts processes of this machine; a cluster judges as many at a time as its workers have "
            "threads.\ntry: dask worker ADDRESS --nworkers N --nthreads 1\n",
        ),
    ],
)
def test_options_that_do_not_go_together(zipped, capsys, words, said):
    given = zipped("ada.zip").parent

    assert main(["grade", str(given), *words]) == 2
    assert capsys.readouterr().err == said


@pytest.mark.usefixtures("there")
def test_one_trainee_is_no_class(given, folder, capsys, tmp_path):
    folder(f"work/{SLUG}", RIGHT)

    assert main(["grade", str(given), "--executor", "dask", "--scheduler", "tcp://127.0.0.1:1"]) == 2
    assert capsys.readouterr().err == (
        f"error: --executor dask is for a class, and {str(given)!r} is one trainee's folder.\n"
        "try: the same command without --executor, or a folder of such folders\n"
    )


@pytest.mark.usefixtures("there")
def test_dask_that_is_not_installed_is_named(given, zipped, capsys, monkeypatch, tmp_path):
    zipped("ada.zip")
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = ["grade", str(given), "--out", str(tmp_path / "out"), "--executor", "dask", "--scheduler", "tcp://a:1"]

    assert main(words) == 2
    assert capsys.readouterr().err == (
        "error: Dask is not installed in this environment, and --executor dask needs its package distributed.\n"
        "try: make env in a clone of the course, or pip install distributed in this environment\n"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.full
@pytest.mark.usefixtures("there")
@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("tcp://127.0.0.1:1", "nothing came back within 1 seconds"),
        ("10.0.0.5", "missing port number in address '10.0.0.5'"),
    ],
)
def test_a_scheduler_that_does_not_answer_is_named(zipped, capsys, monkeypatch, address, why):
    given = zipped("ada.zip").parent
    monkeypatch.setattr(cluster, "SECONDS", 1)

    assert main(["grade", str(given), "--executor", "dask", "--scheduler", address]) == 2
    assert capsys.readouterr().err == (
        f"error: No Dask scheduler answers at {address!r}: {why}.\n"
        "try: dask scheduler on the machine of that address, and --scheduler tcp://HOST:8786\n"
    )


@pytest.mark.full
def test_what_comes_back_without_a_result_is_told():
    from distributed.scheduler import KilledWorker

    asked = object.__new__(cluster.Cluster)
    killed = SimpleNamespace(status="error", exception=lambda: KilledWorker("grade-1", None, 3))
    strange = SimpleNamespace(status="error", exception=lambda: ModuleNotFoundError("No module named 'checker'"))

    assert asked._answer(killed) == {
        "error": "The 4 workers that judged it ended before they answered. Grade the class again, on one machine."
    }
    with pytest.raises(CheckerError) as caught:
        asked._answer(strange)
    assert (str(caught.value), caught.value.next_step) == (
        "A Dask worker cannot judge: ModuleNotFoundError: No module named 'checker'.",
        "start the workers in a clone of this course, with the same packages as here",
    )


# -- what travels ---------------------------------------------------------------------------------------------------
def test_a_hand_in_arrives_as_it_was_collected(tmp_path):
    sent = tmp_path / "sent"
    (sent / "deep" / "er").mkdir(parents=True)
    (sent / "a-folder-in-place-of-a-link").mkdir()
    (sent / "deep" / "er" / "app.py").write_bytes(b"\xff\r\n")
    (sent / "large.bin").touch()
    os.truncate(sent / "large.bin", 1 << 40)

    files = cluster_worker.packed(sent)
    cluster_worker.unpack(files, tmp_path / "got")

    assert cluster_worker.packed(tmp_path / "got") == files
    assert files == {
        "a-folder-in-place-of-a-link": None, "deep": None, "deep/er": None, "deep/er/app.py": b"\xff\r\n",
        "large.bin": 1 << 40,
    }  # fmt: skip


# -- a worker, without a cluster ------------------------------------------------------------------------------------
@pytest.fixture
def worker(mini, monkeypatch):
    """The worker's side in this process, in a course of its own."""
    monkeypatch.setattr(cluster_worker, "_course", lambda: mini)
    monkeypatch.setattr(cluster_worker, "_decisive", lambda course, slug: {"checks": "1", "data": "2"})
    monkeypatch.setattr("socket.gethostname", lambda: "node-7")


def question(**more):
    return {"exercise": SLUG, "seed": 7, "profile": "", "allow_weak": True, "files": {}, "decided_by": {}} | more


def test_a_worker_with_another_course_is_named(worker):
    assert cluster_worker.judge(question(decided_by={"checks": "other", "data": "2"})) == {
        "misuse": f"The Dask worker on node-7 does not have the grader's checks for {SLUG}, so its results would be "
        "others.",
        "next": "the same commit, data and packages on every worker, and --extra-checks as CHECKER_EXTRA_CHECKS; "
        "restart them",
    }


def test_a_worker_that_is_too_weak_judges_nothing(worker, monkeypatch):
    monkeypatch.setattr("checker.sandbox.levels.grading", lambda: "process")
    monkeypatch.setattr("checker.sandbox.levels.why_not", lambda: "Only Linux can do more.")

    assert cluster_worker.judge(question(allow_weak=False)) == {
        "misuse": "The Dask worker on node-7 cannot judge: This machine shuts a submission off at level 'process', and "
        "the work is not your own: it could read your files, other submissions or the checks. Only Linux can do more.",
        "next": "grade on Linux with user namespaces, or, at your own risk, --allow-weak-isolation",
    }


# -- real clusters --------------------------------------------------------------------------------------------------
@pytest.fixture
def started(tmp_path, mini, monkeypatch):
    """Start the programs of Dask as the how-to page says; all of them end with the test."""
    monkeypatch.setattr(cluster, "SECONDS", LIMIT)
    env = {**os.environ, "PYTHONPATH": str(HERE), "TMPDIR": str(tmp_path / "tmp"), "CHECKER_COURSE": str(mini.root)}
    (tmp_path / "tmp").mkdir()
    with contextlib.ExitStack() as stack, (tmp_path / "dask.log").open("wb") as log:

        def start(*words):
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words, "--no-dashboard"], env=env, stdout=log, stderr=log
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        yield start


@pytest.fixture
def scheduler(started, tmp_path):
    """The process, and its address."""
    file = tmp_path / "scheduler.json"
    process = started("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
    # It stands there empty for a moment.
    until(lambda: file.exists() and file.read_text().endswith("}"), LIMIT)
    return process, json.loads(file.read_text())["address"]


@pytest.fixture
def eight(folder):
    """Eight people, no two with the same files."""
    for number in range(8):
        kind = (RIGHT, PARTIAL, EMPTY)[number % 3]
        text = f"{kind['greeting.py']}\n# person {number}\n"
        folder(f"person {number:02d}/{SLUG}", kind | {"greeting.py": text})


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("eight", "there")
def test_a_killed_worker_loses_nothing(scheduler, started, given, tmp_path, capsys):
    address, mini = scheduler[1], find_course()
    words = ["worker", address, "--no-nanny", "--nthreads", "2"]
    first, said, done = started(*words), [], []

    def on_done(what):
        done.append(what)
        if len(done) == 2:
            # All others lie at the only worker, and are judged again by the one that comes after it.
            first.kill()
            started(*words)

    with cluster.Cluster(address, say=said.append) as there:
        run = grade_class(mini, Options(given, tmp_path / "out", seed=7), Told(done=on_done), there.run_jobs)
    export(run, tmp_path / "out", ["csv"])
    export(grade_class(mini, Options(given, tmp_path / "alone", seed=7)), tmp_path / "alone", ["csv"])

    assert picture(tmp_path / "out") == picture(tmp_path / "alone")
    assert len(done) == 8
    assert first.wait() == -9
    capsys.readouterr()
    # The same in words: everything is kept, so that no worker is asked again.
    command = ["grade", str(given), "--out", str(tmp_path / "out"), "--executor", "dask", "--scheduler", address]
    assert main(command) == 1
    assert capsys.readouterr().out.startswith("8 trainees, 1 exercise: 8 graded\n")


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("eight")
def test_a_lost_scheduler_and_a_strange_worker_are_told(scheduler, started, mini, given, tmp_path):
    process, address = scheduler
    said, options = [], Options(given, tmp_path / "out", seed=7)

    with cluster.Cluster(address, say=said.append) as there:
        assert said == [f"the scheduler at {address} has no worker yet; jobs wait there until one joins"]
        checks = mini.exercise(1).folder / "checks" / "test_01_greeting.py"
        before = checks.read_text()
        started("worker", address, "--no-nanny", "--nthreads", "1")
        with pytest.raises(Misuse, match=r"^The Dask worker on .* does not have the grader's checks for 01_greeting"):
            grade_class(mini, options, Told(begin=lambda _: checks.write_text(before + "\n")), there.run_jobs)
        checks.write_text(before)

    with cluster.Cluster(address) as there, pytest.raises(CheckerError) as caught:
        grade_class(mini, options, Told(begin=lambda _: process.kill()), there.run_jobs)

    assert (str(caught.value), caught.value.next_step) == (
        f"The Dask scheduler at {address!r} went away. What was judged is kept.",
        "start the scheduler and its workers, then run the same command again: it goes on where it stopped",
    )
