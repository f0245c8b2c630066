"""What row 4 says of a policy for a canary, and of a prediction log, in full."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest

from checker import sibling
from checker.errors import Finding, NotYet
from course.tests.project import final
from course.tests.project.verdicts import said

CHECKS = str(final.COURSE.project.checks / "x.py")


@pytest.mark.parametrize("word", ["promote", "roll back"])
def test_a_policy_that_does_not_wait_for_labels(word):
    checks = sibling(CHECKS, "test_12_project_4_update")
    submission = SimpleNamespace(random=random.Random(1), call=lambda *_: word)

    verdict = said(checks.test_a_model_as_good_is_promoted, submission)

    assert isinstance(verdict, NotYet)
    assert verdict.finding == Finding(
        "let one request in 1,000 fail, in champion and canary, before any label had come",
        f"the policy ends with {word!r}",
        "'wait': in the long run both fail as often, whichever fails first, and no label says anything yet",
        "canary.py, decide",
        "What do so few failures say, and what does a log loss without labels say?",
    )


def test_a_log_that_opens_a_file_for_each_answer(tmp_path):
    checks = sibling(CHECKS, "test_12_project_4_update")
    (tmp_path / "predictions.jsonl").write_text('{"request_id": "call-0"}\n', encoding="utf-8")
    ended = SimpleNamespace(output="Traceback\nOSError: [Errno 24] Too many open files: 'predictions.jsonl'\n")
    submission = SimpleNamespace(folder=tmp_path, replace=lambda *_: None, run=lambda *_, **__: ended)

    verdict = said(checks._goes_on, submission)

    assert verdict.finding == Finding(
        "called record() 384 times in a process that may have 128 files open",
        "1 of the lines are in predictions.jsonl; "
        "its last words: OSError: [Errno 24] Too many open files: 'predictions.jsonl'",
        "each call ends as the first one did, and its line is in the file when it returns",
        "prediction_log.py, record",
        "What becomes of the file that the call before has opened?",
    )


def test_a_log_whose_lines_wait_until_the_process_is_gone(tmp_path):
    checks = sibling(CHECKS, "test_12_project_4_update")
    (tmp_path / "predictions.jsonl").write_text('{"request_id": "call-0"}\n', encoding="utf-8")
    submission = SimpleNamespace(
        folder=tmp_path, replace=lambda *_: None, run=lambda *_, **__: SimpleNamespace(output="")
    )

    finding = said(checks._goes_on, submission).finding

    assert (finding.seen, finding.next) == (
        "1 of the lines are in predictions.jsonl; its last words: none",
        "Where is a line between the call of record() and the moment in which the kernel has it?",
    )


def test_a_log_that_loses_lines_of_other_pods(tmp_path):
    checks = sibling(CHECKS, "test_12_project_4_update")
    (tmp_path / "predictions.jsonl").write_text('{"request_id": "pod-0-7"}\n{"request_id": "pod-1', encoding="utf-8")
    submission = SimpleNamespace(folder=tmp_path, replace=lambda *_: None, run=lambda *_, **__: None)

    assert said(checks._together, submission).finding == Finding(
        "called record() in 4 processes at the same time, 1000 times each",
        "1 of 4000 lines are whole in predictions.jsonl",
        "each line whole, whoever else writes",
        "prediction_log.py, record",
        "What does the kernel do when two processes append to a file, and when two replace it?",
    )


@pytest.mark.parametrize(("looks", "question"), [((25, 25), "Every round ends"), ((3, 25), "One look in twenty")])
def test_a_policy_that_looks_once_is_asked_about_chance(looks, question, monkeypatch):
    checks = sibling(CHECKS, "test_12_project_4_update")
    ended = iter([("wait", 100), *(("roll back", looks[place % 2]) for place in range(40))])
    monkeypatch.setattr(checks, "_end", lambda *_: next(ended))
    submission = SimpleNamespace(text=lambda _: "")

    assert said(checks.test_a_model_as_good_is_promoted, submission).finding.next.startswith(question)
