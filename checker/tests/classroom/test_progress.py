"""Progress: a line that changes on a terminal, few plain lines elsewhere."""

from __future__ import annotations

import io

import pytest

from checker.classroom.progress import Progress, long


class Terminal(io.StringIO):
    def isatty(self):
        return True


def run(out, jobs, seconds_each):
    now = [0.0]
    progress = Progress(0, out, clock=lambda: now[0])
    progress.begin(jobs)
    for _ in range(jobs):
        now[0] += seconds_each
        progress.done("03_dockerfile")
    progress.close()
    return out.getvalue()


def test_plain_lines_are_few_and_end_with_the_last_job():
    assert run(io.StringIO(), 30, 1.0).splitlines() == [
        "judged 1 of 30  03_dockerfile",
        "judged 11 of 30, 19 s left  03_dockerfile",
        "judged 21 of 30, 9 s left  03_dockerfile",
        "judged 30 of 30  03_dockerfile",
    ]


def test_a_terminal_has_one_line_that_is_taken_away():
    text = run(Terminal(), 5, 60.0)

    assert text.split("\r\x1b[K") == [
        "", "judged 1 of 5  03_dockerfile", "judged 2 of 5  03_dockerfile", "judged 3 of 5  03_dockerfile",
        "judged 4 of 5, 60 s left  03_dockerfile", "judged 5 of 5  03_dockerfile", "",
    ]  # fmt: skip


def test_nothing_to_judge_says_nothing():
    assert run(Terminal(), 0, 1.0) == ""


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (99, "99 s"), (180, "3 min"), (7500, "2 h 5 min")])
def test_seconds_in_words(seconds, words):
    assert long(seconds) == words
