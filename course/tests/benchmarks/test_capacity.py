"""The arithmetic of replicas, nodes and cost."""

from __future__ import annotations

import pytest

from course.benchmarks import capacity

PRICES = {"cpu_us": 100.0, "node_hour": 0.1, "cluster_hour": 0.2}


def test_a_small_load_pays_for_two_nodes_that_sleep():
    small = capacity.plan(10, **PRICES)

    assert (small.replicas, small.nodes) == (2, 2)
    assert small.hour == pytest.approx(0.4)
    assert small.million == pytest.approx(0.4 / 36_000 * 1_000_000)


def test_a_large_load_keeps_each_pod_at_the_target():
    large = capacity.plan(60_000, **PRICES)

    assert large.cores == pytest.approx(6)
    assert large.replicas == 20
    assert large.nodes == 7


def test_a_figure_of_one_s_own_takes_the_place_of_the_fact(capsys):
    capacity.main(["1000", "--cpu-us", "1000"])

    assert capsys.readouterr().out.splitlines()[1].split()[:3] == ["1,000", "1.00", "4"]
