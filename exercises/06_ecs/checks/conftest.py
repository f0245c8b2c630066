"""What the checks of this exercise share: the task definition, the service and the roles of the hand-in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import pytest

from checker import Submission, expect, sibling
from checker.cloudformation import Resource, Stack, is_template, read_stack
from checker.cloudformation.arns import arn_of, concrete
from checker.ecs.task import Container, TaskDefinition, from_json, from_stack, is_task_definition
from checker.errors import Finding, NotYet
from checker.iam import Statement, statements
from checker.readers import read_json, read_yaml

SERVICE = "AWS::ECS::Service"
NEXT = "Which file holds it, and what does it say at its top?"


@pytest.fixture
def contract() -> ModuleType:
    """What the brief promises and asks."""
    return sibling(__file__, "contract")


@pytest.fixture
def truth() -> ModuleType:
    """The right answers of a seed."""
    return sibling(__file__, "answers")


@dataclass(frozen=True)
class HandedIn:
    """The files of the hand-in as ECS would see them."""

    texts: dict[str, str]
    templates: dict[str, str]
    registered: tuple[tuple[str, str, dict[str, Any]], ...]
    # What is wrong with a file that is no template and cannot be read; who asks for the task definition is told.
    unread: Finding | None = None

    @cached_property
    def stack(self) -> Stack:
        return read_stack(self.templates)

    @cached_property
    def readable(self) -> Stack:
        """The same for the rows of the task definition: one in a file of its own does not wait for templates."""
        try:
            return self.stack
        except NotYet:
            if not self.registered:
                raise
            return Stack((), {})

    @property
    def services(self) -> list[Resource]:
        return self.readable.of(SERVICE)

    @cached_property
    def service(self) -> Resource:
        found = self.stack.of(SERVICE)
        expect(
            len(found) == 1,
            tried="looked for the service in your templates",
            seen=f"{len(found)} resources of the type {SERVICE} in {', '.join(self.templates) or 'no template'}",
            expected="one service",
            where=found[-1].at() if found else next(iter(self.templates), "service.yaml"),
            next=NEXT,
        )
        return found[0]

    @cached_property
    def task(self) -> TaskDefinition:
        """The task definition that the service runs: of the same stack, or registered from a file."""
        if self.unread:
            raise NotYet(self.unread)
        own = next((self.readable.named(one.get("TaskDefinition")) for one in self.services), None)
        in_stack = from_stack(self.readable)
        named = [one for one in in_stack if own is not None and one.resource is own]
        from_files = [from_json(*one) for one in self.registered]
        found = named or from_files or in_stack
        expect(
            bool(found),
            tried="looked for the task definition that the service runs",
            seen="none of your files is one",
            expected="a task definition: JSON with `containerDefinitions`, or a resource of a template",
            where="taskdef.json",
            next=NEXT,
        )
        return found[0]

    @property
    def api(self) -> Container:
        """The container that the balancer asks, else the one that is called api, else the first."""
        asked = next((one.get("LoadBalancers", 0, "ContainerName") for one in self.services), None)
        found = self.task.containers
        expect(
            bool(found),
            tried="looked for the container of the service",
            seen="the task definition has no container",
            expected="a container that runs the service",
            where=self.task.at("containerDefinitions"),
            next="What does `containerDefinitions` of the starter hold?",
        )
        return next((one for name in (asked, "api") for one in found if one.name == name), found[0])

    def role(self, key: str) -> Resource | None:
        """The role of the files that a key of the task definition names, by reference, ARN or name."""
        given = self.task.get(key)
        text = concrete(self.stack, given)
        for role in self.stack.of("AWS::IAM::Role"):
            if self.stack.named(given) is role or text in (arn_of(self.stack, role), role.get("RoleName")):
                return role
        return None

    @cached_property
    def roles(self) -> dict[str, Resource]:
        found = {"execution": self.role("executionRoleArn"), "task": self.role("taskRoleArn")}
        return {name: role for name, role in found.items() if role is not None}

    def may(self, name: str) -> list[Statement]:
        return statements(self.stack, self.roles[name]) if name in self.roles else []

    @property
    def group(self) -> Resource | None:
        """The target group of the service's first balancer."""
        return self.stack.named(self.service.get("LoadBalancers", 0, "TargetGroupArn"))

    def tasks_wanted(self) -> int | None:
        """The count that deployments are reckoned from; the autoscaler's least where the service says none."""
        if self.service.get("DesiredCount") is not None:
            return None
        least = [one.get("MinCapacity") for one in self.stack.of("AWS::ApplicationAutoScaling::ScalableTarget")]
        return next((one for one in least if isinstance(one, int)), None)


@pytest.fixture
def handed_in(submission: Submission) -> HandedIn:
    """All templates and task definitions of the hand-in."""
    templates, registered, unread = {}, [], None
    texts = {name: submission.text(name) for name in submission.files("*.json", "*.yaml", "*.yml")}
    for name, text in texts.items():
        # A template whose Resources are misspelled is a template too, and has a message of its own.
        if is_template(text) or "AWS::" in text:
            templates[name] = text
        elif text.strip():
            try:
                value = read_json(name, text) if name.endswith(".json") else read_yaml(name, text)
            except NotYet as fault:
                unread = unread or fault.finding
                continue
            if is_task_definition(value):
                registered.append((name, text, value))
    return HandedIn(texts, templates, tuple(registered), unread)
