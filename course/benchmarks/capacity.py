"""`python -m course capacity`: how many replicas and nodes a load needs, and what a million predictions cost.

With --trainees: how many nodes judge a class in an hour. Arithmetic over figures of course/facts.toml: processor time
per request and per hand-in, as they were measured, and list prices.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from course import outline
from course.facts import load

# As the overlay for the cloud says (course/service/deploy/kubernetes): what a pod asks for, the use that the autoscaler
# aims at, and the fewest replicas.
POD_CPU, TARGET, FEWEST = 0.5, 0.6, 3
# Of a node's cores; the rest is for kubelet, network and logs.
NODE_CORES, USABLE = 2, 0.9
SECONDS_OF_HOUR = 3600
RATES, CLASSES = (100, 1000, 10_000), (30, 1000, 10_000)


@dataclass(frozen=True)
class Plan:
    """What a load of `rate` requests per second needs."""

    rate: float
    cores: float
    replicas: int
    nodes: int
    hour: float

    @property
    def million(self) -> float:
        """Dollars for a million predictions at this load, around the clock."""
        return self.hour / (self.rate * SECONDS_OF_HOUR) * 1_000_000


def plan(rate: float, *, cpu_us: float, node_hour: float, cluster_hour: float) -> Plan:
    """Cores that are busy, replicas that keep each at the target, nodes that hold them, dollars per hour."""
    cores = rate * cpu_us / 1_000_000
    replicas = max(FEWEST, ceil(cores / (POD_CPU * TARGET)))
    per_node = int(NODE_CORES * USABLE / POD_CPU)
    # Two at least: one node is one thing that can fail.
    nodes = max(2, ceil(replicas / per_node))
    return Plan(rate, cores, replicas, nodes, nodes * node_hour + cluster_hour)


@dataclass(frozen=True)
class ClassPlan:
    """What judging a whole class needs, all exercises of every trainee, none like another's."""

    trainees: int
    hand_ins: int
    core_hours: float
    nodes: int
    dollars: float


def class_plan(trainees: int, exercises: int, *, cpu_s: float, node_hour: float, cluster_hour: float) -> ClassPlan:
    """Core hours of the whole, nodes that are done with it within an hour, dollars for that hour."""
    hand_ins = trainees * exercises
    core_hours = hand_ins * cpu_s / SECONDS_OF_HOUR
    nodes = max(1, ceil(core_hours / (NODE_CORES * USABLE)))
    return ClassPlan(trainees, hand_ins, core_hours, nodes, nodes * node_hour + cluster_hour)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m course capacity", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("counts", nargs="*", type=float, help="requests per second, or trainees")
    parser.add_argument("--trainees", action="store_true", help="judge classes of so many, instead of serving")
    parser.add_argument("--cpu-us", type=float, help="microseconds of processor per request, as your bench measured it")
    given = parser.parse_args(argv)
    facts = load()
    cluster = float(facts["eks_cluster_hour"].value)
    if given.trainees:
        exercises = len(outline.load().exercise)
        plans = [
            class_plan(
                int(count), exercises, cpu_s=float(facts["grading_cpu_s"].value),
                node_hour=float(facts["grading_node_hour"].value), cluster_hour=cluster,
            )
            for count in given.counts or CLASSES
        ]  # fmt: skip
        _print_classes(plans)
        return 0
    node = float(facts["node_hour"].value)
    cpu_us = given.cpu_us or float(facts["request_cpu_us"].value)
    _print_loads([plan(rate, cpu_us=cpu_us, node_hour=node, cluster_hour=cluster) for rate in given.counts or RATES])
    return 0


def _print_loads(plans: Sequence[Plan]) -> None:
    print(f"{'requests/s':>10}{'busy cores':>12}{'replicas':>10}{'nodes':>7}{'USD/hour':>10}{'USD/million':>13}")
    for one in plans:
        print(
            f"{one.rate:>10,.0f}{one.cores:>12.2f}{one.replicas:>10}{one.nodes:>7}{one.hour:>10.2f}{one.million:>13.3f}"
        )


def _print_classes(plans: Sequence[ClassPlan]) -> None:
    print(f"{'trainees':>10}{'hand-ins':>10}{'core hours':>12}{'nodes':>7}{'USD':>7}")
    for one in plans:
        print(f"{one.trainees:>10,}{one.hand_ins:>10,}{one.core_hours:>12.1f}{one.nodes:>7}{one.dollars:>7.2f}")
