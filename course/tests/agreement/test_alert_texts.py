"""What exercise 9 says of an alert that fires in a wrong night or in none: the value, the limit, and one question."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from checker import sibling
from checker.errors import CouldNotCheck, NotYet
from course.build.sync import ROOT

METRICS = ROOT / "exercises" / "09_metrics"
RULES = sibling(str(METRICS / "checks" / "conftest.py"), "test_09_metrics_rules")
SOLUTION = (METRICS / "solution" / "alerts.yaml").read_text(encoding="utf-8")
ERRORS, LATENCY = RULES.test_errors_fire, RULES.test_latency
FAILED, BUCKETS = 'http_requests_total{status=~"5.."}', "http_request_duration_seconds_bucket[1m]"
P95 = f"histogram_quantile(0.95, sum by (le) (rate({BUCKETS}))) > 0.1"
SHARE = P95.replace("histogram_quantile(0.95,", "histogram_fraction(0, 0.1,").replace("> 0.1", "< 0.97")
FIRING, SILENCE = "silent until minute 10, firing by minute 20", "silence: the goal is not broken for five minutes"
BAD, OVER = "evaluated {} every 15 s over a night, bad from minute 10 on: ", "evaluated {} every 15 s over a night: "
MOVIES = BAD + "every request for /movies/{{movie_id}} fails and is slow, all others are as quick as ever"
SMALL = BAD + ("every request for /users/{{user_id}}/seen and for a new route fails and is slow: 71 of 1,000 requests")
CROWD = OVER + "six times the usual traffic; 47 of 1,000 requests fail"
WHICH = "Which requests of this night does your query count, and of how many?"
LIMIT = "What your query gives keeps the goal. Which limit does the goal name, and which one has your rule?"


def changed(old: str, new: str) -> str:
    """The solution's rules with another text in them."""
    assert old in SOLUTION
    return SOLUTION.replace(old, new)


def told(check: Callable[..., None], rules: str) -> tuple[str, str, str, str]:
    """Tried, seen, expected and next of what a check finds."""
    files: dict[str, Any] = {"alerts.yaml": yaml.safe_load(rules), "budget.yaml": {"groups": []}}
    submission = SimpleNamespace(yaml=files.get, place=lambda file, *_: file, random=random.Random(7))
    with pytest.raises(NotYet) as lost:
        check(submission, {})
    found = lost.value.finding
    return found.tried, found.seen, found.expected, found.next


# Alert, what is exchanged, and what is tried, seen, expected and asked; a minute of chance is a point.
Text = tuple[str, str, str, str]
TEXTS: list[tuple[str, tuple[str, str], Text]] = [
    (
        "HighErrorRate", ("status=~", "route='/predict', status=~"),
        (MOVIES, "it never fires. At minute 16 your query gives 0, which is compared by > 0.05", FIRING, WHICH),
    ),
    (
        "HighLatency", (BUCKETS, BUCKETS.replace("[", "{route='/predict'}[")),
        (MOVIES, "it never fires. At minute 16 your query gives 0.0484, which is compared by > 0.1", FIRING, WHICH),
    ),
    (
        "HighLatency", (BUCKETS, BUCKETS.replace("[", "{instance='a'}[")),
        (
            MOVIES, "it never fires; no pod of this night fits instance=\"a\"", FIRING,
            "A release starts pods with new addresses. Which pods will your query count then, and does it have to name "
            "any?",
        ),
    ),
    (
        "HighErrorRate", ("status=~", "instance=~'a|b', status=~"),
        (
            BAD + "8 of 100 requests fail, to the end. At minute 14.75 both pods are started anew",
            "it never fires; no pod of this night fits instance=~\"a.b\"", FIRING,
            "A release starts pods with new addresses. Which pods will your query count then, and does it have to name "
            "any?",
        ),
    ),
    (
        "HighErrorRate", ("5..", "500|502|503|504|520"),
        (
            BAD + "every request fails with one status from 521 to 599, to the end",
            "it never fires. At minute 16 your query gives 0, which is compared by > 0.05", FIRING, WHICH,
        ),
    ),
    (
        "HighErrorRate", ("5..", "50[0234]|5[2-9]."),
        (
            BAD + "12 of 100 requests fail with 501 or 505 to 519 and are slow, all of them in every other 15 s",
            "it never fires. At minute 16 your query gives 0, which is compared by > 0.05", FIRING, WHICH,
        ),
    ),
    (
        "HighErrorRate", ("status=~", "route=~'/predict|/movies/.*|/users/.*|/search', status=~"),
        (SMALL, "it never fires. At minute 16 your query gives 0.03.*, which is compared by > 0.05", FIRING, WHICH),
    ),
    (
        "HighLatency", (BUCKETS, BUCKETS.replace("[", "{route!~'/users.*|/health.*'}[")),
        (SMALL, "it never fires. At minute 16 your query gives 0.0.*, which is compared by > 0.1", FIRING, WHICH),
    ),
    (
        "HighErrorRate", ("for: 5m", "for: 15m"),
        (
            BAD + "8 of 100 requests fail, to the end. At minute 14.75 both pods are started anew",
            "it never fires: it is pending from minute 1... on, to the end of the night", FIRING,
            "The range of your query and the patience of your rule add up. How long is each of them?",
        ),
    ),
    (
        "HighLatency", ("> 0.1", "> 0.04"),
        (
            MOVIES, "it fires at minute ..., when your query gives 0.0484, which is compared by > 0.04", FIRING,
            "What does your query give while all is well?",
        ),
    ),
    (
        "HighLatency", ("> 0.1", "> 0.06"),
        (
            OVER + "38 of 1,000 answers take two seconds, the others are as quick as ever",
            "it fires at minute 1..., when your query gives 0.08.*, which is compared by > 0.06", SILENCE, LIMIT,
        ),
    ),
    (
        "HighLatency", (P95, SHARE),
        (
            OVER + "38 of 1,000 answers take two seconds, the others are as quick as ever",
            "it fires at minute 1..., when your query gives 0.9[56].*, which is compared by < 0.97", SILENCE, LIMIT,
        ),
    ),
    (
        "HighErrorRate", ("> 0.05", "> 0.03"),
        (CROWD, "it fires at minute 1..., when your query gives 0.0.*, which is compared by > 0.03", SILENCE, LIMIT),
    ),
    (
        "HighErrorRate", ("/ sum(rate(http_requests_total[1m]))", ""),
        (
            CROWD, "it fires at minute 1..., when your query gives .*, which is compared by > 0.05", SILENCE,
            "Is this a number of failures or their share of all requests, and what becomes of it in six times the "
            "traffic?",
        ),
    ),
    (
        "HighErrorRate", ("sum(", "("),
        (
            CROWD, "it fires at minute 1..., when your query gives 1, which is compared by > 0.05", SILENCE,
            "This share says that all requests fail. By which labels do both sides of your division match?",
        ),
    ),
]  # fmt: skip


def test_the_brief_names_the_nights_that_are_judged() -> None:
    brief = (METRICS / "README.md").read_text(encoding="utf-8")

    for alert, broken in RULES.BROKEN.items():
        row = next(line for line in brief.splitlines() if line.startswith(f"| `{alert}` |"))
        fires, silent = (re.findall(r"`(\w+)`", cell) for cell in row.split("|")[2:4])
        assert fires == [*broken]
        assert silent == [*RULES.CLOSE.get(alert, {}), *RULES.QUIET[alert]]
        assert RULES.NIGHTS["ASKED"][alert] == (tuple(fires), tuple(silent))
        assert {*fires, *silent} <= RULES.NIGHTS["NIGHTS"].keys()


def test_nights_says_what_is_asked_of_an_alert_and_how_high_its_query_went() -> None:
    argv = [sys.executable, "nights.py", "tail"]
    done = subprocess.run(argv, cwd=METRICS / "solution", capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.splitlines()[1:]) == (
        0,
        [
            "tail: 5 of 100 answers more than usual take 100 to 150 ms, to the end",
            "  HighErrorRate  is not judged                             at most 0      is silent",
            "  HighLatency    must fire from minute 10 to 20  as asked  at most 0.109  "
            "pending from minute 10.75 to 15.50; firing from minute 15.75 to 24.75",
            "HighLatency: 1 of 1 nights as asked",
        ],
    )


@pytest.mark.parametrize(("alert", "pair", "says"), TEXTS)
def test_an_alert_is_told_with_its_value_and_its_limit(alert: str, pair: tuple[str, str], says: Text) -> None:
    tried, seen, expected, question = told(ERRORS if alert == "HighErrorRate" else LATENCY, changed(*pair))

    assert tried == says[0].format(alert)
    assert re.fullmatch(says[1], seen)
    assert (expected, question) == says[2:]


def test_a_rule_that_is_not_computed_here_is_no_case_for_the_doctor() -> None:
    rules = changed("sum(rate(http_requests_total{", "sum(topk(9, rate(http_requests_total{").replace(
        "[1m]))\n", "[1m])))\n", 1
    )
    files: dict[str, Any] = {"alerts.yaml": yaml.safe_load(rules), "budget.yaml": {"groups": []}}
    submission = SimpleNamespace(yaml=files.get, place=lambda file, *_: file, random=random.Random(7))

    with pytest.raises(CouldNotCheck) as stopped:
        ERRORS(submission, {})

    assert (stopped.value.finding.seen, stopped.value.finding.next) == (
        "HighErrorRate in alerts.yaml cannot be judged. The aggregation topk() is not computed here. "
        "`python -m checker.promql --help` lists what is.",
        "write alerts.yaml with what `python -m checker.promql --help` lists, or hand it in: an instructor decides",
    )


def of_each_series(status: str) -> str:
    """Rules that ask for one status, and divide each series by itself."""
    return changed("sum(", "(").replace('~"5.."', f'"{status}"')


def test_a_share_of_one_is_named_before_the_night_that_another_fault_loses() -> None:
    """With status 500 alone the night `down` is lost first; nearer is what is wrong in every night."""
    tried, seen, expected, question = told(ERRORS, of_each_series("500"))

    assert tried == CROWD.format("HighErrorRate")
    assert re.fullmatch(r"it fires at minute 1\d.\d, when your query gives 1, which is compared by > 0.05", seen)
    assert expected == SILENCE
    assert question == ("This share says that all requests fail. By which labels do both sides of your division match?")


def test_where_no_night_shows_a_share_of_one_the_first_lost_night_is_told() -> None:
    tried, seen, expected, _ = told(ERRORS, of_each_series("503"))

    assert tried.startswith(BAD.format("HighErrorRate") + "8 of 100 requests fail, to the end.")
    assert (seen, expected) == (
        "it never fires. At minute 16 your query gives nothing, which is compared by > 0.05",
        FIRING,
    )


def test_a_rule_that_compares_no_number_is_told_its_minute_alone() -> None:
    """`and` has no limit on its right, so there is no value to show."""
    share = SOLUTION[SOLUTION.index("sum(") : SOLUTION.index(" > 0.05") + len(" > 0.05")]
    any_failure = 'vector(1) and on() (sum(rate(http_requests_total{status=~"5.."}[1m])) > 0)'

    tried, seen, expected, question = told(ERRORS, changed(share, any_failure))

    assert tried == CROWD.format("HighErrorRate")
    assert re.fullmatch(r"it fires at minute 1\d\.\d", seen)
    assert expected == SILENCE
    assert question == (
        "Is the limit a number or a share, and which one? By which labels do both sides of a division match?"
    )
