"""Ports, probes and amounts of a template, and who reaches them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from checker.kube.drain import Drain, covers, drain, kept
from checker.kube.pods import containers, places, requested
from checker.kube.probes import Probe
from checker.kube.quantity import parse
from checker.kube.scaling import counts, grows, moves, replicas, target
from checker.kube.services import takes, ways

SERVICE = """apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app: shop}
  ports: [{port: 80, targetPort: http}]
"""
SCALER = """apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  minReplicas: 4
  maxReplicas: 9
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]
"""
BUDGET = """apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: shop}
spec:
  minAvailable: 2
  selector: {matchLabels: {app: shop}}
"""
NODES = [{"cpu": parse("2"), "memory": parse("2Gi")}] * 2


# -- probes -----------------------------------------------------------------------------------------------------
def probe(made, text, *lines):
    indent = " " * 12
    changed = "".join(f"{indent}{line}\n" for line in lines)
    old = text[text.index("            httpGet:") :]
    return Probe(containers(made(text, (old, changed)))[0], "readiness")


@pytest.mark.parametrize(
    ("lines", "told", "asks"),
    [
        (["httpGet: {path: /ready, port: http}"], "GET /ready on port 'http' (8000)", True),
        (["httpGet: {path: 'ready?deep=1', port: 8000}"], "GET /ready on port 8000", True),
        (["httpGet: {path: /ready, port: 8080}"], "GET /ready on port 8080", False),
        (["httpGet: {path: /ready/, port: 8000}"], "GET /ready/ on port 8000", False),
        (["httpGet: {path: /ready, port: 8000, scheme: HTTPS}"], "GET /ready on port 8000 by HTTPS", False),
        (
            ["httpGet: {path: /ready, port: 8000, host: 10.0.0.1}"],
            "GET /ready on port 8000 of the host 10.0.0.1",
            False,
        ),
        (
            ["httpGet: {path: /ready, port: web}"],
            "GET /ready on port 'web' (no port of the container has this name)",
            False,
        ),
        (["tcpSocket: {port: http}"], "a connection to port 'http' (8000)", False),
        (["grpc: {port: 8000}"], "gRPC on port 8000", False),
        (
            ["exec: {command: [curl, -f, 'http://localhost:8000/ready']}"],
            "the command 'curl -f http://localhost:8000/ready'",
            True,
        ),
        (["exec: {command: [ls]}"], "the command 'ls'", False),
        (["periodSeconds: 1"], "nothing", False),
    ],
)
def test_what_a_probe_asks(made, text, lines, told, asks):
    one = probe(made, text, *lines)

    assert one.told() == told
    assert one.asks("/ready", 8000) is asks


def test_the_last_try_of_a_probe(made, text):
    assert probe(made, text, "tcpSocket: {port: 1}").last_try == 20
    assert probe(made, text, "periodSeconds: 2", "failureThreshold: 20").last_try == 38
    assert probe(made, text, "initialDelaySeconds: 45", "periodSeconds: 0").last_try == 65


# -- amounts ----------------------------------------------------------------------------------------------------
def test_a_limit_stands_in_for_a_request(made):
    (web,) = containers(made())

    assert web.amount("requests", "cpu") == Fraction(1, 4)
    assert web.amount("requests", "memory") == parse("256Mi")
    assert web.amount("limits", "cpu") is None


def test_how_many_pods_find_a_place(made, text):
    assert places(made(), NODES) == 16
    assert places(made(text, ("cpu: 250m", "cpu: 1500m")), NODES) == 2
    assert places(made(text, ("memory: 256Mi", "memory: 2Gi")), NODES) == 2
    assert requested(made(text, ("            requests:\n              cpu: 250m\n", "")), "cpu") is None


# -- services ---------------------------------------------------------------------------------------------------
def test_a_service_takes_pods_of_its_own_namespace(made):
    assert takes(made(SERVICE), made())
    assert not takes(made(SERVICE, ("app: shop", "app: bank")), made())
    assert not takes(made(SERVICE, ("name: shop", "name: shop, namespace: web")), made())


@pytest.mark.parametrize(
    ("new", "arrives"),
    [
        ("{port: 80, targetPort: http}", 8000),
        ("{port: 80, targetPort: 9000}", 9000),
        ("{port: 80, targetPort: web}", None),
        ("{port: 80}", 80),
    ],
)
def test_where_a_request_arrives(made, new, arrives):
    (way,) = ways(made(SERVICE, ("{port: 80, targetPort: http}", new)), made())

    assert (way.port, way.arrives) == (80, arrives)


def test_a_headless_service_forwards_nothing(made):
    (way,) = ways(made(SERVICE, ("  selector", "  clusterIP: None\n  selector")), made())

    assert way.arrives == 80


# -- scaling ----------------------------------------------------------------------------------------------------
def test_whom_an_autoscaler_moves(made):
    assert moves(made(SCALER), made())
    assert moves(made(SCALER, ("apps/v1", "apps/v2")), made())
    for wrong in (
        ("name: shop}\n  min", "name: bank}\n  min"),
        ("apiVersion: apps/v1, ", ""),
        ("kind: Deployment", "kind: Pod"),
    ):
        assert not moves(made(SCALER, wrong), made())


def test_how_many_an_autoscaler_keeps(made, text):
    assert counts(made(SCALER)) == (4, 9)
    assert counts(made(SCALER, ("  minReplicas: 4\n", ""))) == (1, 9)
    assert replicas(made(), [made(SCALER)]) == 4
    assert replicas(made(text, ("replicas: 3", "replicas: 6")), [made(SCALER)]) == 6
    assert replicas(made(text, ("  replicas: 3\n", "")), []) == 1


@pytest.mark.parametrize(
    ("aim", "share"),
    [
        ("{type: Utilization, averageUtilization: 60}", Fraction(3, 5)),
        ("{type: AverageValue, averageValue: 200m}", Fraction(4, 5)),
        ("{type: Value, value: 2}", 0),
    ],
)
def test_the_aim_as_a_share_of_the_request(made, aim, share):
    found = target(made(SCALER, ("{type: Utilization, averageUtilization: 60}", aim)), made(), "cpu")

    assert found is not None
    assert found.share == share


def test_an_autoscaler_that_may_add_pods(made):
    disabled = "spec:\n  behavior: {scaleUp: {selectPolicy: Disabled}}\n"

    assert grows(made(SCALER))
    assert not grows(made(SCALER, ("spec:\n", disabled)))


def test_a_share_of_no_request_is_unknown(made, text):
    without = made(text, ("              cpu: 250m\n", "              memory: 1Mi\n"))
    simple = made(
        SCALER,
        (
            "  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]",
            "  targetCPUUtilizationPercentage: 70",
        ),
    )

    assert target(made(SCALER), without, "cpu").share is None
    assert target(simple, without, "cpu").share is None
    assert target(simple, made(), "cpu").share == Fraction(7, 10)
    assert target(made(SCALER), made(), "memory") is None


@pytest.mark.parametrize(
    ("container", "share", "lacks"), [("web", Fraction(3, 5), ""), ("shop", None, "no container called 'shop'")]
)
def test_the_load_of_one_container(made, container, share, lacks):
    scaler = SCALER.replace(
        "type: Resource, resource: {", f"type: ContainerResource, containerResource: {{container: {container}, "
    )

    found = target(made(scaler), made(), "cpu")

    assert (found.share, found.lacks) == (share, lacks)
    assert found.path[-1] == ("target" if share else "container")


# -- drains -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "replicas", "keep"),
    [
        ("minAvailable: 2", 3, 2),
        ("minAvailable: 50%", 3, 2),
        ("maxUnavailable: 1", 3, 2),
        ("maxUnavailable: 30%", 4, 2),
        ("unhealthyPodEvictionPolicy: AlwaysAllow", 3, 1),
    ],
)
def test_what_a_budget_keeps(made, rule, replicas, keep):
    assert kept(made(BUDGET, ("minAvailable: 2", rule)), replicas) == keep


def test_a_drain_step_by_step(made):
    assert drain(made(), [made(BUDGET)], 3, 2) == Drain(3, 2, 2)
    assert Drain(3, 2, 2).told() == "1 of 3 pods may go at a time, so 2 serve"
    assert Drain(3, 2, None).told() == "2 of 3 pods may go at a time, so 1 serve"
    assert Drain(3, 2, 3).told() == "3 of 3 pods must stay: none may go, and the drain waits for ever"
    assert Drain(3, 2, 3).blocked


def test_a_budget_covers_pods_by_their_labels(made):
    assert covers(made(BUDGET), made())
    assert not covers(made(BUDGET, ("app: shop", "app: bank")), made())
    assert not covers(made(BUDGET, ("  selector: {matchLabels: {app: shop}}\n", "")), made())
