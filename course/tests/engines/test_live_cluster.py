"""The cluster that was found or brought up answers as one does, and is this machine's."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from course.engines.testing import need

pytestmark = pytest.mark.live


def kubectl(*words: str) -> str:
    found = need("kubernetes")
    env = os.environ | dict(found.env) | {"PATH": os.pathsep.join([*found.path, os.environ["PATH"]])}
    return subprocess.run(["kubectl", *words], env=env, capture_output=True, text=True, check=True).stdout


def test_the_node_is_ready_and_says_the_version_that_was_found():
    nodes = json.loads(kubectl("get", "nodes", "-o", "json"))["items"]

    ready = [one for node in nodes for one in node["status"]["conditions"] if one["type"] == "Ready"]
    assert [one["status"] for one in ready] == ["True"] * len(nodes)
    assert nodes[0]["status"]["nodeInfo"]["kubeletVersion"] == f"v{need('kubernetes').version}"


def test_the_api_server_judges_without_storing():
    manifest = '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "never-made"}}'
    found = need("kubernetes")
    env = os.environ | dict(found.env) | {"PATH": os.pathsep.join([*found.path, os.environ["PATH"]])}

    done = subprocess.run(
        ["kubectl", "apply", "--dry-run=server", "-f", "-"], env=env, input=manifest, capture_output=True, text=True,
        check=True,
    )  # fmt: skip

    assert done.stdout == "namespace/never-made created (server dry run)\n"
    assert "never-made" not in kubectl("get", "namespaces")
