"""The checks of task 5: metrics in a log line."""

from __future__ import annotations

import json
from typing import Any

from checker import check, expect, read_hints
from checker.cloudwatch import Refused
from checker.cloudwatch.embedded import read_line

HINTS = read_hints(__file__)
UNITS = {"Requests": "Count", "Errors": "Count", "Latency": "Milliseconds"}
NAMED = "Which name in the metadata belongs to which key at the top of the line?"
EXTRA = "Which metrics does the contract have? What a line holds beside them is a field, and no metric."
OF_VALUE = {
    "Requests": "How many requests does one line stand for?",
    "Errors": "Which field says that a request failed, whatever its status and its latency?",
    "Latency": "Which number has the request for its latency, to the last digit?",
}
GONE = "A line may hold more than its metrics. Where do the other fields go?"
CHANGED = "Queries compare letter by letter. What finds your line that looks for what the request says?"
PART = "Which part of the format does the brief's example have at this place?"
KIND = "What does the caller get of line(): what it returns, and of which kind is that?"
LINES = "Each line of a log is an event of its own. What puts the line breaks into your text?"
VALUE = "What does JSON write for this value of Python, and is that a number?"
UNIT = "Which unit does the contract give this metric, and which key of its entry under Metrics says so?"
TIME = "In which unit does Timestamp count, and is it the time of the request or of your call?"
OF_KEY = {
    "Dimensions": "Which field has the same text for every request of this service? No other is a dimension.",
    "Timestamp": TIME,
    "Unit": UNIT,
}


@check(
    id="emf",
    task=5,
    points=2,
    tier="full",
    hints=HINTS["emf"],
    why="A log line that carries its metrics needs no second call, and CloudWatch never slows a request down.",
)
def test_line_carries_its_metrics(submission, contract, nights):
    """emf.line makes one line of JSON: three metrics with their values and units, and all that the request says."""
    requests = _requests(submission, nights, 2)
    # A service says more by and by.
    requests[-1] = requests[-1] | {"trace_id": f"{submission.random.getrandbits(32):08x}"}
    for request in requests:
        line = submission.call("emf.line", request)
        data = _data(line)
        found = {
            one.metric.name: (one.values, one.unit, one.at)
            for one in data
            if one.metric.namespace == contract.NAMESPACE
        }
        values = {"Requests": 1.0, "Errors": float(request["level"] == "ERROR"), "Latency": request["latency_ms"]}
        due = {name: ((value,), UNITS[name], request["timestamp"]) for name, value in values.items()}
        wrong = next((name for name in [*due, *found] if found.get(name) != due.get(name)), "")
        seen, question = _difference(wrong, found.get(wrong), due.get(wrong)) if wrong else ("", "")
        expect(
            not wrong,
            tried="called emf.line for a request with "
            f"level {request['level']}, status {request['status']} and {request['latency_ms']} ms",
            seen=seen,
            expected="Requests 1, Errors 0 or 1 in Count, Latency in Milliseconds, at the request's timestamp",
            where="emf.py, line",
            next=question,
        )
        seen, question = _lost(request, json.loads(line))
        expect(
            not seen,
            tried="looked for the request's own fields in the line",
            seen=seen,
            expected="every field of the request at the top of the line, as the request has it",
            where="emf.py, line",
            next=question,
        )


def _lost(request: dict[str, Any], line: dict[str, Any]) -> tuple[str, str]:
    """Which fields of a request its line does not have, or has changed, and the question to it."""
    gone = [key for key in request if key not in line]
    if gone:
        return f"{', '.join(gone)}: gone from the line, so no query can ask for it", GONE
    changed = next((key for key in request if line[key] != request[key]), "")
    said = changed and f"{changed} is {json.dumps(line[changed])} in the line, and {json.dumps(request[changed])}"
    return (f"{said} in the request", CHANGED) if changed else ("", "")


def _requests(submission: Any, nights: Any, count: int) -> list[dict[str, Any]]:
    """Fresh requests of a night, so many of each level and status."""
    kinds: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for request in nights.night(submission.random.randrange(1000, 9000)).requests:
        kinds.setdefault((request["level"], request["status"]), []).append(request)
    return [one for kind in sorted(kinds) for one in submission.random.sample(kinds[kind], count)]


def _data(line: Any) -> list[Any]:
    expected = "one text: a JSON object that keeps the embedded metric format"
    single = isinstance(line, str) and "\n" not in line.strip()
    seen = "" if single else f"{'several lines' if isinstance(line, str) else type(line).__name__} came back"
    question = LINES if isinstance(line, str) else KIND
    if single:
        question = PART
        try:
            data = read_line(line)
            seen = "" if data else "no metric: the line has no _aws, or names no metric and dimensions there"
        except Refused as refused:
            data, seen = [], str(refused)
            question = OF_KEY.get(refused.key) or (VALUE if refused.key and refused.key in json.loads(line) else PART)
        except RecursionError:
            data, seen = [], "the line is nested too deep"
    expect(
        not seen,
        tried="read the line of emf.line as CloudWatch Logs does",
        seen=seen,
        expected=expected,
        where="emf.py, line",
        next=question,
    )
    return data


def _difference(name: str, found: Any, due: Any) -> tuple[str, str]:
    """How a metric differs from what is due, and the question to it."""
    if found is None:
        return f"the metric {name} is not in the line", NAMED
    if due is None:
        return f"a metric {name} that nobody asked for; each one costs by the month", EXTRA
    values, unit, at = found
    if values != due[0]:
        return f"{name} is {', '.join(f'{one:g}' for one in values)}, not {due[0][0]:g}", OF_VALUE[name]
    if unit != due[1]:
        return f"the unit of {name} is {unit}, not {due[1]}", UNIT
    return f"the time of {name} is {at}, not {due[2]}", TIME


@check(
    id="emf-series",
    task=5,
    points=2,
    tier="full",
    after=("emf",),
    hints=HINTS["emf-series"],
    why="Each new value of a dimension is a new metric on the bill, and an alarm sees only the one that it names.",
)
def test_users_make_no_metrics(submission, contract, nights):
    """A hundred users make three metrics, those that the alarms look at."""
    requests = [dict(request) for request in _requests(submission, nights, 20)]
    for number, request in enumerate(requests, 1):
        request["user_id"] = number
    made = {datum.metric for request in requests for datum in _data(submission.call("emf.line", request))}
    due = {contract.REQUESTS, contract.ERRORS, contract.LATENCY}
    strange = sorted(made - due) or sorted(due - made)
    expect(
        made == due,
        tried=f"made the lines of {len(requests)} requests of as many users",
        seen=strange and f"they make {len(made)} metrics, {'such as' if made - due else 'and not'} {strange[0]}",
        expected="3 metrics, each with the one dimension `Service`, which is `movie-service`",
        where="emf.py, line",
        next=_which_dimension(len(made), bool(made - due)),
    )


def _which_dimension(count: int, strange: bool) -> str:
    if count > len(UNITS) * 2:
        return "Which of your dimensions has another value for each user, and what is paid for each value?"
    if strange and count > len(UNITS):
        return "Each set of dimensions makes metrics of its own. How many sets does your line name?"
    return "Which metric do the alarms look at, letter by letter?"
