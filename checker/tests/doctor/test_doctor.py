"""Every probe: a fault is planted, and the sentence and the repair are read."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from checker.doctor import clone, environment, machine
from checker.doctor.__main__ import PROBES, as_text, examine, here, main, report
from checker.doctor.place import Place, Problem

TABLE = {"exercises": "exercises", "work": "work", "resources": {"model": "build/model"}, "lock": "lock.txt"}
LOCK = "numpy==2.4.6 \\\n    --hash=sha256:0\nwin==1 ; sys_platform == 'win32' \\\n    --hash=sha256:0\n"


@pytest.fixture
def place(tmp_path) -> Place:
    """A healthy clone: environment, one started exercise, a model."""
    root = tmp_path / "clone"
    site = root / ".venv" / "lib" / "python3.11" / "site-packages"
    for folder in ("numpy-2.4.6.dist-info", "course_checker-1.0.0.dist-info", "lightgbm/lib"):
        (site / folder).mkdir(parents=True)
    (root / ".venv" / "bin").mkdir()
    (root / ".venv" / "bin" / "pip").write_text(f"#!{root}/.venv/bin/python\n")
    (root / ".venv" / "course-stamp.json").write_text("{}")
    (root / "lock.txt").write_text(LOCK)
    (root / "pyproject.toml").write_text("")
    _exercise(root)
    _model(root)
    return Place(
        root,
        TABLE,
        environ={},
        python=(3, 11, 7),
        which=lambda name: f"/bin/{name}",
        free_bytes=lambda path: 10**11,
        temporary=Path("/tmp"),
        ports=(),
    )


def _exercise(root: Path) -> None:
    starter = root / "exercises" / "01_greeting" / "starter"
    starter.mkdir(parents=True)
    (starter / "greeting.py").write_text("x = 1\n")
    (starter / "given.py").write_text("y = 1\n")
    (starter.parent / "exercise.toml").write_text('hand_in = ["greeting.py"]\nresources = ["model"]\n')
    shutil.copytree(starter, root / "work" / "01_greeting")
    (root / "work" / "01_greeting" / ".checker.json").write_text('{"seed": 1}')


def _model(root: Path) -> None:
    (root / "build" / "model").mkdir(parents=True)
    (root / "build" / "model" / "model.txt").write_text("tree\n")
    digest = hashlib.sha256(b"tree\n").hexdigest()
    manifest = {"files": {"model.txt": {"sha256": digest}}}
    (root / "build" / "model" / "manifest.json").write_text(json.dumps(manifest))


def test_a_healthy_clone(place):
    assert [(name, problem) for name, problem in examine(place) if problem] == []


def told(problem: Problem | None) -> tuple[str, str]:
    assert problem is not None
    return problem.wrong, problem.repair


MACHINE = [
    (
        machine.python_version,
        {"python": (3, 10, 13)},
        "This is Python 3.10.13; the course needs 3.11 or newer.",
        "make start PYTHON=python3.11",
    ),
    (
        machine.free_space,
        {"free_bytes": lambda path: 3_000_000},
        "There are 3 MB free; the course needs 1500 MB.",
        "rm -r build",
    ),
    (
        machine.temporary_folder,
        {"temporary": Path("/" + "t" * 90)},
        f"The folder for temporary files, {'t' * 90!r}, cannot be written.",
        "export TMPDIR=/tmp",
    ),
    (
        machine.proxy,
        {"environ": {"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "example.org"}},
        "HTTP_PROXY is set and NO_PROXY does not name 127.0.0.1: requests to your own service go to the proxy.",
        "export NO_PROXY=127.0.0.1,localhost",
    ),
    (
        machine.python_variables,
        {"environ": {"PYTHONPATH": "/elsewhere"}},
        "PYTHONPATH is set: Python reads packages from another place first.",
        "unset PYTHONPATH",
    ),
    (
        machine.utf8_locale,
        {"environ": {"LANG": "de_DE.ISO-8859-1"}},
        "The locale 'de_DE.ISO-8859-1' is not UTF-8: film titles are read wrongly.",
        "export LC_ALL=C.UTF-8",
    ),
    (
        machine.git,
        {"which": lambda name: None},
        "git is not installed; handing in needs it.",
        "apt-get install git",
    ),
    (
        machine.make,
        {"which": lambda name: None},
        "make is not installed; every target works without it.",
        "python3 -m course.bootstrap start",
    ),
    (
        machine.clock,
        {"now": lambda: 0.0},
        "The clock stands before the course's own files were made; downloads fail then.",
        "date",
    ),
    (
        environment.other_environment,
        {"environ": {"VIRTUAL_ENV": "/home/someone/py3"}},
        "Another environment is active (py3); make and checker use .venv all the same.",
        "deactivate",
    ),
]


@pytest.mark.parametrize(("probe", "fault", "wrong", "repair"), MACHINE, ids=lambda v: getattr(v, "__name__", ""))
def test_a_fault_of_the_machine(place, probe, fault, wrong, repair):
    assert told(probe(replace(place, **fault))) == (wrong, repair)


def test_a_python_without_venv(place, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    wrong = "This Python cannot make environments: its venv module is missing."
    assert told(machine.venv_module(place)) == (wrong, "apt-get install python3-venv")


def test_a_long_temporary_folder(place, tmp_path):
    folder = tmp_path / ("t" * 80)
    folder.mkdir()

    wrong, _ = told(machine.temporary_folder(replace(place, temporary=folder)))
    length = len(str(folder))
    assert wrong == f"The path for temporary files has {length} characters; sockets need a short one."


def test_a_busy_port_is_a_notice(place):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        problem = machine.busy_ports(replace(place, ports=(port,)))

    assert told(problem) == (f"Port {port} is in use; another one will be taken and said.", "make start")
    assert problem.notice


def remove(place, name):
    path = place.root / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()


SITE = ".venv/lib/python3.11/site-packages"
ENVIRONMENT = [
    (environment.there, ".venv", "There is no environment yet (.venv)."),
    (environment.half_made, ".venv/course-stamp.json", "The environment is half made: its installation was cut off."),
    (
        environment.packages,
        f"{SITE}/numpy-2.4.6.dist-info",
        "The package numpy 2.4.6 is missing from the environment.",
    ),
    (
        environment.own_packages,
        f"{SITE}/course_checker-1.0.0.dist-info",
        "The course's own package course-checker is not installed in the environment.",
    ),
]


@pytest.mark.parametrize(("probe", "missing", "wrong"), ENVIRONMENT, ids=lambda v: getattr(v, "__name__", ""))
def test_a_fault_of_the_environment(place, probe, missing, wrong):
    remove(place, missing)

    assert told(probe(place)) == (wrong, "make env")


def test_another_version_than_the_lock(place):
    site = place.root / SITE
    (site / "numpy-2.4.6.dist-info").rename(site / "numpy-2.0.0.dist-info")

    assert told(environment.packages(place))[0] == "The package numpy has version 2.0.0; the lock says 2.4.6."


def test_an_environment_that_was_moved(place):
    (place.venv / "bin" / "pip").write_text("#!/elsewhere/.venv/bin/python\n")

    wrong = "The environment was made in another folder: its programs start a Python that is not there."
    assert told(environment.moved(place)) == (wrong, "make env")


@pytest.mark.parametrize(
    ("error", "wrong", "repair"),
    [
        (
            "libgomp.so.1: cannot open shared object file",
            "LightGBM needs libgomp.so.1, which is not on this machine.",
            "apt-get install libgomp1",
        ),
        ("x: invalid ELF header", "LightGBM cannot be loaded: invalid ELF header.", "make env"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="the sentence names Linux's library")
def test_lightgbm_that_cannot_be_loaded(place, monkeypatch, error, wrong, repair):
    (place.root / SITE / "lightgbm/lib/lib_lightgbm.so").write_text("")

    def refuse(path):
        raise OSError(error)

    monkeypatch.setattr("ctypes.CDLL", refuse)
    assert told(environment.openmp(place)) == (wrong, repair)


def test_nbgrader_without_alembic(place):
    (place.root / SITE / "nbgrader-0.9.6.dist-info").mkdir()

    problem = environment.alembic(replace(place, which=lambda name: None))
    assert told(problem) == ("nbgrader calls the program alembic, which is not in the environment.", "make env")


def write(place, name, content):
    (place.root / name).write_bytes(content)


CLONE = [
    (
        clone.line_ends,
        ("Makefile", b"all:\r\n"),
        "Makefile has Windows line ends (CRLF).",
        "git config core.autocrlf input && git checkout -- .",
    ),
    (
        clone.given_files,
        ("work/01_greeting/given.py", b"y = 2\n"),
        "work/01_greeting/given.py was changed; it is a given file, and grading uses its own.",
        "rm work/01_greeting/given.py && checker start 1",
    ),
    (
        clone.states,
        ("work/01_greeting/.checker.json", b"{"),
        "work/01_greeting/.checker.json cannot be read: tries and predictions are lost.",
        "checker start 1",
    ),
    (
        clone.shadows,
        ("work/01_greeting/random.py", b""),
        "work/01_greeting/random.py hides Python's own module 'random'.",
        "mv work/01_greeting/random.py 01_greeting_random.py",
    ),
    (
        clone.resources,
        ("build/model/model.txt", b"other\n"),
        "build/model/model.txt is not the file that its manifest describes.",
        "make train",
    ),
]


@pytest.mark.parametrize(("probe", "file", "wrong", "repair"), CLONE, ids=lambda v: getattr(v, "__name__", ""))
def test_a_fault_of_the_clone(place, probe, file, wrong, repair):
    write(place, *file)

    assert told(probe(place)) == (wrong, repair)


@pytest.mark.parametrize(
    ("probe", "missing", "wrong", "repair"),
    [
        (
            clone.given_files,
            "work/01_greeting/greeting.py",
            "work/01_greeting/greeting.py is missing.",
            "checker start 1",
        ),
        (
            clone.resources,
            "build/model",
            "build/model is not there; exercises that use it cannot be checked.",
            "make train",
        ),
        (clone.resources, "build/model/manifest.json", "build/model has no manifest.json.", "make train"),
    ],
)
def test_something_missing_from_the_clone(place, probe, missing, wrong, repair):
    remove(place, missing)

    assert told(probe(place)) == (wrong, repair)


def test_a_folder_that_cannot_be_written(place, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != place.work)

    assert told(clone.writable(place)) == ("The folder work cannot be written.", "chmod -R u+w work")


def test_a_path_with_a_space_and_a_letter_beyond_ascii(place, tmp_path):
    problem = clone.plain_path(replace(place, root=Path("/home/José Maria/course")))

    assert told(problem)[0] == "The path of the clone has a space, 'é'; some tools stumble there."
    assert problem.notice


def test_the_course_s_own_probe(place):
    place.venv_python.symlink_to(sys.executable)
    probe = {"command": ["-c", "raise SystemExit(1)"], "wrong": "Generated files are stale.", "repair": "make sync"}

    assert told(clone.commands(replace(place, table=TABLE | {"probe": [probe]}))) == (
        "Generated files are stale.",
        "make sync",
    )


def test_at_least_twenty_faults_are_recognised():
    assert len(PROBES) >= 20
    assert all(probe.__module__.startswith("checker.doctor") for probe in PROBES)


def test_the_text_names_repair_and_count(place):
    remove(place, ".venv/course-stamp.json")
    found = list(examine(place))

    assert as_text(found, color=False, all_of_them=False) == (
        "  wrong    half made: The environment is half made: its installation was cut off.\n"
        "           repair: make env\n"
        f"{len(PROBES)} probes, 1 wrong: repair the first one, then run this again"
    )


def test_a_probe_that_breaks_does_not_stop_the_others(place):
    remove(place, "pyproject.toml")

    found = dict(examine(place))
    assert found["clock"].wrong.startswith("This could not be looked at (FileNotFoundError: ")
    assert found["states"] is None


def test_the_report_holds_no_path_of_a_person(place):
    table = report(list(examine(place)), place)

    assert table["ready"]
    assert str(place.root) not in json.dumps(table)


def test_the_command_writes_the_report(place, monkeypatch, capsys):
    (place.root / "pyproject.toml").write_text('[tool.checker]\nexercises = "exercises"\n')
    monkeypatch.chdir(place.root / "work")
    assert here().root == place.root

    code = main(["--report", "--json"])

    assert code in (0, 1)
    assert capsys.readouterr().out.endswith("written: build/doctor.json; send it to your instructor\n")
    assert len(json.loads((place.root / "build" / "doctor.json").read_text())["probes"]) == len(PROBES)
