"""The arithmetic of replicas, nodes and cost."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from course.benchmarks import capacity

CLOUD = Path(__file__).parents[2] / "service" / "deploy" / "kubernetes" / "overlays" / "cloud" / "kustomization.yaml"
BASE = CLOUD.parents[2] / "base" / "autoscaler.yaml"
PRICES = {"cpu_us": 100.0, "node_hour": 0.1, "cluster_hour": 0.2}


def test_a_small_load_pays_for_two_nodes_that_sleep():
    small = capacity.plan(10, **PRICES)

    assert (small.replicas, small.nodes) == (3, 2)
    assert small.hour == pytest.approx(0.4)
    assert small.million == pytest.approx(0.4 / 36_000 * 1_000_000)


def test_pods_and_autoscaler_are_those_of_the_overlay_for_the_cloud():
    patches = [one for patch in yaml.safe_load(CLOUD.read_text())["patches"] for one in yaml.safe_load(patch["patch"])]
    set_to = {patch["path"]: patch["value"] for patch in patches}
    target = yaml.safe_load(BASE.read_text())["spec"]["metrics"][0]["resource"]["target"]

    assert set_to["/spec/template/spec/containers/0/resources/requests/cpu"] == f"{capacity.POD_CPU * 1000:.0f}m"
    assert set_to["/spec/minReplicas"] == capacity.FEWEST
    assert target == {"type": "Utilization", "averageUtilization": capacity.TARGET * 100}


def test_a_large_load_keeps_each_pod_at_the_target():
    large = capacity.plan(60_000, **PRICES)

    assert large.cores == pytest.approx(6)
    assert large.replicas == 20
    assert large.nodes == 7


def test_a_class_is_judged_within_an_hour_by_as_many_nodes_as_that_takes():
    prices = {"cpu_s": 3.6, "node_hour": 0.1, "cluster_hour": 0.2}

    assert capacity.class_plan(30, 11, **prices) == capacity.ClassPlan(30, 330, pytest.approx(0.33), 1, 0.1 + 0.2)
    large = capacity.class_plan(10_000, 11, **prices)
    assert (large.hand_ins, large.core_hours, large.nodes) == (110_000, pytest.approx(110), 62)
    assert large.dollars == pytest.approx(62 * 0.1 + 0.2)


def test_classes_are_those_that_are_named(capsys):
    capacity.main(["--trainees", "7", "1000"])

    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()] == [
        ["trainees", "hand-ins"], ["7", "77"], ["1,000", "11,000"],
    ]  # fmt: skip


def test_a_figure_of_one_s_own_takes_the_place_of_the_fact(capsys):
    capacity.main(["1000", "--cpu-us", "1000"])

    assert capsys.readouterr().out.splitlines()[1].split()[:3] == ["1,000", "1.00", "4"]
