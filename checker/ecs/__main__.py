"""`python -m checker.ecs service.yaml`: what a deployment of the service does to its tasks, round by round."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from checker.cloudformation import Fault, Resource, lint, read_stack
from checker.ecs.deployment import Breaker, Course, Rules, deploy
from checker.ecs.task import whole
from checker.errors import Verdict

TYPE = "AWS::ECS::Service"
HEAD = ("old", "new", "serving", "what happens")
ENDS = {
    "done": "The deployment comes to its end.",
    "stuck": "The deployment goes no further: no task may be stopped, and none started.",
    "failed": "The deployment has failed and stays where it is.",
    "rolled back": "The deployment has failed and is rolled back.",
    "never": "The deployment has no end: ECS goes on starting tasks.",
}


def main(arguments: list[str] | None = None) -> int:
    """Print the course of one deployment; 2 when there is no service to deploy."""
    parser = argparse.ArgumentParser(prog="python -m checker.ecs", description=__doc__)
    parser.add_argument("file", help="the template with the service, e.g. service.yaml")
    parser.add_argument("--never-healthy", action="store_true", help="as if no new task ever turned healthy")
    parser.add_argument("--desired", type=int, help="as if this were its desired count")
    parser.add_argument("--minimum", type=int, help="as if this were its minimum healthy percent")
    parser.add_argument("--maximum", type=int, help="as if this were its maximum percent")
    asked = parser.parse_args(arguments)
    try:
        service = _service(asked.file)
    except (OSError, Verdict) as error:
        said = error.finding.seen if isinstance(error, Verdict) else f"{asked.file} cannot be read"
        print(f"error: {said}.\ntry: python -m checker.ecs service.yaml", file=sys.stderr)
        return 2
    if service is None:
        print(f"error: {asked.file} has no resource of the type {TYPE}.\ntry: python -m checker.ecs service.yaml")
        return 2
    given = rules_of(service)
    rules = Rules(
        given.desired if asked.desired is None else asked.desired,
        given.minimum_percent if asked.minimum is None else asked.minimum,
        given.maximum_percent if asked.maximum is None else asked.maximum,
    )
    breaker = breaker_of(service)
    print(table(rules, breaker, deploy(rules, breaker, healthy=not asked.never_healthy)))
    refused = [one for one in lint(service.file, Path(asked.file).read_text(encoding="utf-8")) if one.rule[0] == "E"]
    if refused:
        print(f"\n{_refusal(service.file, refused)}")
    return 0


def rules_of(service: Resource, desired: int | None = None) -> Rules:
    """The bounds of a service's deployments, with AWS's defaults."""
    configuration = service.get("DeploymentConfiguration", default={})
    counts = [
        service.get("DesiredCount", default=1) if desired is None else desired,
        configuration.get("MinimumHealthyPercent", 100),
        configuration.get("MaximumPercent", 200),
    ]
    return Rules(*(whole(one, usual) for one, usual in zip(counts, (1, 100, 200), strict=True)))


def breaker_of(service: Resource) -> Breaker:
    """The circuit breaker of a service; it is off unless the service says otherwise."""
    given = service.get("DeploymentConfiguration", "DeploymentCircuitBreaker", default={})
    limit = given.get("ThresholdConfiguration", {}) if isinstance(given, dict) else {}
    if not isinstance(given, dict) or not isinstance(limit, dict):
        return Breaker()
    return Breaker(
        _true(given.get("Enable")), _true(given.get("Rollback")),
        str(limit.get("Type", "BOUNDED_PERCENT")), whole(limit.get("Value", 50), 50),
    )  # fmt: skip


def table(rules: Rules, breaker: Breaker, course: Course) -> str:
    """The rounds of a deployment, and how it ends."""
    lines = [
        f"{rules.desired} tasks wanted; at least {rules.lowest} healthy, at most {rules.highest} at a time",
        *rules.rounded.values(),
        f"circuit breaker: {_said(breaker, rules)}",
        "",
        f"{HEAD[0]:>4}  {HEAD[1]:>4}  {HEAD[2]:>7}  {HEAD[3]}",
    ]
    lines += [f"{one.old:>4}  {one.new:>4}  {one.serving:>7}  {one.says}" for one in course.rounds]
    return "\n".join([*lines, "", f"{ENDS[course.end]} At the worst moment {_tasks(course.least_serving)}."])


def _refusal(file: str, faults: list[Fault]) -> str:
    """What cfn-lint says against the template as it stands; the rounds above are those of its numbers all the same."""
    first = f"AWS refuses this template: {file}:{faults[0].line}, {faults[0].rule}: {faults[0].message}"
    return first + (f" And {len(faults) - 1} more." if len(faults) > 1 else "")


def _tasks(serving: int) -> str:
    return {0: "no task serves", 1: "1 task serves"}.get(serving, f"{serving} tasks serve")


def _said(breaker: Breaker, rules: Rules) -> str:
    if not breaker.enabled:
        return "off"
    rollback = "with" if breaker.rollback else "without"
    return f"after {breaker.threshold(rules.desired)} failed tasks, {rollback} a rollback"


def _service(file: str) -> Resource | None:
    stack = read_stack({Path(file).name: Path(file).read_text(encoding="utf-8")})
    return next(iter(stack.of(TYPE)), None)


def _true(value: Any) -> bool:
    return value is True or value == "true"


if __name__ == "__main__":
    sys.exit(main())
