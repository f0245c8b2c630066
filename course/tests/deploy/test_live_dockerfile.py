"""What our reader says that an image holds, beside what Docker says of the image that it made of the same file.

The sample service's is built whole. Of the answers to exercise 3 only the steps that need no network are: those which
set something. They decide the rows on user, signals, health check and environment.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from checker.course import find_course
from checker.dockerfile import Command, Dockerfile, State, read_dockerfile
from checker.dockerfile.reading import DockerfileError, exec_form
from checker.law.case import read_case
from checker.law.today import PARTS, of_its_day
from course.build.sync import ROOT
from course.engines.agreement import targets
from course.engines.testing import Live, figure
from course.tests.agreement.images import without_syntax

pytestmark = [pytest.mark.live, pytest.mark.timeout(1200)]
SERVICE = ROOT / "course" / "service" / "deploy" / "Dockerfile"
RUN_OR_COPY = {"RUN", "COPY", "ADD"}
# How Docker begins to say that it cannot read a file.
PARSE_ERROR = "dockerfile parse error"


@dataclass(frozen=True)
class Held:
    """What starts, as whom and where, when it is healthy, how it is told to stop, and what it finds set."""

    entrypoint: tuple[str, ...]
    cmd: tuple[str, ...]
    user: str
    folder: str
    healthy: tuple[str, ...]
    stops_by: str
    env: frozenset[tuple[str, str]]


def computed(dockerfile: Dockerfile, base: Held) -> Held:
    """By our reader, on top of what the base image holds."""
    state = dockerfile.last.state
    entrypoint, cmd = words(state.entrypoint), words(state.cmd)
    # A command of the base goes when the file sets an entry point.
    cmd = cmd or (() if entrypoint else base.cmd)
    env = dict(base.env) | state.env
    return Held(
        entrypoint, cmd, state.user, state.workdir, healthy(state), state.stopsignal, frozenset(env.items())
    )  # fmt: skip


def words(command: Command | None) -> tuple[str, ...]:
    return command.words if command else ()


def healthy(state: State) -> tuple[str, ...]:
    """As Docker keeps it: CMD with words, CMD-SHELL with a text, NONE."""
    if state.healthcheck is None:
        return ()
    kind, _, text = state.healthcheck.text.partition(" ")
    if kind.upper() == "NONE":
        return ("NONE",)
    listed = exec_form(text.strip())
    return ("CMD", *listed) if listed is not None else ("CMD-SHELL", text.strip())


def inspected(docker: Live, image: str) -> Held:
    """By the engine."""
    config = json.loads(docker.run("docker", "image", "inspect", "--format", "{{json .Config}}", image))
    test = (config.get("Healthcheck") or {}).get("Test") or ()
    env = frozenset(tuple(one.split("=", 1)) for one in config.get("Env") or ())
    return Held(
        tuple(config.get("Entrypoint") or ()), tuple(config.get("Cmd") or ()), config.get("User", ""),
        config.get("WorkingDir") or "/", tuple(test), config.get("StopSignal", ""), env,
    )  # fmt: skip


def settings_alone(text: str, dockerfile: Dockerfile, base: str) -> str:
    """The file without steps that run or copy something, each external image replaced by one that is here."""
    lines = text.replace("\r\n", "\n").split("\n")
    gone = [one for stage in dockerfile.stages for one in stage.instructions if one.keyword in RUN_OR_COPY]
    for one in (*gone, *(stage.source for stage in dockerfile.stages)):
        lines[one.line - 1 : one.end] = [""] * (one.end - one.line + 1)
    for stage in dockerfile.stages:
        begins = stage.parent.name if stage.parent else base
        lines[stage.source.line - 1] = f"FROM {begins} AS {stage.name or f'stage{stage.number}'}"
    return without_syntax("\n".join(lines))


def test_the_image_of_the_service_is_the_one_that_we_read(docker, image):
    base = inspected(docker, docker.found.facts.get("base", "python:3.13-slim"))

    with figure("the service's Dockerfile, read and built", "the same settings", engine="docker"):
        assert inspected(docker, image) == computed(read_dockerfile("Dockerfile", SERVICE.read_text()), base)


@pytest.mark.parametrize(
    "text",
    [
        'FROM a AS base\nCMD ["x"]\nFROM base\nENTRYPOINT ["z"]\n',
        'FROM a AS base\nENTRYPOINT ["z"]\nFROM base\nCMD ["x"]\nENTRYPOINT ["y"]\n',
        "FROM a\nENTRYPOINT sh -c x\nSTOPSIGNAL SIGQUIT\nHEALTHCHECK --interval=3s CMD curl x\n",
        "FROM a\nHEALTHCHECK CMD x\nENV A=1 B=$A\nENV A=2 B=$A\nWORKDIR a\nWORKDIR ../b\nHEALTHCHECK NONE\n",
    ],
)
def test_docker_keeps_of_stages_and_words_what_we_read(text):
    docker = Live("docker")
    name = docker.found.facts.get("base", "python:3.13-slim")
    ours = read_dockerfile("Dockerfile", text)
    image = docker.run("docker", "build", "--quiet", "-", given=settings_alone(text, ours, name))

    theirs = inspected(docker, image)

    docker.ask("docker", "image", "rm", "--force", image)
    assert theirs == computed(ours, inspected(docker, name))


@pytest.mark.parametrize("part", [pytest.param(part, marks=of_its_day(part)) for part in range(PARTS)])
def test_docker_keeps_of_exercise_3_what_we_read(part):
    docker = Live("docker")
    name = docker.found.facts.get("base", "python:3.13-slim")
    base, differ, asked = inspected(docker, name), [], 0

    with figure(
        f"answers to exercise 3, read and built ({part + 1} of {PARTS})", "all agree", engine="docker"
    ) as found:
        for target in targets(read_case(find_course(ROOT).exercise("03")))[part::PARTS]:
            text = target.files["Dockerfile"].decode()
            try:
                ours = read_dockerfile("Dockerfile", text)
            except DockerfileError as refused:
                asked += 1
                if PARSE_ERROR not in docker.ask("docker", "build", "--quiet", "-", given=without_syntax(text)).stdout:
                    differ.append(f"{target.name}: {refused}, and Docker reads it")
                continue
            image = docker.run("docker", "build", "--quiet", "-", given=settings_alone(text, ours, name))
            theirs, asked = inspected(docker, image), asked + 1
            docker.ask("docker", "image", "rm", "--force", image)
            if theirs != computed(ours, base):
                differ.append(f"{target.name}: read {computed(ours, base)}, Docker keeps {theirs}")
        found.value = f"{asked - len(differ)} of {asked}"
        assert differ == []
