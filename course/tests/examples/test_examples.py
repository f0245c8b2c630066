"""Every example that slides and pages show runs, or is judged by the tool that judges its kind."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest
import yaml

from course import facts
from course.build.sync import ROOT
from course.examples.title_search.app import app
from course.examples.versions.registry import current, point
from course.examples.versions.split import variant

EXAMPLES = ROOT / "course" / "examples"


def judged(*argv: str) -> subprocess.CompletedProcess[str]:
    program, *rest = argv
    return subprocess.run(
        [Path(sys.executable).parent / program, *rest], cwd=EXAMPLES, capture_output=True, text=True, check=False
    )


def searched(**body: object) -> tuple[int, object]:
    """(status, answer) of one POST /search."""

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://search") as client:
            return await client.post("/search", json=body)

    reply = asyncio.run(ask())
    return reply.status_code, reply.json()


def test_the_search_finds_titles_and_refuses_what_its_schema_does_not_allow():
    assert searched(words="bridge") == (200, {"titles": ["The Long Bridge (1994)", "Bridge at Night (1996)"]})
    assert searched(words="bridge", limit=1) == (200, {"titles": ["The Long Bridge (1994)"]})
    assert searched(words="b")[0] == 422
    assert searched(words="bridge", limit=51)[0] == 422


def test_hadolint_finds_nothing_in_the_dockerfile_and_its_base_is_the_fact():
    done = judged("hadolint", "title_search/Dockerfile")

    assert (done.returncode, done.stdout) == (0, "")
    first = (EXAMPLES / "title_search" / "Dockerfile").read_text().split("\n")[0]
    assert first == f"FROM {facts.load()['image_tag'].value}"


@pytest.mark.slow
def test_the_manifest_is_one_that_kubernetes_takes_and_its_selector_meets_its_pods():
    path = EXAMPLES / "title_search" / "title-search.yaml"
    done = judged("kubernetes-validate", "--strict", "-k", "1.37", str(path))
    spec = yaml.safe_load(path.read_text())["spec"]

    assert done.returncode == 0, done.stdout + done.stderr
    assert spec["selector"]["matchLabels"] == spec["template"]["metadata"]["labels"]


@pytest.mark.slow
def test_the_grading_cluster_is_one_that_kubernetes_takes_and_its_names_agree():
    path = EXAMPLES / "grading_cluster" / "cluster.yaml"
    done = judged("kubernetes-validate", "--strict", "-k", "1.37", str(path))
    assert done.returncode == 0, done.stdout + done.stderr

    objects = {(one["kind"], one["metadata"]["name"]): one for one in yaml.safe_load_all(path.read_text())}
    assert {one["metadata"]["namespace"] for one in objects.values()} == {"grading"}
    for kind, name in objects:
        if kind == "Deployment":
            spec = objects[kind, name]["spec"]
            assert spec["selector"]["matchLabels"] == spec["template"]["metadata"]["labels"]
    service = objects["Service", "scheduler"]["spec"]
    assert service["selector"] == objects["Deployment", "scheduler"]["spec"]["selector"]["matchLabels"]
    [worker] = objects["Deployment", "workers"]["spec"]["template"]["spec"]["containers"]
    assert worker["args"][2] == f"tcp://scheduler:{service['ports'][0]['port']}"
    # An m5.large of EKS, for which facts.toml has the price, lets pods ask for about 1,930m and 7 GiB.
    # The network plugin and kube-proxy ask for 150m of that on each node.
    asked = worker["resources"]["requests"]
    assert 2 * int(asked["cpu"].removesuffix("m")) + 150 <= 1930
    assert 2 * int(asked["memory"].removesuffix("Gi")) <= 7


@pytest.mark.slow
def test_the_nights_job_is_one_that_kubernetes_takes_and_runs_a_command_of_the_service():
    path = EXAMPLES / "nightly" / "scores.yaml"
    done = judged("kubernetes-validate", "--strict", "-k", "1.37", str(path))
    spec = yaml.safe_load(path.read_text())["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    [container] = spec["containers"]

    assert done.returncode == 0, done.stdout + done.stderr
    assert container["command"][:2] == ["python", "-m"]
    assert find_spec(f"{container['command'][2]}.__main__")
    # Rules about exit codes are refused with any other policy, which no schema says.
    assert spec["restartPolicy"] == "Never"
    assert {one["name"] for one in container["volumeMounts"]} == {one["name"] for one in spec["volumes"]}


def test_hadolint_finds_nothing_in_the_grading_image_but_what_it_says():
    # DL3008: Debian's packages without a version, since the base image has no version of its own either.
    done = judged("hadolint", "--ignore", "DL3008", "grading_cluster/Dockerfile")

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.slow
def test_the_workflow_is_valid_and_an_auditor_of_workflows_finds_nothing(tmp_path):
    workflow = EXAMPLES / "pipelines" / "deploy.yml"
    done = judged("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(workflow))
    assert done.returncode == 0, done.stdout

    copy = tmp_path / ".github" / "workflows" / "deploy.yml"
    copy.parent.mkdir(parents=True)
    copy.write_text(workflow.read_text())
    done = judged("zizmor", "--offline", "--no-progress", "--min-severity", "low", str(copy))
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_built_from_untested_code():
    jobs = yaml.safe_load((EXAMPLES / "pipelines" / "deploy.yml").read_text())["jobs"]
    phases = yaml.safe_load((EXAMPLES / "pipelines" / "buildspec.yml").read_text())["phases"]

    assert jobs["build"]["needs"] == "test"
    # post_build runs after a failed build too, so its first command is the gate.
    assert phases["post_build"]["commands"][0] == 'test "$CODEBUILD_BUILD_SUCCEEDING" = 1'


def test_the_alert_keeps_the_buckets_apart_and_waits():
    rule = yaml.safe_load((EXAMPLES / "watching" / "slow.yml").read_text())["groups"][0]["rules"][0]

    assert re.search(r"histogram_quantile\(0\.95, sum by \(le\) \(\s*rate\(", rule["expr"])
    assert rule["for"] == "5m"


def test_the_queries_ask_a_field_and_a_partition():
    assert 'filter level = "error"' in (EXAMPLES / "watching" / "errors.insights").read_text()
    assert "WHERE day = '2026-11-24'" in (EXAMPLES / "watching" / "one_day.sql").read_text()


def test_a_split_is_stable_even_and_unlike_that_of_another_test():
    first = {user: variant(user, "trees-300") for user in range(1, 4001)}
    second = {user: variant(user, "new-ranking") for user in range(1, 4001)}

    assert first == {user: variant(user, "trees-300") for user in first}
    assert 0.46 < Counter(first.values())["challenger"] / 4000 < 0.54
    assert 0.46 < sum(first[user] == second[user] for user in first) / 4000 < 0.54
    odd = [first[user] for user in first if user % 2]
    assert 0.46 < Counter(odd)["challenger"] / len(odd) < 0.54


@pytest.mark.parametrize(("share", "expected"), [(0.0, {"champion"}), (1.0, {"challenger"})])
def test_a_share_of_none_or_all_is_kept(share, expected):
    assert {variant(user, "any", share) for user in range(200)} == expected


def test_an_alias_names_a_model_and_can_be_pointed_back(tmp_path):
    point(tmp_path, "champion", "1.2.0")
    point(tmp_path, "champion", "1.3.0")
    assert current(tmp_path) == tmp_path / "models" / "1.3.0"

    point(tmp_path, "champion", "1.2.0")

    assert current(tmp_path) == tmp_path / "models" / "1.2.0"
    assert json.loads((tmp_path / "aliases" / "champion.json").read_text()) == {"version": "1.2.0"}
