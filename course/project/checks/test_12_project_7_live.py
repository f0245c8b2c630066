"""Two live rows: the drills of drills.py on Docker Compose and on a real Kubernetes.

The image is the stand-in of exercise 5: no model, the same port, start and end. Evidence beside the grade, no points.
"""

from __future__ import annotations

from typing import Any

from checker import check, sibling

cluster = sibling(__file__, "cluster")
compose = sibling(__file__, "compose")
drills = sibling(__file__, "drills")
fleet = sibling(__file__, "fleet")


@check(
    id="compose-drill",
    task=7,
    tier="full",
    why="Compose shows who is healthy and starts what is missing; when, and how many at a time, you have to say.",
)
def test_compose_comes_through_the_drills(submission: Any) -> None:
    """On Compose a bad deploy and a killed replica are found and undone, and the others answer meanwhile."""
    wanted = fleet.read(submission)
    drills.expect_own_port(wanted)
    drills.play(compose.Stack(submission, wanted), wanted)


@check(
    id="cluster-drill",
    task=7,
    tier="full",
    why="A cluster starts what was killed and holds back what is not ready; an update that hangs you have to see.",
)
def test_kubernetes_comes_through_the_drills(submission: Any) -> None:
    """On Kubernetes a bad deploy and a killed replica are found and undone, and the others answer meanwhile."""
    wanted = fleet.read(submission)
    drills.expect_own_port(wanted)
    drills.play(cluster.Place(submission, wanted), wanted)
