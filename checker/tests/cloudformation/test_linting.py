"""cfn-lint's findings arrive with rule and line, and a template cannot switch a rule off."""

from __future__ import annotations

import sys

import pytest

from checker.cloudformation import lint, read_stack
from checker.errors import CouldNotCheck

TASK = """\
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Cpu: "CPU"
      Memory: "512"
      NetworkMode: awsvpc
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions: [{Name: api, Image: movie}]
"""
QUIET = "Metadata: {cfn-lint: {config: {ignore_checks: [E3047, E3048]}}}\n"


def test_a_pair_of_sizes_that_fargate_has_not_is_found_with_its_line():
    (fault,) = [one for one in lint("t.yaml", TASK.replace("CPU", "4096")) if one.rule.startswith("E")]

    assert (fault.rule, fault.line) == ("E3047", 4)
    assert fault.message == "Cpu '4096' is not compatible with memory '512'"
    assert fault.path == ("Resources", "Task", "Properties")


def test_a_right_template_has_no_errors():
    assert [one for one in lint("t.yaml", TASK.replace("CPU", "256")) if one.rule.startswith("E")] == []


def test_a_templates_own_settings_switch_nothing_off():
    wrong = TASK.replace("CPU", "4096")
    on_resource = wrong.replace("    Properties:", f"    {QUIET}    Properties:")

    rules = [[one.rule for one in lint("t.yaml", text)] for text in (wrong, QUIET + wrong, on_resource)]

    assert rules[0] == rules[1] == rules[2]


def test_without_cfn_lint_nothing_is_held_against_anybody(monkeypatch):
    monkeypatch.setitem(sys.modules, "cfnlint.decode", None)

    with pytest.raises(CouldNotCheck) as ended:
        read_stack({"t.yaml": TASK})

    assert ended.value.finding.seen == (
        "The package cfn-lint, which reads CloudFormation, is missing; it comes with requirements/learn.txt."
    )
