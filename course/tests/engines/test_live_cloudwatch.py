"""What exercise 10 deploys, beside what boto3 and an emulated AWS take of it. An emulator judges no alarm."""

from __future__ import annotations

import os
import secrets
import subprocess
from pathlib import Path

import pytest

from checker.law.today import PARTS, of_its_day
from course.engines.agreement import Verdict, agree
from course.engines.found import Found

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

# boto3 knows the names and types of properties, the emulator what refers to something that is not there. Every other
# mistake is stored as it is.
REFUSED = {
    "wrong/misspelled_property": 'Unknown parameter in input: "DatapointToAlarm"',
    "wrong/composite_on_missing_data": 'Unknown parameter in input: "TreatMissingData"',
    "wrong/filter_on_another_log": "The specified log group does not exist: /movie-service/web",
    "wrong/forty_five_days": "Invalid retentionInDays value: 45.",
    "wrong/pattern_without_quotes": "Invalid type for parameter filterPattern",
    "wrong/renamed_alarm": "in the alarm rule do not exist",
}
# CloudFormation puts the names into the text of a !Sub (User Guide, Fn::Sub); deploy.py, which asks the emulator with
# boto3, hands it on as it stands.
ALLOWED = {"right/rule_by_references": "!Sub in AlarmRule is filled by CloudFormation alone"}


@pytest.mark.parametrize("part", [pytest.param(part, marks=of_its_day(part)) for part in range(PARTS)])
def test_an_emulator_takes_what_we_take(part):
    assert agree("10", "ministack", deployed, refused=REFUSED, allowed=ALLOWED, part=part) == []


def deployed(found: Found, folder: Path) -> Verdict:
    """The template put into an account of its own, read back and removed."""
    env = os.environ | dict(found.env) | {"AWS_ACCESS_KEY_ID": f"{secrets.randbelow(10**12):012d}"}
    done = subprocess.run(
        [found.facts["python"], "deploy.py"], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    return Verdict(done.returncode == 0, (done.stdout + done.stderr).strip())
