"""Task 4: a bad version goes back, and a failed deployment is read."""

from __future__ import annotations

from typing import Any

from checker import check, expect, partial, read_hints
from checker import messages as m
from checker.ecs.__main__ import breaker_of, rules_of
from checker.ecs.deployment import Breaker, Rules, deploy

HINTS = read_hints(__file__)


@check(
    id="rollback",
    task=4,
    points=2,
    tier="full",
    after=("valid",),
    hints=HINTS["rollback"],
    why="Without a limit ECS starts tasks of a broken version for ever, and each of them is paid.",
)
def test_bad_version_goes_back(handed_in, contract):
    """A version that never turns healthy is taken back, and three tasks serve at each step."""
    service = handed_in.service
    rules, breaker = rules_of(service, handed_in.tasks_wanted()), breaker_of(service)
    seen, key, question = _kind_fault(service) or _course_fault(rules, breaker, contract) or ("", "", "")
    expect(
        not seen,
        tried="deployed a version whose tasks never turn healthy",
        seen=seen,
        expected="3 tasks, of which at least 3 serve at each step, and a deployment that is rolled back",
        where=service.at(*key.split(".")),
        next=question or "What do the percents say?",
    )


def _kind_fault(service: Any) -> tuple[str, str, str] | None:
    """What makes it another kind of deployment: seen, key, question."""
    kind = service.get("DeploymentController", "Type", default="ECS")
    strategy = service.get("DeploymentConfiguration", "Strategy", default="ROLLING")
    if kind != "ECS":
        seen = f"the deployments belong to {kind}, and not to ECS"
        return seen, "DeploymentController", "Who carries out a rolling update?"
    if strategy != "ROLLING":
        seen = f"the strategy is {strategy}, and no rolling update"
        return seen, "DeploymentConfiguration.Strategy", "Which kind of update does TODO 4 ask for?"
    return None


def _course_fault(rules: Rules, breaker: Breaker, contract: Any) -> tuple[str, str, str] | None:
    """What goes wrong on the way: seen, key, question."""
    limit = "DeploymentConfiguration.DeploymentCircuitBreaker"
    course = deploy(rules, breaker, healthy=False)
    if rules.desired != contract.TASKS:
        more = rules.desired - contract.TASKS
        what = (
            f"so {rules.desired} serve at best"
            if more < 0
            else f"{more} more than the contract: each of them is paid for"
        )
        seen = f"the service wants {rules.desired} tasks, {what}"
        return seen, "DesiredCount", "How many tasks does the contract ask for, before any percent is taken?"
    if "stuck" in (deploy(rules, breaker, healthy=True).end, course.end):
        bounds = f"{rules.lowest} must stay and {rules.highest} may be there"
        bound, key = (
            ("highest", "MaximumPercent") if rules.lowest <= rules.desired else ("lowest", "MinimumHealthyPercent")
        )
        return (
            f"{_rounded(rules, bound)}{bounds}: a good version too comes to no end",
            f"DeploymentConfiguration.{key}",
            "Where is room for the first new task: above the count, or below it?",
        )
    if rules.lowest < contract.TASKS:
        stopped = f"{rules.desired - rules.lowest} of {rules.desired} old tasks may be stopped first"
        return (
            f"{_rounded(rules, 'lowest')}{stopped}: {rules.lowest} serve",
            "DeploymentConfiguration.MinimumHealthyPercent",
            "How many percent of the count must stay healthy for three to serve?",
        )
    if course.end == "never":
        seen = f"after {course.failed} failed tasks there is no end: ECS goes on starting tasks, and you pay for each"
        return seen, limit, "Who counts the failed tasks, and what happens at the limit?"
    if course.end == "failed":
        seen = f"after {course.failed} failed tasks it stops, and stays: nobody brings the old version back"
        return seen, limit, "The deployment has failed. Which version should the service want now?"
    return None


def _rounded(rules: Rules, bound: str) -> str:
    return f"{rules.rounded[bound]}. " if bound in rules.rounded else ""


@check(
    id="night",
    task=4,
    points=2,
    tier="full",
    hints=HINTS["night"],
    why="Failed tasks and serving tasks are two columns; users notice the second one.",
)
def test_deployment_is_read(submission, truth):
    """Both numbers of the failed deployment are read from its table."""
    right = truth.numbers(submission.seed)
    answers = submission.answers()
    given = {key: answers.values.get(key, "?") for key in right}
    if set(map(str, given.values())) == {"?"}:
        answers.get("failed_tasks", int)
    wrong = [key for key in right if given[key] != right[key] or isinstance(given[key], bool)]
    if not wrong:
        return
    questions = {
        "failed_tasks": "In which row does the state change, and what stands under failed there?",
        "least_serving": "Which tasks serve while the new ones fail, and when are there the fewest?",
    }
    # A number in quotes may be the right one: it is told first, and not by what stands in the table.
    key = next((one for one in wrong if _quoted(given[one])), wrong[0])
    told = "stands in quotes, so it is a text and no number" if _quoted(given[key]) else "does not"
    finding = {
        "tried": "compared your two numbers with the table of `python night.py deployment`",
        "seen": f"{2 - len(wrong)} of 2 agree; {key} = {given[key]!r} {told}",
        "expected": "two whole numbers of the table, without quotes",
        "where": f"answers.toml, {key}",
        "next": m.ANSWER_QUOTED_NEXT if _quoted(given[key]) else questions[key],
    }
    if len(wrong) == 1:
        partial(1, **finding)
    expect(False, **finding)


def _quoted(given: object) -> bool:
    return isinstance(given, str) and given.strip().isdecimal()
