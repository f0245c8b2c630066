"""Offline verdicts beside those of real engines, for every right and wrong variant of an exercise.

A wrong variant that an engine takes is a mistake that shows only later, in use; the offline checks find it before.
One that an engine refuses must be refused for the mistake that it is there for.
"""

from __future__ import annotations

import pytest

from checker.law.today import PARTS, of_its_day
from course.engines.agreement import agree, command

pytestmark = [pytest.mark.live, pytest.mark.timeout(1200)]

# The brief has the trainee copy the examples; one right answer demands the variable from .env or the shell.
COPIES = 'for one in *.example; do cp "$one" "${one%.example}"; done'
CONFIG = command("sh", "-c", f"{COPIES}; ADMIN_TOKEN=x docker compose config --quiet", shown=2)

LINT = command("sh", "-c", "actionlint -oneline *.yml")


@pytest.mark.parametrize("part", [pytest.param(part, marks=of_its_day(part)) for part in range(PARTS)])
def test_compose_agrees_with_exercise_4(part):
    refused = {
        "wrong/misspelt_key": "additional properties 'heathcheck' not allowed",
        "wrong/volume_not_listed": "refers to undefined volume likes",
    }

    assert agree("04", "docker", CONFIG, refused=refused, part=part) == []


def test_actionlint_agrees_with_exercise_7():
    untrusted = 'head_commit.message" is potentially untrusted'
    refused = {
        "starter": untrusted,
        "wrong/message_in_script": untrusted,
        "wrong/needs_misspelled": 'job "build" needs job "tests" which does not exist',
        "wrong/step_one_level_up": 'expected one of "concurrency"',
        "wrong/condition_is_text": "is always evaluated to true",
        "wrong/needs_of_needs": 'property "build" is not defined',
        "wrong/output_not_passed_on": 'property "digest" is not defined',
    }

    assert agree("07", "actionlint", LINT, refused=refused) == []
