"""The live row: an emulated AWS stores what the template says. It knows nothing of whether an alarm is a good one."""

from __future__ import annotations

import json
from typing import Any

from checker import check, expect
from checker.cloudwatch.template import ALARM, name_of


@check(id="stored", task=4, after=("sees", "silence", "slow", "filter", "retention", "dashboard"))
def test_emulator_stores_the_resources(submission, watch, contract):
    """An emulated AWS takes every resource of the template, and lists it."""
    engine = submission.engine("ministack")
    account = {"AWS_ACCESS_KEY_ID": engine.digits(12)}
    done = engine.run([engine.facts["python"], "deploy.py"], env=account, timeout=120)
    expected = "every alarm, the dashboard, the log with its end, and the filter, as the template has them"
    expect(
        done.exit_code == 0,
        tried="ran deploy.py against an emulated AWS",
        seen=done.last(),
        expected=expected,
        where=contract.TEMPLATE,
        next="Which call does the last line name, and which of its properties?",
    )
    found = json.loads(done.output.strip().splitlines()[-1])
    missing = _missing(found, watch.stack, contract)
    expect(
        not missing,
        tried="listed what the emulated account holds",
        seen=f"{missing} is not there",
        expected=expected,
        where=contract.TEMPLATE,
        next="Does the resource have the name that you look for?",
    )


def _missing(found: dict[str, Any], stack: Any, contract: Any) -> str:
    names = {name_of(one) for one in stack.of(ALARM)} - set(found["alarms"])
    there = {
        "the dashboard movie-service": "movie-service" in found["dashboards"],
        "a number of days for the log": found["retention"].get(contract.LOG_GROUP) is not None,
        "the metric filter": contract.ERROR_LINES.name in found["filters"],
    }
    return next(iter(sorted(names)), "") or next((what for what, ok in there.items() if not ok), "")
