"""Live row: a real Prometheus asks the service, and the alert reaches a real Alertmanager. No points."""

import json
import re
import sys
from pathlib import Path

from checker import check, expect
from checker.promql.durations import milliseconds

PAGER = Path(__file__).parent / "pager.py"
# A scrape is a second here and 15 s in the brief, and so is everything else shorter.
FASTER = 15
TIMES = re.compile(r"(?<=\[)\w+(?=\])|(?<=for: )\w+|(?<=interval: )\w+")


@check(id="live-alert", task=4, after=("errors-fire",), why="The same rules and the same page, by Prometheus itself.")
def test_alert_reaches_the_pager(submission):
    """A real Prometheus asks the service, and HighErrorRate reaches a real Alertmanager while a third of it fails."""
    prometheus, _ = submission.engine("prometheus"), submission.engine("alertmanager")
    submission.replace("faster-rules.yaml", TIMES.sub(_faster, submission.text("alerts.yaml")))
    ran = prometheus.run([sys.executable, str(PAGER), "faster-rules.yaml"], timeout=420)
    tried = f"ran the service beside both, all times {FASTER} times shorter, while every third prediction failed"
    expect(
        ran.exit_code == 0,
        tried=tried,
        seen=ran.last(2),
        expected="all three programs start",
        where="metrics.py, alerts.yaml",
        next="Does the service start by itself, and does Prometheus take the rules?",
    )
    told = json.loads(ran.output.strip().splitlines()[-1])
    expect(
        told["targets"] == ["up"],
        tried=tried,
        seen=f"Prometheus says of its target: {'; '.join(told['targets']) or 'nothing'}"[:200],
        expected="Prometheus reads the page /metrics",
        where="metrics.py, exposition",
        next="Which line of the page can it not read?",
    )
    expect(
        bool(told["alerts"]),
        tried=tried,
        seen=f"no alert within two minutes; the rules are {', '.join(told['state'])}"[:200],
        expected="HighErrorRate in Alertmanager",
        where="alerts.yaml",
        next="Is the alert inactive or pending, and what does its query give on the real page?",
    )


def _faster(found):
    duration = milliseconds(found[0])
    return found[0] if duration is None else f"{max(1000, duration // FASTER)}ms"
