"""What exercise 9 says of requests that are counted under a caller's own word, or timed as if they took no time."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from checker import sibling
from checker.errors import NotYet
from checker.reply import Reply
from course.build.sync import ROOT

METRICS = ROOT / "exercises" / "09_metrics"
COUNTS, READING = (sibling(str(METRICS / "checks" / "conftest.py"), name) for name in ("test_09_metrics", "reading"))
KINDS = "# TYPE http_requests_total counter\n# TYPE http_request_duration_seconds histogram\n"
Counted = Callable[[str, str], tuple[str, float]]


class Service:
    """A service that counts each request under the route and with the seconds that `counted` says."""

    def __init__(self, counted: Counted) -> None:
        self.random, self._counted = random.Random(7), counted
        self._series: dict[tuple[str, str], list[float]] = {}

    def text(self, _: str) -> str:
        return ""

    def replace(self, *_: str) -> None:
        pass

    def http(self, method: str, path: str, json: dict[str, int] | None = None) -> Reply:
        if path == "/metrics":
            return Reply(200, {}, self._page().encode(), "sent", "app.py")
        status = "500" if json and json["movie_id"] in (READING.BROKEN, READING.SLOW_AND_BROKEN) else "200"
        route, seconds = self._counted(method, path)
        self._series.setdefault((route, status), []).append(0.0 if status == "500" else seconds)
        return Reply(int(status), {}, b"", "sent", "app.py")

    def _page(self) -> str:
        lines = []
        for (route, status), times in self._series.items():
            lines.append(f'http_requests_total{{route="{route}",status="{status}"}} {len(times)}')
        for route in {route for route, _ in self._series}:
            times = [time for (of, _), many in self._series.items() for time in many if of == route]
            lines.append(f'http_request_duration_seconds_count{{route="{route}"}} {len(times)}')
            lines.append(f'http_request_duration_seconds_sum{{route="{route}"}} {sum(times)}')
        return KINDS + "\n".join(lines) + "\n"


def found_by(check: Callable[[Service], None], counted: Counted) -> tuple[str, str, str, str, str]:
    with pytest.raises(NotYet) as lost:
        check(Service(counted))
    one = lost.value.finding
    return one.tried, one.seen, one.expected, one.where, one.next


def by_method(method: str, path: str) -> tuple[str, float]:
    """The template of a route, and the method of all other addresses."""
    for route, begin, end in (("/movies/{movie_id}", "/movies/", ""), ("/users/{user_id}/seen", "/users/", "/seen")):
        if path.startswith(begin) and path.endswith(end) and not path.endswith("/x"):
            return route, 0.0
    return path if path in ("/predict", READING.EXPORT) else method, 0.0


def test_an_unknown_address_under_the_callers_method_is_asked_about_the_method() -> None:
    tried, seen, expected, where, question = found_by(COUNTS.test_routes_are_templates, by_method)

    assert tried == "asked for 60 movies, 30 users, and 15 addresses that do not exist by 7 methods"
    assert seen == '11 series of http_requests_total, such as route="GET", status="200"'
    assert (expected, where) == (
        "one per route and status, and one for all addresses that do not exist",
        "metrics.py, route_of",
    )
    assert question == (
        "Whoever asks chooses the method, or makes one up. Which value is the same for all unknown addresses?"
    )


def test_failures_that_took_no_time_are_missed_in_the_sum() -> None:
    tried, seen, expected, where, question = found_by(
        COUNTS.test_failures_are_counted_and_timed, lambda _, path: (path, 0.004)
    )

    broken = random.Random(7).randint(3, 6)
    assert tried == f"sent {broken} requests for a movie that makes the model raise, in one of them after 0.06 s"
    assert seen == "0 s more in the sum of http_request_duration_seconds"
    assert expected == "the seconds that a request took, also when it failed"
    assert (where, question) == (
        "metrics.py, Middleware",
        "What would the p95 show in a night in which slow requests fail?",
    )
