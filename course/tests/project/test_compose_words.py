"""What the live row on Compose does and says in words of its own; test_drills_words.py has what both rows share."""

from __future__ import annotations

import json

import pytest

from checker.errors import CouldNotCheck, Finding, NotYet
from course.tests.project.engine_words import COMPOSE, FIRST, REFERENCE, line, said

PROBE = REFERENCE[REFERENCE.index("readinessProbe:") : REFERENCE.index("startupProbe:")]
ALL_AT_ONCE = REFERENCE.replace("maxSurge: 1", "maxSurge: 0").replace("maxUnavailable: 0", "maxUnavailable: 100%")


def test_the_update_is_begun_and_taken_back_and_the_killed_one_is_brought_back():
    _, engine = said("compose-drill", COMPOSE)

    assert _scales(engine) == [(3, 1), (3, 0), (3, 0)]
    assert ["docker", "kill", "a1"] in engine.ran


def test_update_rules_that_give_up_every_old_replica_are_followed():
    _, engine = said("compose-drill", COMPOSE, ALL_AT_ONCE)

    assert _scales(engine)[0] == (0, 3)


def test_an_update_goes_through_when_nothing_says_that_the_new_ones_hang():
    lost = "answered 44, failed 6, release none (Connection refused)"
    says = COMPOSE | {"inspect": [(0, "running \n")], "logs": [(0, FIRST), (0, lost)]}
    verdict, engine = said("compose-drill", says, REFERENCE.replace(PROBE, ""))

    assert _scales(engine) == [(3, 1), (0, 3)]
    assert isinstance(verdict, NotYet)
    assert verdict.finding == Finding(
        "updated to a release that never gets ready, while another container asked 40 times a second",
        "0 old and 3 new replicas, 1 of the new count as ready; 6 of 50 requests failed: Connection refused",
        "no request fails: old replicas go on answering while the new one does not get ready",
        line("- name: api"),
        "What tells the engine that a replica can answer?",
    )


@pytest.mark.parametrize(
    ("probe", "test"),
    [
        (PROBE, "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=30)"),
        (
            "readinessProbe: {tcpSocket: {port: http}}\n          ",
            "import socket; socket.create_connection(('127.0.0.1', 8000), 30)",
        ),
        ("readinessProbe: {exec: {command: [cat, /tmp/ready]}}\n          ", "/tmp/ready"),
        ("readinessProbe: {grpc: {port: 8000}}\n          ", "false"),
    ],
)
def test_the_readiness_probe_is_the_health_check_of_old_and_new_ones(probe, test):
    _, engine = said("compose-drill", COMPOSE, REFERENCE.replace(PROBE, probe))

    services = json.loads(engine.given[0])["services"]
    checks = [services[name]["healthcheck"] for name in ("api", "next")]
    assert [(one["test"][-1], one["retries"]) for one in checks] == [(test, 60), (test, 1)]
    assert services["ask"]["depends_on"] == {"api": {"condition": "service_healthy"}}


def test_containers_that_do_not_get_healthy_are_told():
    verdict, _ = said("compose-drill", COMPOSE | {"up --detach --wait": [(1, "container drill-api-2 is unhealthy\n")]})

    assert isinstance(verdict, NotYet)
    assert verdict.finding == Finding(
        "started 3 replicas with docker compose up",
        "container drill-api-2 is unhealthy",
        "exit code 0: all containers run and are healthy",
        line("readinessProbe:"),
        "Which port and which path does the readiness probe ask, and who listens there?",
    )


@pytest.mark.parametrize(
    ("says", "seen"),
    [
        ({"docker kill": [(1, "permission denied\n")]}, "docker kill ended with exit code 1: permission denied"),
        ({"--no-recreate": [(1, "no such image\n")]}, "docker compose up ended with exit code 1: no such image"),
        (
            {"inspect": [(0, "running starting\n")]},
            "The new containers said nothing of their health. Check again when this machine is less busy.",
        ),
        (
            {"running api": [(0, "a1\nb2\nc3\n"), (0, "b2\nc3\n")]},
            "2 of 3 replicas ran after docker compose up. Check again when this machine is less busy.",
        ),
    ],
)  # fmt: skip
def test_what_is_not_the_trainees_fault_on_compose(says, seen):
    verdict, _ = said("compose-drill", COMPOSE | says)

    assert isinstance(verdict, CouldNotCheck)
    assert verdict.finding == Finding(seen=seen)


def _scales(engine):
    """How many old and new replicas were asked for, after the start."""
    many = [[word.split("=")[1] for word in words if "=" in word] for words in engine.ran if "--no-recreate" in words]
    return [(int(old), int(new)) for old, new in many]
