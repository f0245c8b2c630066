"""Reading a buildspec: the schema's sentences, and where they point."""

from __future__ import annotations

import pytest

from checker.buildspec import read, schema_faults
from checker.buildspec.reading import QUOTES, WRITTEN
from checker.errors import NotYet

GOOD = """version: 0.2
run-as: builder
env:
  shell: bash
  variables: {A: x, N: 3, B: true}
  secrets-manager: {TOKEN: "movie:token"}
  exported-variables: [A]
phases:
  install:
    runtime-versions: {python: "3.13"}
    commands: [echo]
  build:
    on-failure: RETRY-3
    commands: [echo]
    finally: [echo]
reports:
  tests: {files: [report.xml], file-format: JUNITXML}
artifacts:
  files: ["**/*"]
  discard-paths: yes
  secondary-artifacts: {more: {files: [a]}}
cache:
  key: pip-$(codebuild-hash-files requirements.txt)
  paths: [/root/.cache/pip/**/*]
"""


def test_what_the_reference_shows_is_allowed() -> None:
    spec = read("buildspec.yml", GOOD)

    assert schema_faults(spec.raw) == []
    assert [one.name for one in spec.phases] == ["install", "build"]
    assert dict(spec.variables) == {"TOKEN": "a-secret-of-the-account", "A": "x", "N": "3", "B": "true"}
    assert (spec.shell, spec.cached) == ("bash", ("/root/.cache/pip/**/*",))


@pytest.mark.parametrize(
    ("old", "new", "says", "line"),
    [
        ("  build:", "  post-build:", "the key 'post-build' does not belong here", 12),
        ("    commands: [echo]\n    finally: [echo]\n", "    finally: [echo]\n", "'commands' is missing here", 12),
        ("version: 0.2\n", "", "'version' is missing here", 1),
        ("RETRY-3", "IGNORE", "'IGNORE' is none of ABORT, CONTINUE and RETRY", 13),
        (
            "    finally: [echo]",
            "    finally:\n      - echo a: b",
            "this command is read as a key with a value, since a colon and a blank stand in it",
            16,
        ),
        ("version: 0.2", "version: 2", "'2' is not of a kind that belongs here", 1),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, says: str, line: int) -> None:
    spec = read("buildspec.yml", GOOD.replace(old, new, 1))
    (fault, *_) = schema_faults(spec.raw)

    assert fault.message == says
    assert fault.next == (QUOTES if "colon" in says else WRITTEN)
    assert spec.at(*fault.path) == f"buildspec.yml:{line}"


def test_a_list_is_no_buildspec() -> None:
    with pytest.raises(NotYet) as caught:
        read("buildspec.yml", "- a\n")

    assert caught.value.finding.seen == "it is no table of keys and values"


def test_a_command_has_a_line() -> None:
    spec = read("buildspec.yml", "version: 0.2\nphases:\n  build:\n    commands:\n      - a\n      - b\n")

    assert spec.place_of("build", "b") == "buildspec.yml:6"
    assert spec.place_of("build", "c") == "buildspec.yml:3"
