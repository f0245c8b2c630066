"""What Docker refuses in a HEALTHCHECK, word for word as a trainee reads it."""

from __future__ import annotations

import pytest

from checker.dockerfile.reading import DockerfileError, read_instructions

COMMAND = 'CMD ["a"]'


@pytest.mark.parametrize(
    "said",
    [
        f"--interval=30s --timeout=1m30s --start-period=1.5s --start-interval=500ms --retries=3 {COMMAND}",
        f'--interval="30s" {COMMAND}',
        f"--interval=0 --timeout=0s {COMMAND}",
        "CMD curl -f http://localhost || exit 1",
        "cmd a",
        "NONE",
    ],
)
def test_docker_takes_it(said):
    assert read_instructions(f"FROM a\nHEALTHCHECK {said}\n")[1][1].keyword == "HEALTHCHECK"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (
            f"--interval=30 {COMMAND}",
            "--interval=30 has no unit, and Docker takes no duration without one, such as 30s",
        ),
        (f"--timeout=5sec {COMMAND}", "--timeout=5sec is no duration, such as 10s"),
        (f"--interval=$EVERY {COMMAND}", "--interval=$EVERY is no duration, such as 10s"),
        (f"--timeout=500us {COMMAND}", "--timeout=500us is less than a millisecond, the least that Docker takes"),
        (f"--timeout=-5s {COMMAND}", "--timeout=-5s is less than a millisecond, the least that Docker takes"),
        (
            f"--interval 30s {COMMAND}",
            "--interval has no value: it stands behind an equals sign, such as --interval=10s",
        ),
        (f"--retries=0 {COMMAND}", "--retries=0 is no number from 1"),
        (f"--retries=three {COMMAND}", "--retries=three is no number from 1"),
        (f"--start_period=5s {COMMAND}", "HEALTHCHECK has no flag --start_period"),
        (f"--every=5s {COMMAND}", "HEALTHCHECK has no flag --every"),
        ("CMD", "HEALTHCHECK CMD has no command behind it"),
        ("NONE a", "HEALTHCHECK NONE takes nothing behind it"),
        ("curl http://a", "HEALTHCHECK takes its flags and then CMD, or NONE alone, and 'curl' is neither"),
    ],
)
def test_docker_refuses_it(said, problem):
    with pytest.raises(DockerfileError) as refused:
        read_instructions(f"FROM a\nHEALTHCHECK {said}\n")

    assert (refused.value.line, refused.value.problem) == (2, problem)
