"""A task definition reads the same from JSON and from a template, and cfn-lint's lines are those of the file."""

from __future__ import annotations

import json

from checker.cloudformation import read_stack
from checker.ecs.task import from_json, from_stack, is_task_definition, json_faults

TASK = {
    "family": "api",
    "cpu": "4096",
    "memory": "512",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "containerDefinitions": [
        {
            "name": "api",
            "image": "movie",
            "portMappings": [{"containerPort": 8000}],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {"awslogs-group": "/g", "awslogs-region": "us-east-1"},
            },
        }
    ],
}
TEXT = json.dumps(TASK, indent=2)
TEMPLATE = """\
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: api
      ContainerDefinitions:
        - Name: api
          PortMappings: [{ContainerPort: "8000"}]
          LogConfiguration: {LogDriver: awslogs, Options: {awslogs-group: /g}}
"""


def test_both_spellings_read_the_same():
    from_file = from_json("taskdef.json", TEXT, TASK)
    (from_template,) = from_stack(read_stack({"t.yaml": TEMPLATE}))

    for one in (from_file, from_template):
        (container,) = one.containers
        assert (one.family, container.name, container.ports) == ("api", "api", [8000])
        assert container.properties["logConfiguration"]["options"]["awslogs-group"] == "/g"
    assert from_file.at("containerDefinitions", 0, "image") == "taskdef.json:12"
    assert from_template.at("containerDefinitions", 0, "portMappings") == "t.yaml:8"


def test_cfn_lint_judges_the_json_with_its_own_lines():
    faults = [one for one in json_faults("taskdef.json", TEXT, TASK) if one.rule.startswith("E")]

    assert [(one.rule, one.message) for one in faults] == [("E3047", "Cpu '4096' is not compatible with memory '512'")]


def test_a_misspelled_key_is_found_where_it_stands():
    text = TEXT.replace('"image"', '"imagee"')

    (fault,) = [one for one in json_faults("t.json", text, json.loads(text)) if one.rule == "E3002"]

    assert (fault.line, fault.path) == (12, ("containerDefinitions", 0, "imagee"))


def test_other_json_is_no_task_definition():
    assert is_task_definition(TASK)
    assert not is_task_definition({"Resources": {}})
    assert not is_task_definition([])
