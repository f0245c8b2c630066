"""The rows of exercise 3 beside what Docker shows: every answer built whole, run, asked, stopped."""

from __future__ import annotations

import pytest

from checker.law.today import IN_FOUR_WEEKS, of_its_day
from course.engines.agreement import rows_agree
from course.engines.testing import figure
from course.tests.agreement.images import Image

pytestmark = [pytest.mark.live, pytest.mark.timeout(1200)]
PARTS = [pytest.param(part, marks=of_its_day(part, IN_FOUR_WEEKS)) for part in range(IN_FOUR_WEEKS)]
STANDS_IN = "the image is not here, and the local base of another version or libc stands in: course/engines/images.toml"
HEREDOC = "Docker 20.10 of Debian 12 reads no heredoc by itself, and the frontend of # syntax cannot be fetched"
ALLOWED = {
    "right/version_as_argument": {"builds": HEREDOC},
    "wrong/two_pythons": {"starts": STANDS_IN},
    "wrong/alpine_packages": {"starts": STANDS_IN},
    "wrong/verified_too_early": {"builds": "the row model names the step that ends it: it reads what comes later"},
    "wrong/token_in_build_stage": {"secret": "it stays in the cache of the build, which no saved image shows"},
    "wrong/os_system": {"starts": "it starts, and the row says that it cannot follow a shell that Python starts"},
}


@pytest.mark.parametrize("part", PARTS)
def test_docker_shows_what_the_rows_say(part, bundle_dir):
    name = f"exercise 3, rows and Docker ({part + 1} of {IN_FOUR_WEEKS})"
    with figure(name, "all agree", engine="docker") as found:
        both, differ = rows_agree(
            "03", "docker", lambda docker, folder: Image(docker, folder).look(),
            part=slice(part, None, IN_FOUR_WEEKS), allowed=ALLOWED, resources={"model": bundle_dir},
        )  # fmt: skip
        found.value = f"{both - len(differ)} of {both}"

        assert both
        assert differ == []
