"""A class graded with an instructor's own checks: from the command line to what a trainee reads."""

from __future__ import annotations

import pytest

from checker.classroom.record import read_class
from checker.cli import main
from checker.course import EXTRA_CHECKS
from checker.tests.classroom.conftest import RIGHT, SLUG
from checker.tests.test_extra_checks import write_checks

SHORT = RIGHT | {"greeting.py": "def greet(name):\n    return f'Hello {name}'[:20]\n"}


@pytest.mark.slow
def test_hidden_checks_count_and_tell_nothing(mini, given, folder, tmp_path, monkeypatch):
    folder(f"Ada/{SLUG}", SHORT)
    out, extra = tmp_path / "out", write_checks(tmp_path / "extra")
    monkeypatch.chdir(mini.root)
    # What the command sets for its processes goes with this test.
    monkeypatch.setenv(EXTRA_CHECKS, "")

    main(["grade", str(given), "--out", str(out), "--seed", "7", "--extra-checks", str(extra)])
    main(["report", str(out)])

    (ada,) = read_class(out).counted
    assert (ada.score, ada.max) == (2, 7)
    report = (out / "report.html").read_text()
    assert '<span class="tag waits_for">hidden</span>' in report
    assert "Hello AAAAAAAAAAAAAA" in report
    feedback = (out / "feedback" / "Ada.txt").read_text() + (out / "feedback" / "Ada.html").read_text()
    assert feedback.count("A long name is greeted.") == 2
    assert "secret" not in feedback
    assert "Hello AAAA" not in feedback
