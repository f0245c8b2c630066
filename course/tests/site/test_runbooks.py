"""Each alert of the final project has its runbook, and no runbook is for an alert that is gone."""

import re

import yaml

from course.start.places import this_clone

ROOT = this_clone().root


def test_each_alert_has_a_runbook_with_numbered_lines_and_none_is_left_over():
    rules = yaml.safe_load((ROOT / "course/project/monitoring/rules.yml").read_text(encoding="utf-8"))
    alerts = [rule["alert"] for group in rules["groups"] for rule in group["rules"]]
    text = (ROOT / "docs/pages/how-to/runbooks.md").read_text(encoding="utf-8")

    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert [one.partition("\n")[0] for one in sections] == [*alerts, "Nothing rings, and users complain"]
    assert [one.partition("\n")[0] for one in sections if one.count("\n1. ") != 1 or "\n3. " not in one] == []
