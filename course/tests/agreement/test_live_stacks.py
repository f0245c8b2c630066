"""The rows of exercise 4 beside what Compose shows: every answer started, asked, taken down, started again."""

from __future__ import annotations

import pytest

from checker.law.today import IN_FOUR_WEEKS, of_its_day
from course.engines.agreement import rows_agree
from course.engines.testing import figure
from course.tests.agreement.stacks import Started

pytestmark = [pytest.mark.live, pytest.mark.timeout(1200)]
PARTS = [pytest.param(part, marks=of_its_day(part, IN_FOUR_WEEKS)) for part in range(IN_FOUR_WEEKS)]
# Without these there is no stack of the four services to start, or one whose images nobody has here.
NEEDS = ("reads", "parts", "grafana")
ALLOWED = {
    "wrong/optional_wait": {
        "gated": "Compose waits as long as redis is started too, and does not where it is missing: "
        "Compose specification, depends_on, required"
    }
}


@pytest.mark.parametrize("part", PARTS)
def test_compose_shows_what_the_rows_say(part):
    name = f"exercise 4, rows and Compose ({part + 1} of {IN_FOUR_WEEKS})"
    with figure(name, "all agree", engine="docker") as found:
        both, differ = rows_agree(
            "04", "docker", lambda docker, folder: Started(docker, folder).look(),
            part=slice(part, None, IN_FOUR_WEEKS), needs=NEEDS, allowed=ALLOWED,
        )  # fmt: skip
        found.value = f"{both - len(differ)} of {both}"

        assert differ == []
