"""The linter of Dockerfiles: its findings, and what is said where its binary does not answer."""

from __future__ import annotations

import shutil

import pytest

from checker import hadolint
from checker.errors import CouldNotCheck


def test_findings_have_code_and_line():
    found = hadolint.lint("FROM python:latest\nADD a.py /a.py\n")

    assert [(one.code, one.line) for one in found] == [("DL3007", 1), ("DL3020", 2)]


def test_a_configuration_of_the_trainee_turns_no_rule_off(tmp_path, monkeypatch):
    (tmp_path / ".hadolint.yaml").write_text("ignored: [DL3007]\n")
    monkeypatch.chdir(tmp_path)

    assert [one.code for one in hadolint.lint("FROM python:latest\n")] == ["DL3007"]


def test_without_the_binary_nothing_is_lost(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda *names, **more: None)

    with pytest.raises(CouldNotCheck) as ended:
        hadolint.lint("FROM a\n")

    assert ended.value.finding.seen == "hadolint is not in this environment; `make env` brings it."


def test_an_answer_that_is_none_is_told(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda *names, **more: "/bin/true")

    with pytest.raises(CouldNotCheck) as ended:
        hadolint.lint("FROM a\n")

    assert ended.value.finding.seen == "hadolint gave no answer (JSONDecodeError)."
