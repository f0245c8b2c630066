"""What exercise 10 says of dashboards that do not show the night, in whole texts."""

from __future__ import annotations

import pytest

from checker import sibling
from checker.errors import Finding
from course.tests.agreement.watch_answer import CHECKS, CONTRACT, NIGHTS, TEMPLATE, found, watch

BOARD = sibling(CHECKS, "test_10_cloudwatch_board")
ERRORS, LATENCY = '[".", "Errors", ".", "."]', '["MovieService", "Latency", "Service", "movie-service"]'
BODY = TEMPLATE[TEMPLATE.index("DashboardBody: |") : TEMPLATE.index("\n\n  Down:")]
SERVES = "Which metrics does the service send, with which dimension, and which statistic shows what you look for?"


def shown(old: str, new: str) -> Finding:
    return found(BOARD.test_dashboard_shows_the_night, watch(old, new), CONTRACT, NIGHTS)


def test_a_board_may_have_shorter_points_than_five_minutes() -> None:
    assert shown('"stat": "Sum"', '"stat": "Average"').expected == (
        "Requests and Errors as Sum, Latency as a percentile that shows slow requests, points of at most 5 minutes"
    )


SEARCH = "SEARCH('MovieService Latency', 'p99', 60)"
OF_BOARD = [
    (
        ERRORS,
        '[".", "Errors", ".", ".", {"visible": false}]',
        "no widget shows Errors: its line is not visible",
        "Which option of its row says whether a line is drawn?",
    ),
    (
        LATENCY,
        f'[{{"expression": "{SEARCH}"}}]',
        f"no widget shows Latency, and the expression {SEARCH} is not evaluated here",
        "How does a row name a metric itself, with its dimension?",
    ),
    (
        BODY,
        "DashboardBody: { Fn::ToJsonString: { widgets: [] } }",
        "Fn::ToJsonString makes the body, and this function is not evaluated here",
        "In which form does the starter have the body?",
    ),
    (
        LATENCY,
        LATENCY.replace("]", ', {"stat": "p50"}], ') + LATENCY.replace("]", ', {"stat": "p97"}]'),
        "in the 20 points of the slow stretch p97 of Latency shows 4 slow ones",
        SERVES,
    ),
    (
        LATENCY,
        LATENCY.replace("]", ', {"stat": "p50"}], ') + LATENCY.replace("]", ', {"stat": "p9"}]'),
        "in the 20 points of the slow stretch p50 of Latency shows 0 slow ones",
        SERVES,
    ),
]


@pytest.mark.parametrize(("old", "new", "seen", "question"), OF_BOARD)
def test_a_board_is_told_what_it_does_not_show(old: str, new: str, seen: str, question: str) -> None:
    told = shown(old, new)

    assert (told.seen, told.next) == (seen, question)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LATENCY, LATENCY.replace("]", ', {"stat": "p50"}], ') + LATENCY.replace("]", ', {"stat": "p98"}]')),
        (ERRORS, f'{ERRORS}, [{{"expression": "{SEARCH}"}}]'),
        (ERRORS, f'{ERRORS}, [".", "Faults", ".", ".", {{"visible": false}}]'),
    ],
    ids=["a median beside", "a search beside", "a hidden line beside"],
)
def test_a_board_may_show_more(old: str, new: str) -> None:
    assert BOARD.test_dashboard_shows_the_night(watch(old, new), CONTRACT, NIGHTS) is None
