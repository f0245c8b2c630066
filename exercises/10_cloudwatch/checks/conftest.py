"""What the checks of this exercise share: the template as CloudWatch reads it, and alarms run over several nights."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from checker import expect, sibling
from checker.cloudformation.reading import Resource, Stack, read_stack
from checker.cloudformation.values import Call, GetAtt, Ref, Text, said
from checker.cloudwatch import Refused
from checker.cloudwatch.alarms import Alarm, read_alarm
from checker.cloudwatch.replay import Replay, replay
from checker.cloudwatch.template import ALARM, COMPOSITE, name_of, named, rule_of


@pytest.fixture
def contract() -> ModuleType:
    """What the brief promises and asks."""
    return sibling(__file__, "contract")


@pytest.fixture
def nights() -> ModuleType:
    """Nights to run alarms and queries over."""
    return sibling(__file__, "nights")


@dataclass(frozen=True)
class Watch:
    """The handed-in template: its resources, their lines, its alarms at work."""

    submission: Any
    contract: ModuleType
    nights: ModuleType
    stack: Stack

    def resource(self, kind: str, name: str, *, asked: str) -> Resource:
        """The resource of this type and name; ends the check when it is not there."""
        found = named(self.stack, kind, name)
        there = ", ".join(name_of(one) for one in self.stack.of(kind)) or "none"
        expect(
            found is not None,
            tried=f"looked for {name} in your template",
            seen=f"no {kind} has this name; there are: {there}",
            expected=asked,
            where=self.contract.TEMPLATE,
            next="What is the name under Properties, letter by letter?",
        )
        assert found
        return found

    def alarm(self, name: str) -> tuple[Resource, Alarm]:
        """An alarm as CloudWatch takes it; ends the check when it is not there or would be refused."""
        asked = f"a metric alarm named {name} that CloudWatch takes"
        resource = self.resource(ALARM, name, asked=asked)
        try:
            return resource, read_alarm(name, resource.properties)
        except Refused as refused:
            expect(
                False,
                tried=f"read {name} as CloudWatch does",
                seen=str(refused),
                expected=asked,
                where=resource.at(refused.key),
                next="Which values may this property have, and which others must stand beside it?",
            )
            raise

    def watches(self, name: str, streams: Any) -> tuple[Resource, Alarm]:
        """The same, of an alarm whose metric has data; ends the check when it looks at nothing."""
        resource, alarm = self.alarm(name)
        stream = streams.get(alarm.metric)
        same_name = [one for one in sorted(streams) if one.name == alarm.metric.name]
        beside = f"; there is {same_name[0]}, in {streams[same_name[0]].unit}" if same_name else ""
        expect(
            stream is not None and alarm.unit in ("", stream.unit),
            tried=f"looked up the metric of {name} in a night's metrics",
            seen=f"no value of {alarm.metric}{f' in {alarm.unit}' if alarm.unit else ''}{beside}",
            expected="namespace, name and every dimension of a metric that has data",
            where=resource.at("Dimensions" if same_name else "MetricName"),
            next="Compare both with the metric's line, letter by letter. Is a metric with other dimensions the same?",
        )
        return resource, alarm

    def expect_a_call(self, resource: Resource, name: str) -> None:
        """An alarm that turns red calls somebody, by itself or by a composite alarm that names it."""
        callers = [resource, *(one for one in self.stack.of(COMPOSITE) if name in rule_of(self.stack, one))]
        strange = [(one, action) for one in callers for action in _actions(one) if not _is_named(action)]
        expect(
            not strange,
            tried=f"looked whom {name} calls when it turns red",
            seen=strange and f"{said(strange[0][1])!r}, which is no ARN",
            expected="an ARN, as api-errors of the starter has, or a reference to what has one",
            where=strange[0][0].at("AlarmActions") if strange else "",
            next="By what does AWS know whom an alarm calls: a word of yours, or something else?",
        )
        expect(
            any(map(_calls, callers)),
            tried=f"looked whom {name} calls when it turns red",
            seen="nobody: it has no AlarmActions, or they are switched off",
            expected="an action, such as the topic of the on-call, that api-errors of the starter has",
            where=resource.at("AlarmActions"),
            next="Who is woken by a state that nobody looks at, and which property says so?",
        )

    def several(self) -> list[Any]:
        return list(self.nights.several(self.submission.seed, self.submission.random))

    def over(self, alarm: Alarm, night: Any) -> Replay:
        return replay(alarm, night.streams, self.nights.BEGIN, self.nights.END)


def _actions(resource: Resource) -> list[Any]:
    actions = resource.properties.get("AlarmActions")
    return [action for action in actions if action] if isinstance(actions, list) else []


def _calls(resource: Resource) -> bool:
    return bool(_actions(resource)) and str(resource.properties.get("ActionsEnabled", True)).lower() != "false"


def _is_named(action: Any) -> bool:
    """Whether CloudFormation can take this for whom an alarm calls: an ARN, or what is known at the deployment."""
    first = action.parts[0] if isinstance(action, Text) else action
    return isinstance(first, Ref | GetAtt | Call) or (isinstance(first, str) and first.startswith("arn:"))


@pytest.fixture
def watch(submission, contract, nights) -> Watch:
    """The template of the hand-in; ends the check when it is none."""
    stack = read_stack({contract.TEMPLATE: submission.text(contract.TEMPLATE)})
    return Watch(submission, contract, nights, stack)
