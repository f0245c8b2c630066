"""What exercise 6 says of security groups, the scheme of the balancer and the program of the container. Whole texts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checker import sibling
from checker.errors import Finding
from course.tests.agreement.ecs_answer import (
    CHECKS,
    CONFTEST,
    CONTRACT,
    EXERCISE,
    SERVICE,
    TASK,
    changed,
    hand_in,
    told,
)

HEALTH = sibling(CHECKS, "test_06_ecs_3_health")
TRIED = "followed health checks and requests of users from the balancer to the service in a task"
USERS, TASKS = (f"SecurityGroups: [!Ref From{name}]" for name in ("Outside", "Balancer"))
FROM_ALL = "{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}"
FROM_FRONT = "{IpProtocol: tcp, FromPort: 8000, ToPort: 8000, SourceSecurityGroupId: !Ref Front}"
GROUP = """  {name}:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: who comes in
      SecurityGroupIngress: [{rule}]
"""
APART = "  Apart: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: %s, %s}}\n"


def groups(front: str = FROM_ALL, back: str = FROM_FRONT, *more: str) -> Any:
    """The answer with security groups of its own, at the end of the template."""
    own = GROUP.format(name="Front", rule=front) + GROUP.format(name="Back", rule=back) + "".join(more)
    return hand_in(
        changed(SERVICE + own, (USERS, "SecurityGroups: [!Ref Front]"), (TASKS, "SecurityGroups: [!Ref Back]"))
    )


# -- security groups --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "front",
    [
        "{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/8}",
        "{IpProtocol: udp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}",
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: !Ref Back}",
        "",
    ],
)
def test_a_security_group_that_lets_no_user_in_is_told(front: str) -> None:
    assert told(HEALTH.test_health_checks_agree, groups(front)) == Finding(
        TRIED,
        "Front lets no user in at port 80, where Listener listens: each request times out",
        "a security group that lets the internet in at the port of the listener",
        "service.yaml:112",
        "From which addresses do users come, and at which port?",
    )


@pytest.mark.parametrize(
    "back",
    [
        "{IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: !Ref Front}",
        "{IpProtocol: tcp, FromPort: 8000, ToPort: 8000, SourceSecurityGroupId: !Ref Other}",
        "",
    ],
)
def test_a_security_group_that_does_not_let_the_balancer_in_is_told(back: str) -> None:
    given = groups(FROM_ALL, back, GROUP.format(name="Other", rule=""))

    assert told(HEALTH.test_health_checks_agree, given) == Finding(
        TRIED,
        "Back does not let the balancer in at port 8000: each health check times out",
        "a security group that lets the balancer in at port 8000",
        "service.yaml:117",
        "Who knocks at a task, at which port, and in which group is it?",
    )


@pytest.mark.parametrize(
    "given",
    [
        groups(),
        groups(back="{IpProtocol: tcp, FromPort: 0, ToPort: 65535, SourceSecurityGroupId: !GetAtt Front.GroupId}"),
        groups(back="{IpProtocol: -1, SourceSecurityGroupId: !Ref Front}"),
        groups(back='{IpProtocol: "6", FromPort: "8000", ToPort: "8000", CidrIp: 10.0.0.0/16}'),
        groups(back="{IpProtocol: tcp, FromPort: 8000, ToPort: 8000, SourceSecurityGroupId: !Ref FromBalancer}"),
        groups("{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: !Ref FromOutside}"),
        groups("", FROM_FRONT, APART % ("!Ref Front", FROM_ALL[1:-1])),
        groups(FROM_ALL, "", APART % ("!GetAtt Back.GroupId", FROM_FRONT[1:-1])),
    ],
)
def test_security_groups_that_let_users_and_the_balancer_in_are_right(given: Any) -> None:
    assert HEALTH.test_health_checks_agree(given, CONTRACT) is None


@pytest.mark.parametrize(("which", "group"), [(USERS, "Front"), (TASKS, "Back")])
def test_one_group_from_outside_beside_a_closed_one_may_let_all_in(which: str, group: str) -> None:
    own = GROUP.format(name=group, rule="")
    given = hand_in(changed(SERVICE + own, (which, which.replace("[", f"[!Ref {group}, "))))

    assert HEALTH.test_health_checks_agree(given, CONTRACT) is None


# -- the scheme -------------------------------------------------------------------------------------------------------
def of_scheme(scheme: str) -> Any:
    return hand_in(changed(SERVICE, (USERS, f"{USERS}\n      Scheme: {scheme}")))


def test_a_balancer_without_an_address_on_the_internet_is_told() -> None:
    assert told(HEALTH.test_health_checks_agree, of_scheme("internal")) == Finding(
        TRIED,
        "Balancer is internal: it has no address that the internet can reach",
        "a balancer for users from the internet",
        "service.yaml:48",
        "From where do users come, in the contract?",
    )


def of_addresses(kind: str) -> Any:
    return hand_in(changed(SERVICE, (USERS, f"{USERS}\n      IpAddressType: {kind}")))


def test_a_balancer_without_a_public_ipv4_address_is_told() -> None:
    assert told(HEALTH.test_health_checks_agree, of_addresses("dualstack-without-public-ipv4")) == Finding(
        TRIED,
        "Balancer has no public IPv4 address (dualstack-without-public-ipv4): users without IPv6 do not get in",
        "a balancer for users from the internet",
        "service.yaml:48",
        "From where do users come, in the contract, and which kind of address has each of them?",
    )


@pytest.mark.parametrize("kind", ["ipv4", "dualstack"])
def test_a_balancer_with_a_public_ipv4_address_is_right(kind: str) -> None:
    assert HEALTH.test_health_checks_agree(of_addresses(kind), CONTRACT) is None


def test_a_balancer_that_says_that_it_faces_the_internet_is_right() -> None:
    assert HEALTH.test_health_checks_agree(of_scheme("internet-facing"), CONTRACT) is None


# -- the program ------------------------------------------------------------------------------------------------------
ESSENTIAL = '"essential": true,'
SERVES_NONE = "runs in place of the service, and serves none: nobody answers /health/ready with 200"
SERVES = "the program of the image, or a server with the service"


def running(**given: list[str]) -> Any:
    words = " ".join(f"{json.dumps(key)}: {json.dumps(value)}," for key, value in given.items())
    return hand_in(task=changed(TASK, (ESSENTIAL, f"{ESSENTIAL} {words}")))


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"entryPoint": ["/bin/sh", "-c"]}, "/bin/sh -c"),
        ({"entryPoint": ["false"]}, "false"),
        ({"entryPoint": ["sh", "-c"], "command": ["sleep infinity"]}, "sh -c sleep infinity"),
        ({"command": ["sleep", "infinity"]}, "sleep infinity"),
        ({"entryPoint": ["sh", "-c"], "command": ["python -m http.server 8000"]}, "sh -c python -m http.server 8000"),
        ({"command": ["python", "-m", "http.server", "8000"]}, "python -m http.server 8000"),
        ({"command": ["python", "-c", "print()"]}, "python -c print()"),
        ({"command": ["/usr/sbin/nginx", "-g", "daemon off;"]}, "/usr/sbin/nginx -g daemon off;"),
        ({"entryPoint": ["sh", "-c"], "command": ["uvicorn", "app:app"]}, "sh -c uvicorn app:app"),
        ({"command": ["sh", "-c", "pip install uvicorn x; sleep 9"]}, "sh -c pip install uvicorn x; sleep 9"),
    ],
)
def test_a_program_that_is_not_the_service_is_told(given: dict[str, list[str]], line: str) -> None:
    key = "command" if "command" in given else "entryPoint"

    assert told(HEALTH.test_health_checks_agree, running(**given)) == Finding(
        TRIED,
        f"{line!r} {SERVES_NONE}",
        SERVES,
        "taskdef.json:15",
        f"What becomes of the program of the image when `{key}` is given?",
    )


@pytest.mark.parametrize(
    ("given", "seen", "expected", "question"),
    [
        (
            {"command": ["uvicorn", "movie_service.app:app", "--host", "127.0.0.1", "--port", "8000"]},
            "the service listens on 127.0.0.1: the container itself reaches it, and the balancer never does",
            "a service that listens on all addresses of the task, or the program of the image",
            "From where does the balancer ask, and who can reach this address?",
        ),
        (
            {"entryPoint": ["sh", "-c"], "command": ["exec gunicorn --bind=localhost:8000 app"]},
            "the service listens on localhost: the container itself reaches it, and the balancer never does",
            "a service that listens on all addresses of the task, or the program of the image",
            "From where does the balancer ask, and who can reach this address?",
        ),
        (
            {"command": ["python", "-m", "uvicorn", "movie_service.app:app", "--port", "8000"]},
            "the service listens on 127.0.0.1, as uvicorn does when no host is said: the container itself reaches it, "
            "and the balancer never does",
            "a service that listens on all addresses of the task, or the program of the image",
            "From where does the balancer ask, and who can reach this address?",
        ),
        (
            {"command": ["uvicorn", "movie_service.app:app", "--host", "0.0.0.0", "--port", "80"]},
            "the service is told to listen on port 80: nobody listens on 8000", "port 8000 of the container",
            "On which port does the contract say that the service listens?",
        ),
    ],
)  # fmt: skip
def test_a_program_that_does_not_serve_the_balancer_is_told(
    given: dict[str, list[str]], seen: str, expected: str, question: str
) -> None:
    found = told(HEALTH.test_health_checks_agree, running(**given))

    assert found == Finding(TRIED, seen, expected, "taskdef.json:15", question)


@pytest.mark.parametrize(
    "given",
    [
        {"command": ["uvicorn", "movie_service.app:app", "--host", "0.0.0.0", "--port", "8000"]},
        {"entryPoint": ["/bin/sh", "-c"], "command": ["exec python -m movie_service"]},
        {"command": ["uvicorn", "movie_service.app:app", "--host", "::"]},
        {"command": ["gunicorn", "-k", "uvicorn.workers.UvicornWorker", "-b", "0.0.0.0:8000", "app"]},
        {"entryPoint": ["/bin/sh", "/start.sh"]},
        {"entryPoint": ["/bin/sh", "/app/start"]},
        {"command": ["/app/serve"]},
        {"command": ["python", "main.py"]},
        {"command": ["fastapi", "run", "app.py"]},
        {"command": ["sh", "-c", "cd /app && exec uvicorn app:app --host 0.0.0.0 --port 8000"]},
        {"entryPoint": ["tini", "--"], "command": ["uvicorn", "app:app", "--host", "0.0.0.0"]},
        {"entryPoint": ["python", "-m", "movie_service"]},
        {"entryPoint": [], "command": []},
    ],
)
def test_a_program_that_serves_is_right(given: dict[str, list[str]]) -> None:
    assert HEALTH.test_health_checks_agree(running(**given), CONTRACT) is None


def test_a_program_that_only_the_deployment_fills_in_may_be_right() -> None:
    text = (EXERCISE / "right" / "one_template" / "service.yaml").read_text("utf-8")
    text = changed(text, ("- ContainerPort: 8000\n", "- ContainerPort: 8000\n          Command: [!Ref Program]\n"))
    given = CONFTEST.HandedIn({"service.yaml": text}, {"service.yaml": text}, ())

    assert list(HEALTH.ROAD.PROGRAM.faults(given, CONTRACT)) == []


def test_the_host_may_be_said_by_a_variable() -> None:
    given = running(command=["uvicorn", "movie_service.app:app"])
    variables = given.api.properties["environment"]
    variables.append({"name": "UVICORN_HOST", "value": "0.0.0.0"})

    assert HEALTH.test_health_checks_agree(given, CONTRACT) is None
