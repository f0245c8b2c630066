"""`python -m course capacity`: how many replicas and nodes a load needs, and what a million predictions cost.

Arithmetic over figures of course/facts.toml: processor time per request, as the benchmark measures it, and list prices.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from course.facts import load

# As course/service/deploy/kubernetes says: what a pod asks for, and the use that the autoscaler aims at.
POD_CPU, TARGET, FEWEST = 0.5, 0.6, 2
# Of a node's cores; the rest is for kubelet, network and logs.
NODE_CORES, USABLE = 2, 0.9
SECONDS_OF_HOUR = 3600


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


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m course capacity", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("rates", nargs="*", type=float, default=[100, 1000, 10_000], help="requests per second")
    parser.add_argument("--cpu-us", type=float, help="microseconds of processor per request, as your bench measured it")
    given = parser.parse_args(argv)
    facts = load()
    cpu_us = given.cpu_us or float(facts["request_cpu_us"].value)
    node, cluster = (float(facts[name].value) for name in ("node_hour", "eks_cluster_hour"))
    print(f"{'requests/s':>10}{'busy cores':>12}{'replicas':>10}{'nodes':>7}{'USD/hour':>10}{'USD/million':>13}")
    for rate in given.rates:
        one = plan(rate, cpu_us=cpu_us, node_hour=node, cluster_hour=cluster)
        print(
            f"{one.rate:>10,.0f}{one.cores:>12.2f}{one.replicas:>10}{one.nodes:>7}{one.hour:>10.2f}{one.million:>13.3f}"
        )
    return 0
