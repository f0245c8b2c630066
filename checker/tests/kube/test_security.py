"""Where pods fall short of the standard "restricted"."""

from __future__ import annotations

import pytest

from checker.kube.security import gaps

CONFINED = """          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
          readinessProbe:"""
POD = "      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}\n      containers:"


def test_gaps_of_a_bare_deployment(made):
    assert [gap.says for gap in gaps(made())] == [
        "the container 'web' may run as root",
        "the container 'web' may use every system call",
        "the container 'web' may gain rights by setuid",
        "the container 'web' keeps rights of root such as NET_RAW",
        "the container 'web' may write into its image's files",
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("drop: [ALL]", "drop: [ALL], add: [NET_ADMIN]", "the container 'web' adds the rights NET_ADMIN"),
        (
            "capabilities:",
            "privileged: true\n            capabilities:",
            "the container 'web' has all rights of the node",
        ),
        ("runAsNonRoot: true", "runAsNonRoot: true, runAsUser: 0", "the container 'web' runs as user 0, which is root"),
        ("      containers:", "      hostNetwork: true\n      containers:", "the pods share the node's Network"),
        (
            "      containers:",
            "      volumes: [{name: disk, hostPath: {path: /}}]\n      containers:",
            "the volume 'disk' is a hostPath",
        ),
    ],
)
def test_one_gap(made, text, old, new, says):
    confined = text.replace("          readinessProbe:", CONFINED).replace("      containers:", POD)

    assert gaps(made(confined)) == []
    assert [gap.says for gap in gaps(made(confined, (old, new)))] == [says]
