"""How many tasks serve while a deployment goes on, and where it ends: the arithmetic of ECS."""

from __future__ import annotations

import pytest

from checker.ecs.__main__ import main
from checker.ecs.deployment import Breaker, Rules, deploy

ON = Breaker(enabled=True, rollback=True)


@pytest.mark.parametrize(
    ("rules", "healthy", "end", "least", "failed"),
    [
        (Rules(3), True, "done", 3, 0),
        (Rules(3), False, "rolled back", 3, 3),
        (Rules(3, 67, 134), True, "done", 3, 0),
        (Rules(3, 50, 100), True, "done", 2, 0),
        (Rules(3, 50, 100), False, "rolled back", 2, 3),
        (Rules(3, 0, 100), False, "rolled back", 0, 3),
        (Rules(3, 100, 100), True, "stuck", 3, 0),
        (Rules(1, 100, 150), True, "stuck", 1, 0),
        (Rules(3, 110, 200), True, "stuck", 3, 0),
        (Rules(10, 100, 120), False, "rolled back", 10, 6),
        (Rules(0), True, "done", 0, 0),
        (Rules(100, 100, 101), True, "done", 100, 0),
    ],
)
def test_bounds_decide_who_serves_meanwhile(rules, healthy, end, least, failed):
    course = deploy(rules, ON, healthy=healthy)

    assert (course.end, course.least_serving, course.failed) == (end, least, failed)


@pytest.mark.parametrize(
    ("breaker", "end", "old"),
    [(Breaker(), "never", 2), (Breaker(enabled=True), "failed", 2), (ON, "rolled back", 4)],
)
def test_without_a_breaker_nobody_ends_it_and_without_a_rollback_nobody_comes_back(breaker, end, old):
    course = deploy(Rules(4, 50, 100), breaker, healthy=False)

    assert (course.end, course.rounds[-1].old) == (end, old)


@pytest.mark.parametrize(
    ("breaker", "desired", "limit"),
    [
        (ON, 1, 3), (ON, 6, 3), (ON, 25, 13), (ON, 400, 200), (ON, 900, 200),
        (Breaker(kind="COUNT", value=5), 900, 5), (Breaker(kind="UNBOUNDED_PERCENT", value=25), 4, 1),
    ],
)  # fmt: skip
def test_the_limit_of_the_breaker_is_half_the_tasks_between_3_and_200(breaker, desired, limit):
    assert breaker.threshold(desired) == limit


SERVICE = """\
Resources:
  Api:
    Type: AWS::ECS::Service
    Properties:
      DesiredCount: 2
      DeploymentConfiguration: {MinimumHealthyPercent: 50, MaximumPercent: 100}
"""


def test_the_command_shows_the_rounds(tmp_path, capsys):
    (tmp_path / "service.yaml").write_text(SERVICE)

    code = main([str(tmp_path / "service.yaml")])

    assert code == 0
    assert capsys.readouterr().out == (
        "2 tasks wanted; at least 1 healthy, at most 2 at a time\n"
        "circuit breaker: off\n\n"
        " old   new  serving  what happens\n"
        "   2     0        2  before\n"
        "   1     1        1  1 old stopped, 1 new started\n"
        "   1     1        2  1 new turn healthy\n"
        "   0     2        1  1 old stopped, 1 new started\n"
        "   0     2        2  1 new turn healthy\n\n"
        "The deployment comes to its end. At the worst moment 1 task serves.\n"
    )


@pytest.mark.parametrize(
    ("percents", "said"),
    [
        ((100, 110), "3 tasks wanted; at least 3 healthy, at most 3 at a time\n110 % of 3 is 3.3, rounded down to 3\n"),
        (
            (67, 134),
            "3 tasks wanted; at least 3 healthy, at most 4 at a time\n"
            "67 % of 3 is 2.01, rounded up to 3\n134 % of 3 is 4.02, rounded down to 4\n",
        ),
        ((0, 200), "3 tasks wanted; at least 0 healthy, at most 6 at a time\n"),
    ],
)
def test_the_command_says_how_a_percent_is_rounded(tmp_path, capsys, percents, said):
    (tmp_path / "service.yaml").write_text(SERVICE)
    least, most = map(str, percents)

    main([str(tmp_path / "service.yaml"), "--desired", "3", "--minimum", least, "--maximum", most])

    assert capsys.readouterr().out.startswith(f"{said}circuit breaker: off\n")


def test_the_command_takes_other_bounds_and_a_version_that_never_turns_healthy(tmp_path, capsys):
    (tmp_path / "service.yaml").write_text(SERVICE)

    main([str(tmp_path / "service.yaml"), "--never-healthy", "--desired", "4", "--minimum", "100", "--maximum", "150"])

    out = capsys.readouterr().out
    assert "4 tasks wanted; at least 4 healthy, at most 6 at a time" in out
    assert out.endswith("The deployment has no end: ECS goes on starting tasks. At the worst moment 4 tasks serve.\n")


BREAKER = "MaximumPercent: 100, DeploymentCircuitBreaker: {Enable: true}"


@pytest.mark.parametrize(("other", "more"), [("LaunchType: FARGATE", ""), ("LaunchType: Fargate", " And 1 more.")])
def test_the_command_says_when_aws_refuses_the_template(tmp_path, capsys, other, more):
    """The rounds are shown all the same."""
    text = SERVICE.replace("MaximumPercent: 100", BREAKER) + f"      {other}\n"
    (tmp_path / "service.yaml").write_text(text)

    assert main([str(tmp_path / "service.yaml")]) == 0

    assert capsys.readouterr().out.endswith(
        "The deployment comes to its end. At the worst moment 1 task serves.\n\n"
        f"AWS refuses this template: service.yaml:6, E3003: 'Rollback' is a required property{more}\n"
    )


def test_a_file_without_a_service_is_said(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text("Resources: {R: {Type: AWS::IAM::Role}}\n")

    assert main([str(tmp_path / "a.yaml")]) == 2
    assert "has no resource of the type AWS::ECS::Service." in capsys.readouterr().out
    assert main([str(tmp_path / "b.yaml")]) == 2
    assert capsys.readouterr().err.startswith("error: ")
