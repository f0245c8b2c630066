"""Deploys the templates of the current folder to ministack, asks the service through its balancer, and removes all.

`python -m course.engines ecs`, and with `--broken` also an update with an image that is not there. Tasks are real
containers, of a stand-in for the image. The emulator asks no health check, no role and no size: a row may say so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from course.engines import docker, images
from course.engines.ecs_account import Account
from course.engines.ecs_files import Files, parameters, read_files, stand_in
from course.engines.emulators import REGION
from course.engines.found import EngineTrouble

STACK, READY = "movie-service", "/health/ready"
NOBODYS = "movie-service:nobody-built-it"
SERVE = """
import os
from http.server import BaseHTTPRequestHandler as Handler, ThreadingHTTPServer
key = "with" if os.environ.get("PSEUDONYM_KEY") == "a key" else "without"
SAYS = {"/health/live": "alive", "/health/ready": f"ready, {key} PSEUDONYM_KEY"}
class Answer(Handler):
    def do_GET(self):
        text = SAYS.get(self.path.partition("?")[0])
        self.send_response(200 if text else 404)
        self.end_headers()
        self.wfile.write((text or "not here").encode())
    def log_message(self, *_): return
ThreadingHTTPServer(("", 8000), Answer).serve_forever()
"""
# How long a deployment without an end is looked at, and a balancer that does not get through.
NO_END, NO_ANSWER = 25.0, 10.0
REFUSED = re.compile(r"Target [\d.]+:(\d+) connect error")


def run(folder: Path, *, endpoint: str, broken: bool) -> int:
    """Print what becomes of the files: 0 when all tasks run and answer, 1 when not. EngineTrouble: ours."""
    engine = docker.find()
    if not engine.found:
        raise EngineTrouble(f"Tasks are containers. {engine.needed}")
    files, account = read_files(folder), Account(endpoint, REGION)
    try:
        with account:
            return _told(_Deployment(files, account, engine.facts.get("base") or images.FIRST), broken)
    except account.errors as error:
        raise EngineTrouble(f"ministack did not get through: {' '.join(str(error).split())[:200]}") from None


def _told(deployment: _Deployment, broken: bool) -> int:
    good = True
    for what, said, fine in deployment.lines(broken):
        print(f"{what:<24}{said}", flush=True)
        good = good and fine
    return 0 if good else 1


class _Deployment:
    """The files of one folder in one account."""

    def __init__(self, files: Files, account: Account, image: str) -> None:
        self.files, self.account = files, account
        self._given = account.network()
        self._fill(image)
        for cluster in {self._cluster(one) for _, one in files.resources("AWS::ECS::Service")}:
            account.cluster(cluster)

    def lines(self, broken: bool) -> Iterator[tuple[str, str, bool]]:
        """(what, what is said of it, whether that is well), one after another as it happens."""
        for name, template in self.files.in_order():
            state = self._deploy(name, template, again=False)
            yield f"stack {name}", state, state == "CREATE_COMPLETE"
            if state != "CREATE_COMPLETE":
                return
        if self.files.left_out:
            yield "left out", f"{', '.join(self.files.left_out)}: the emulator does not know their types", True
        wanted, service = self._settled()
        yield "tasks", f"{service['runningCount']} of {wanted} run", service["runningCount"] == wanted
        yield from self._asked()
        if broken:
            yield from self._broken()

    def _settled(self) -> tuple[int, dict[str, Any]]:
        service = self.account.until(
            self.account.service, lambda one: one["runningCount"] == one["desiredCount"], seconds=NO_END
        )
        return int(service["desiredCount"]), service

    def _asked(self) -> Iterator[tuple[str, str, bool]]:
        """The question of the target group, and one of a user; the emulator itself calls every target healthy."""
        groups = self.account.client("elbv2").describe_target_groups()["TargetGroups"]
        path = str(groups[0].get("HealthCheckPath", "/")) if groups else READY
        for asked in dict.fromkeys((path, READY)):
            status, text = self._answer(asked)
            yield f"GET {asked}", f"{status} {_short(text)}", status == 200

    def _answer(self, path: str) -> tuple[int, str]:
        """What comes back. A task gets requests before it listens, since the emulator asks no health check: again."""
        asks = partial(self.account.ask, path)
        return self.account.until(asks, lambda one: one[0] in (200, 404), seconds=NO_ANSWER)

    def _broken(self) -> Iterator[tuple[str, str, bool]]:
        before = self.account.service()["taskDefinition"]
        self._fill(NOBODYS)
        for name, template in self.files.in_order():
            if any(one is template for one, _ in self.files.resources("AWS::ECS::Service")):
                self._deploy(name, template, again=True)
        service = self.account.until(self.account.service, _ended, seconds=NO_END)
        yield self._end(service, before)
        status, text = self._answer(READY)
        yield "afterwards", f"GET {READY} {status} {_short(text)}", status == 200

    def _end(self, service: dict[str, Any], before: str) -> tuple[str, str, bool]:
        states = [str(one.get("rolloutState")) for one in service["deployments"] if one["taskDefinition"] != before]
        state, back = (states or ["COMPLETED"])[0], service["taskDefinition"] == before
        end = "the deployment fails" if state == "FAILED" else f"the deployment has no end, it stays {state}"
        then = "the version before is wanted again" if back else "the broken version stays wanted"
        return "an image nobody built", f"{end}; {then}", back and state == "FAILED"

    def _fill(self, image: str) -> None:
        """Put an image everywhere, and register the task definitions anew."""
        words, secret_of = ["python3", "-c", SERVE], self.account.secret_of
        for _, task in self.files.resources("AWS::ECS::TaskDefinition"):
            stand_in(task.get("ContainerDefinitions"), image, words, secret_of)
        for one in self.files.tasks:
            stand_in(one.get("containerDefinitions"), image, words, secret_of)
        self._task = [self.account.register(one) for one in self.files.tasks][:1]

    def _deploy(self, name: str, template: dict[str, Any], *, again: bool) -> str:
        given = parameters(template, self._given, (self._task or ["movie"])[0])
        stack = STACK if len(self.files.templates) == 1 else f"{STACK}-{Path(name).stem}"
        return self.account.deploy(stack, template, given, again=again)

    def _cluster(self, service: dict[str, Any]) -> str:
        named = service.get("Cluster", "default")
        return named.rpartition("/")[2] if isinstance(named, str) else "default"


def _ended(service: dict[str, Any]) -> bool:
    """A deployment that failed, or that has come to its end with all its tasks."""
    states = [one.get("rolloutState") for one in service["deployments"]]
    return "FAILED" in states or (states == ["COMPLETED"] and service["events"][:1] != [])


def _short(text: str) -> str:
    """One line of an answer; the balancer's own words without the address of a container."""
    try:
        text = str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        pass
    refused = REFUSED.search(text)
    return f"nobody listens on port {refused[1]}" if refused else " ".join(text.split())[:60]
