"""The checks of exercise 3, task 4: who asks after the health of the app, and with what."""

from __future__ import annotations

from typing import Any

from checker import check, expect, read_hints
from checker.dockerfile.stages import command

HINTS = read_hints(__file__)


# -- task 4 -----------------------------------------------------------------------------------------------------
@check(
    id="health",
    task=4,
    points=3,
    tier="full",
    after=("listens",),
    hints=HINTS["health"],
    why="A health check that cannot say no, or cannot say yes, is worse than none.",
)
def test_the_health_check_tells_well_from_ill(submission, image, health):
    """The health check runs in a slim image, says well when the app is, and ill when it is not."""
    instruction = image.last.state.healthcheck
    line = instruction.line if instruction else image.last.source.line
    there = instruction is not None and instruction.text.upper().startswith("CMD")
    expect(
        there,
        tried="looked for the health check of the last stage",
        seen=f"`{instruction.shown}`" if instruction else "the last stage has none",
        expected="a HEALTHCHECK with a CMD",
        where=image.dockerfile.at(line),
        next="What tells Docker that the app answers, and not only that its process is there?",
    )
    limit = instruction.flag("timeout") or ""
    expect(
        health.seconds(limit) >= health.SHORTEST,
        tried="asked how long one health check may take",
        seen=f"--timeout={limit}: no program starts and gets an answer in that time, so it is unhealthy for ever",
        expected="a timeout of seconds, such as 3s",
        where=image.dockerfile.at(line),
        next="How long does Python take to start on a busy machine?",
    )
    state = image.last.state
    probe = health.probe_of(command(instruction, instruction.text[3:].strip(), state), state.visible)
    expect(
        not probe.hides_failure,
        tried="asked for the exit code of the health check when its program fails",
        seen=f"{probe.hides_failure!r} stands behind it, and its exit code counts, not that of {probe.program}",
        expected="another exit code than 0 when the app is ill",
        where=image.dockerfile.at(line),
        next="Whose exit code does Docker see?",
    )
    if health.PYTHON.match(probe.program):
        expect_tells(submission, image, health, probe, line)
    else:
        expect_url(image, health, probe, line)


def expect_url(image: Any, health: Any, probe: Any, line: int) -> None:
    available = probe.program in image.apt or (image.base.full and probe.program in ("curl", "wget"))
    expect(
        available,
        tried=f"looked for the program of the health check, {probe.program!r}, in the last stage",
        seen=f"a slim image has no {probe.program}, so each check ends with exit code 127: unhealthy for ever",
        expected="a program that the image has: Python is there",
        where=image.dockerfile.at(line),
        next="Which program in this image can ask for a page? The app's own language can.",
    )
    fault = health.url_faults(probe.words)
    expect(
        not fault,
        tried=f"read what {probe.program} asks for",
        seen=fault,
        expected="/health/live or /health/ready on port 8000, and an exit code that follows the answer",
        where=image.dockerfile.at(line),
        next="What does this program end with when the answer is 503?",
    )


def expect_tells(submission: Any, image: Any, health: Any, probe: Any, line: int) -> None:
    _, arguments = health.python_part(probe.words)
    script = (
        "" if arguments[:1] == ["-c"] or not arguments else image.files.get(image.last.state.path(arguments[0]), "")
    )
    expect(
        arguments[:1] == ["-c"] or script in submission.files("healthcheck.py"),
        tried="looked for the script of the health check in the last stage",
        seen=f"{' '.join(probe.words[:2])}: the last stage has no such file",
        expected="code behind -c, or a file healthcheck.py that is copied into the image",
        where=image.dockerfile.at(line),
        next="From which folder does the health check run, and what is there?",
    )
    where = script or image.dockerfile.at(line)
    for paths, well, told in (
        (health.WELL, True, "answers status 200 on /health/live and /health/ready"),
        (health.ILL, False, "answers status 503 on /health/live and /health/ready"),
        ({}, False, "does not listen"),
    ):
        code, said = health.exit_code(submission, probe.words, paths=paths, env=state_env(image), script=script)
        expect(
            (code == 0) is well,
            tried=f"ran the health check beside an app that {told}",
            seen=f"exit code {code}" + (f", {said}" if said else ""),
            expected="exit code 0" if well else "another exit code than 0",
            where=f"Dockerfile and {where}" if script else where,
            next="Which address and path does it ask?" if well else "Who turns a bad answer into a bad exit code?",
        )


def state_env(image: Any) -> dict[str, str]:
    return {
        name: value for name, value in image.last.state.env.items() if not name.startswith(("PATH", "PYTHON", "LD_"))
    }
