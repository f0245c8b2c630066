"""What follows from a project: who reaches whom, what lasts, who waits, and what a healthcheck asks."""

from __future__ import annotations

import pytest

from checker.compose import Project, load
from checker.compose.asking import programs, question
from checker.compose.lasting import COMMANDS, store
from checker.compose.model import Healthcheck
from checker.compose.network import Reached, on_host, published, reached, taken_twice
from checker.compose.order import waits_for, waves

STACK = """
services:
  api:
    image: api
    networks: [front, back]
    ports: ["127.0.0.1:8080:8000", "9000-9001:9000-9001"]
    links: ["redis:database"]
    extra_hosts: ["laptop:host-gateway", "mail=10.0.0.9"]
  redis:
    image: redis
    container_name: the-store
    hostname: vault
    networks: {back: {aliases: [cache]}}
  web: {image: web, networks: [front]}
  side: {image: side, network_mode: "service:api"}
  root: {image: root, network_mode: host}
  alone: {image: alone, network_mode: none}
  later: {image: later, profiles: [more]}
networks: {front: {}, back: {}}
"""


@pytest.fixture
def project() -> Project:
    return load({"compose.yaml": STACK})


@pytest.mark.parametrize(
    ("caller", "name", "service", "why"),
    [
        ("api", "redis", "redis", "redis is a name of redis in the network back"),
        ("api", "cache", "redis", "cache is a name of redis in the network back"),
        ("api", "the-store", "redis", "the-store is a name of redis in the network back"),
        ("api", "vault", "redis", "vault is a name of redis in the network back"),
        ("api", "database", "redis", "links of api call redis so"),
        ("api", "localhost", "api", "inside a container localhost is that container itself"),
        ("redis", "127.0.0.2", "redis", "inside a container 127.0.0.2 is that container itself"),
        ("web", "redis", "", "redis is in the network back, web in front"),
        ("web", "postgres", "", "no container has the name postgres"),
        ("web", "later", "", "later starts only with the profile more"),
        ("web", "host.docker.internal", "host", "host.docker.internal is the host that Docker runs on"),
        ("api", "laptop", "host", "extra_hosts of api sends laptop to host-gateway"),
        ("api", "mail", "", "extra_hosts of api sends mail to 10.0.0.9"),
        ("side", "redis", "redis", "redis is a name of redis in the network back"),
        ("side", "localhost", "side", "inside a container localhost is that container itself"),
        ("root", "localhost", "host", "root runs in the host's network, without Compose's names"),
        ("root", "redis", "", "root runs in the host's network, without Compose's names"),
        ("alone", "redis", "", "redis is in the network back, alone in none"),
    ],
)
def test_name_leads_to(project, caller, name, service, why):
    found = reached(project, caller, name)

    assert (found.service, found.why) == (service, why)


@pytest.mark.parametrize("scaled", ["scale: 0", "deploy: {replicas: 0}"])
def test_service_without_containers_answers_nobody(scaled):
    found = load({"compose.yaml": f"services:\n  a: {{image: a}}\n  b:\n    image: b\n    {scaled}\n"})

    assert reached(found, "a", "b") == Reached("", "no container of b starts: it is scaled to 0")


def test_published_ports_lead_into_containers(project):
    assert [(one.service, one.address, one.only_here) for one in published(project)] == [
        ("api", "127.0.0.1", True),
        ("api", "every address", False),
        ("api", "every address", False),
    ]
    assert on_host(project, 9001).port.target == 9001
    assert on_host(project, 8000) is None


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [
        ("8080:80", "8080:81", True),
        ("127.0.0.1:8080:80", "8080:81", True),
        ("127.0.0.1:8080:80", "127.0.0.2:8080:81", False),
        ("8080:80", "8080:81/udp", False),
        ("80", "80", False),
    ],
)
def test_one_port_is_given_once(first, second, taken):
    text = f'services: {{a: {{image: a, ports: ["{first}"]}}, b: {{image: b, ports: ["{second}"]}}}}'

    assert bool(taken_twice(load({"compose.yaml": text}))) is taken


@pytest.mark.parametrize(
    ("volumes", "kind", "kept"),
    [
        ("", "the container's own layer", ["restart", "stop"]),
        ("volumes: [/data]", "a volume without a name", ["restart", "stop", "up"]),
        ('volumes: ["likes:/data"]', "a named volume (likes)", ["restart", "stop", "up", "down"]),
        ('volumes: ["prod:/data"]', "a volume from outside (prod)", list(COMMANDS)),
        ('volumes: ["./d:/data"]', "a folder of the host (./d)", list(COMMANDS)),
        ('volumes: ["./d:/"]', "a folder of the host (./d)", list(COMMANDS)),
        ("tmpfs: /data", "memory", []),
        ('volumes: ["quick:/data"]', "memory (quick)", []),
        ('volumes: ["bound:/data"]', "a folder of the host (bound)", list(COMMANDS)),
        ('volumes: ["likes:/database"]', "the container's own layer", ["restart", "stop"]),
    ],
)
def test_what_stands_at_the_path_decides_what_lasts(volumes, kind, kept):
    made = "likes: , prod: {external: true}, quick: {driver_opts: {type: tmpfs}}, bound: {driver_opts: {o: 'bind,ro'}}"
    text = f"services:\n  a:\n    image: a\n    {volumes}\nvolumes: {{{made}}}\n"
    found = load({"compose.yaml": text})

    kept_at = store(found, found.services["a"], "/data")

    assert str(kept_at) == kind
    assert [one for one in COMMANDS if kept_at.survives(one)] == kept


def test_volume_that_the_image_declares_has_no_name():
    found = load({"compose.yaml": "services: {a: {image: redis}}"})

    assert store(found, found.services["a"], "/data/x", declared=["/data"]).kind == "a volume without a name"


def test_waiting_reaches_through_a_third_one():
    text = """
services:
  api: {image: api, depends_on: {job: {condition: service_completed_successfully}, web: {condition: service_started}}}
  job: {image: job, depends_on: {redis: {condition: service_healthy}}}
  redis: {image: redis}
  web: {image: web, depends_on: [redis]}
"""
    found = load({"compose.yaml": text})

    assert waits_for(found, "api", "redis") == "service_healthy"
    assert waits_for(found, "web", "redis") == "service_started"
    assert waits_for(found, "redis", "api") == ""
    assert waves(found) == [["redis"], ["job", "web"], ["api"]]


def check(*words: str) -> Healthcheck:
    return Healthcheck(words, False, "compose.yaml:1")


@pytest.mark.parametrize(
    ("test", "host", "port", "path"),
    [
        (check("CMD", "redis-cli", "ping"), "", 6379, ""),
        (check("CMD", "redis-cli", "-h", "redis", "-p", "6380", "ping"), "redis", 6380, ""),
        (check("CMD", "redis-cli", "-u", "redis://x:1/0", "ping"), "x", 1, ""),
        (check("CMD-SHELL", "redis-cli ping | grep PONG"), "", 6379, ""),
        (check("CMD-SHELL", "curl -f 'http://localhost:8000/ready' || exit 1"), "localhost", 8000, "/ready"),
        (check("CMD", "python", "-c", "urlopen('https://api/x')"), "api", 443, "/x"),
        (check("CMD", "sh", "-c", "nc -z localhost 6379"), "localhost", 6379, ""),
        (check("CMD", "true"), "", 0, ""),
        (check("CMD-SHELL", "redis-cli", "-p", "1"), "", 6379, ""),
    ],
)  # fmt: skip
def test_what_a_healthcheck_asks(test, host, port, path):
    asked = question(programs(test)[0])

    assert (asked.host, asked.port, asked.path) == (host, port, path)
