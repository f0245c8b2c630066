"""Which rules keep pods off nodes, given the labels of the nodes."""

from __future__ import annotations

import pytest

from checker.kube.placement import bars, most
from checker.kube.pods import places
from checker.kube.quantity import parse

NODES = [{"kubernetes.io/hostname": f"node-{number}", "kubernetes.io/os": "linux"} for number in (1, 2)]
NODE_AFFINITY = (
    "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
    "[{matchExpressions: [{key: %s, operator: %s}]}]}}}"
)
APART = (
    "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
    "[{topologyKey: %s, labelSelector: {matchLabels: {app: %s}}%s}]}}"
)
SPREAD = "topologySpreadConstraints: [{maxSkew: 1, topologyKey: %s, whenUnsatisfiable: %s}]"


def _bars(made, text, line):
    return bars(made(text, ("      containers:", f"      {line}\n      containers:")), NODES)


@pytest.mark.parametrize(
    ("line", "says", "left"),
    [
        ("schedulerName: mine", "no scheduler is called 'mine'", (0, 0)),
        ("nodeSelector: {disk: ssd}", "0 of 2 nodes carry disk=ssd", (0, 0)),
        (
            "nodeSelector: {kubernetes.io/hostname: node-2}",
            "1 of 2 nodes carry kubernetes.io/hostname=node-2",
            (0, 110),
        ),
        (NODE_AFFINITY % ("disk", "Exists"), "0 of 2 nodes are as nodeAffinity asks", (0, 0)),
        (
            APART % ("kubernetes.io/hostname", "shop", ""),
            "podAntiAffinity lets one pod onto each kubernetes.io/hostname",
            (1, 1),
        ),
        (
            APART % ("kubernetes.io/os", "shop", ""),
            "podAntiAffinity lets one pod onto each kubernetes.io/os",
            (1, 0),
        ),
        ("hostNetwork: true", "hostNetwork lets one pod onto each node, whose port it takes", (1, 1)),
        (SPREAD % ("zone", "DoNotSchedule"), "0 of 2 nodes carry the label zone", (0, 0)),
    ],
)
def test_a_rule_that_binds(made, text, line, says, left):
    (bar,) = _bars(made, text, line)

    assert (bar.says, bar.most) == (says, left)


@pytest.mark.parametrize(
    "line",
    [
        "schedulerName: default-scheduler",
        "nodeSelector: {kubernetes.io/os: linux}",
        NODE_AFFINITY % ("disk", "DoesNotExist"),
        APART % ("kubernetes.io/hostname", "bank", ""),
        APART % ("kubernetes.io/hostname", "shop", ", namespaces: [bank]"),
        APART % ("zone", "shop", ""),
        SPREAD % ("zone", "ScheduleAnyway"),
        SPREAD % ("kubernetes.io/hostname", "DoNotSchedule"),
    ],
)
def test_a_rule_that_binds_nothing(made, text, line):
    assert _bars(made, text, line) == []


def test_a_port_of_the_node(made, text):
    (bar,) = bars(made(text, ("containerPort:", "hostPort: 80\n              containerPort:")), NODES)

    assert (bar.says, bar.most) == ("hostPort 80 lets one pod onto each node", (1, 1))
    assert bar.path[-2:] == (0, "hostPort")


def test_places_under_a_rule(made, text):
    nodes = [{"cpu": parse("2"), "memory": parse("2Gi")}] * 2
    apart = _bars(made, text, APART % ("kubernetes.io/hostname", "shop", ""))

    assert places(made(), nodes, most([], 2)) == places(made(), nodes)
    assert places(made(), nodes, most(apart, 2)) == 2
