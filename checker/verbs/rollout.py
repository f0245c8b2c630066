"""`checker rollout`: the computed rollout of a Deployment in the terminal, the same as in the notebook."""

from __future__ import annotations

import argparse

from checker.kube.rollout import READY_AFTER
from checker.kube.table import table


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="the file with the Deployment, e.g. deployment.yaml")
    parser.add_argument("--replicas", type=int, help="as if this were its replicas")
    parser.add_argument("--surge", help="as if this were its maxSurge: 1, or 25%%")
    parser.add_argument("--unavailable", help="as if this were its maxUnavailable")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--ready-after", type=int, default=READY_AFTER, help="seconds until a new pod is ready")
    group.add_argument("--never-ready", action="store_true", help="as if the new version never became ready")


def run(arguments: argparse.Namespace) -> int:
    after = None if arguments.never_ready else arguments.ready_after
    trial = {name: getattr(arguments, name) for name in ("replicas", "surge", "unavailable")}
    print(table(arguments.file, ready_after=after, **trial))
    return 0
