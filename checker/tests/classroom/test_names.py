"""Names of hand-ins as ids and as text; times and the late rule."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from checker.classroom.names import ids, named, one_line
from checker.classroom.record import Late, Policy
from checker.classroom.times import deadline_of, lateness, parse_time, read_received
from checker.errors import Misuse


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("ada", "ada"),
        ("Ada Lovelace", "Ada-Lovelace"),
        ("José Ñandú", "Jose-Nandu"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 300, "x" * 60),
        ("=cmd|' /C calc'!A0", "cmd-C-calc-A0"),
    ],
)
def test_ids_are_safe_names_of_files(source, expected):
    assert ids([source])[source] == expected


@pytest.mark.parametrize(("source", "begin"), [("李明", "trainee"), ("CON", "CON"), ("", "trainee"), ("lpt1", "lpt1")])
def test_a_name_that_is_no_file_s_gets_a_mark(source, begin):
    assert re.fullmatch(rf"{begin}-[0-9a-f]{{6}}", ids([source])[source])


def test_names_that_read_alike_stay_two():
    found = ids(["Ada L", "Ada-L", "ADA L", "bob"])

    assert len({value.casefold() for value in found.values()}) == 4
    assert found["bob"] == "bob"
    assert ids(["bob", "ADA L", "Ada-L", "Ada L"]) == found


def test_a_name_is_one_short_line():
    assert one_line("a\nb\x1b[31m\u202ec") == "a b[U+202E]c"
    assert one_line("x" * 100) == "x" * 79 + "…"
    assert one_line("caf\udce9") == "caf\\udce9"


def test_attempts_in_names():
    assert [(n.name, n.attempt) for n in map(named, ["ada", "ada (3)", "ada attempt 12", "ada-2026"])] == [
        ("ada", 0), ("ada", 3), ("ada", 12), ("ada-2026", 0),
    ]  # fmt: skip


POLICY = Policy(70, 10, 3, "2026-11-26T18:00:00+00:00")


@pytest.mark.parametrize(
    ("received", "late"),
    [
        ("2026-11-26T18:00:00", None),
        ("2026-11-26T18:00:01", Late(1, 10, "1 minute late: 10 % less, for 1 day begun.")),
        ("2026-11-26T21:30:00", Late(210, 10, "3 hours late: 10 % less, for 1 day begun.")),
        ("2026-11-28T19:00:00+01:00", Late(2880, 20, "48 hours late: 20 % less, for 2 days begun.")),
        ("2026-11-29T18:01:00", Late(4321, 100, "72 hours late: after 3 days it earns nothing.")),
    ],
)
def test_the_late_rule(received, late):
    assert lateness(parse_time(received), POLICY) == late


def test_without_time_or_deadline_nothing_is_late():
    assert lateness(None, POLICY) is None
    assert lateness(datetime.now(UTC), Policy(70, 10, 3, "")) is None


def test_a_deadline_that_is_no_time():
    with pytest.raises(Misuse) as error:
        deadline_of("friday")

    assert str(error.value) == "--deadline is 'friday', which is no time."
    assert error.value.next_step == "--deadline 2026-11-27T18:00, with +01:00 or Z when it is not UTC"


def test_times_from_a_file(tmp_path):
    path = tmp_path / "times.csv"
    path.write_text("\ufeffsubmission,received\nada,2026-11-26 09:00\n", encoding="utf-8")

    assert read_received(path).of("x", "ada") == datetime(2026, 11, 26, 9, tzinfo=UTC)
    assert read_received(None).of("ada") is None


@pytest.mark.parametrize("text", ["submission,received\nada,soon\n", "submission,when\nada,2026-11-26\n"])
def test_times_that_cannot_be_used(tmp_path, text):
    path = tmp_path / "times.csv"
    path.write_text(text)
    with pytest.raises(Misuse) as error:
        read_received(path)

    assert str(error.value) == f"{str(path)!r} cannot be used: the row of 'ada' has no time in its column received."


def test_no_file_of_times(tmp_path):
    with pytest.raises(Misuse) as error:
        read_received(tmp_path / "none.csv")

    reason = f"[Errno 2] No such file or directory: {str(tmp_path / 'none.csv')!r}"
    assert str(error.value) == f"{str(tmp_path / 'none.csv')!r} cannot be read: {reason}."
