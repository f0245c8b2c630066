"""What the doctor says as a whole: text, report, command."""

from __future__ import annotations

import json

from checker.doctor.__main__ import PROBES, as_text, examine, here, main, report


def test_a_healthy_clone(place):
    assert [(name, problem) for name, problem in examine(place) if problem] == []


def test_at_least_twenty_faults_are_recognised():
    assert len(PROBES) >= 20
    assert all(probe.__module__.startswith("checker.doctor") for probe in PROBES)


def test_the_text_names_repair_and_count(place):
    (place.venv / "course-stamp.json").unlink()
    found = list(examine(place))

    assert as_text(found, color=False, all_of_them=False) == (
        "  wrong    half made: The environment is half made: its installation was cut off.\n"
        "           repair: make env\n"
        f"{len(PROBES)} probes, 1 wrong: repair the first one, then run this again"
    )


def test_a_probe_that_breaks_does_not_stop_the_others(place):
    (place.root / "pyproject.toml").unlink()

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
