"""Row 7 of the rubric is a person's. The machine says beforehand whether there is something to read."""

from __future__ import annotations

from typing import Any

from checker import check, expect, read_hints
from checker.promql import RulesRefused, read_groups

HINTS = read_hints(__file__)
PARTS = ("means", "look", "do")


@check(id="runbook", task=7, tier="stretch", hints=HINTS["runbook"], why="Whoever is called at night reads this first.")
def test_the_runbook_has_a_section_per_alert(submission: Any) -> None:
    """The runbook has a section for each alert; whether a stranger can follow it, a person says."""
    text = submission.text("runbook.md")
    try:
        groups = read_groups(submission.yaml("alerts.yaml"), interval=15_000)
    except RulesRefused:
        groups = []
    names = sorted({rule.name for group in groups for rule in group.rules if rule.is_alert})
    headings = [line.lstrip("#").strip().lower() for line in text.splitlines() if line.startswith("#")]
    missing = [name for name in names if not any(name.lower() in heading for heading in headings)]
    expect(
        bool(names) and not missing,
        tried="looked for a heading per alert of alerts.yaml",
        seen=f"no heading names {', '.join(missing)}" if missing else "alerts.yaml has no alert",
        expected="a section for each alert, with its name in the heading",
        where="runbook.md",
        next="What will somebody search for who has just been called by this alert?",
    )
