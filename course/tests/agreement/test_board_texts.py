"""What exercise 10 says of dashboards that do not show the night, in whole texts."""

from __future__ import annotations

import pytest

from checker import sibling
from checker.errors import Finding
from course.tests.agreement.watch_answer import CHECKS, CONTRACT, NIGHTS, TEMPLATE, found, watch

BOARD = sibling(CHECKS, "test_10_cloudwatch_board")
ERRORS, LATENCY = '[".", "Errors", ".", "."]', '["MovieService", "Latency", "Service", "movie-service"]'
BODY = TEMPLATE[TEMPLATE.index("DashboardBody: |") : TEMPLATE.index("\n\n  Down:")]
REQUESTS = f'[["MovieService", "Requests", "Service", "movie-service"], {ERRORS}]'
MOVED = "Which statistic moves when one of forty-four requests is slow?"


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
        "Latency is drawn as p97: only 4 of the 20 points of the slow stretch are above 1000 ms",
        MOVED,
    ),
    (
        LATENCY,
        LATENCY.replace("]", ', {"stat": "p50"}], ') + LATENCY.replace("]", ', {"stat": "p9"}]'),
        "Latency is drawn as p50: none of the 20 points of the slow stretch is above 1000 ms",
        MOVED,
    ),
    (
        LATENCY,
        LATENCY.replace("]", ', {"stat": "p97", "period": 300}]'),
        "Latency is drawn as p97: none of the 4 points of the slow stretch is above 1000 ms",
        MOVED,
    ),
    (
        LATENCY,
        LATENCY.replace("]", ', {"stat": "Average"}]'),
        "Latency is drawn as Average",
        MOVED,
    ),
    (
        ERRORS,
        '[".", "Errors", ".", ".", {"stat": "Average"}]',
        "Errors is drawn as Average",
        "Each request is one value. Which statistic says how many there were, or how many of them failed?",
    ),
    (
        ERRORS,
        '["MovieService", "Errors"]',
        "widget 1 is empty: no value of MovieService Errors (no dimension) ever came",
        "Compare it with the metric's line, letter by letter. Is a metric with other dimensions the same?",
    ),
    (
        f", {ERRORS}",
        "",
        "no widget shows Errors",
        "Which three metrics does the contract have, and which row of a widget names this one?",
    ),
    (
        ERRORS,
        f'{ERRORS}, [{{"expression": "100 * nothere / FILL(e, 1)"}}]',
        "widget 1: 100 * nothere / FILL(e, 1) reads nothere, and no row there has this id",
        "Which option gives a row of the widget the name that an expression reads?",
    ),
    (
        f"{REQUESTS}}}}},",
        f"{REQUESTS}}}}}",
        "The body is no JSON: Expecting ',' delimiter: line 5 column 3 (char 261).",
        "What does JSON want at the place that the message names?",
    ),
    (
        '"period": 60',
        '"period": 61',
        "Widget 1: the period 61 is no number of seconds that CloudWatch takes.",
        "Of how many seconds can one point be?",
    ),
    (
        ERRORS,
        '[".", "Errors", "."]',
        "Widget 1: ['.', 'Errors', '.'] is no namespace, name and pairs of dimensions.",
        "In which form does the starter have the body?",
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
        (ERRORS, '[".", "Errors", ".", ".", {"id": "e"}], [{"expression": "100 * FILL(e, 0) / SUM(e)"}]'),
    ],
    ids=["a median beside", "a search beside", "a hidden line beside", "an expression of a line beside"],
)
def test_a_board_may_show_more(old: str, new: str) -> None:
    assert BOARD.test_dashboard_shows_the_night(watch(old, new), CONTRACT, NIGHTS) is None
