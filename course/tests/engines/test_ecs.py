"""What `python -m course.engines ecs` makes of a folder's files before an emulator sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from course.engines.ecs_files import parameters, read_files, stand_in
from course.engines.found import EngineTrouble

TEMPLATE = """\
Parameters:
  Task: {Type: String}
  Vpc: {Type: "AWS::EC2::VPC::Id"}
  Nets: {Type: "List<AWS::EC2::Subnet::Id>"}
  Size: {Type: Number, Default: 3}
Resources:
  Service: {Type: "AWS::ECS::Service", Properties: {TaskDefinition: !Ref Task, Cluster: c}}
  More: {Type: "AWS::ApplicationAutoScaling::ScalableTarget"}
"""
ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:movie/key-a1B2c3"


def folder(place: Path, **files: str) -> Path:
    for name, text in files.items():
        (place / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return place


def test_templates_and_task_definitions_are_told_from_other_files(tmp_path):
    task = json.dumps({"family": "a", "containerDefinitions": []})

    found = read_files(folder(tmp_path, service_yaml=TEMPLATE, task_json=task, other_yaml="a: 1", answers_toml="a = 1"))

    assert list(found.templates) == ["service.yaml"] and [one["family"] for one in found.tasks] == ["a"]
    assert found.left_out == ["More"]
    assert [one["Cluster"] for _, one in found.resources("AWS::ECS::Service")] == ["c"]


def test_a_template_that_imports_comes_after_the_others(tmp_path):
    importing = TEMPLATE.replace("Cluster: c", "Cluster: !ImportValue name")

    found = read_files(folder(tmp_path, a_yaml=importing, b_yaml=TEMPLATE))

    assert [name for name, _ in found.in_order()] == ["b.yaml", "a.yaml"]


def test_parameters_without_a_default_get_a_value_by_their_type(tmp_path):
    (template,) = read_files(folder(tmp_path, a_yaml=TEMPLATE)).templates.values()

    given = parameters(template, {"AWS::EC2::VPC::Id": "vpc-1", "AWS::EC2::Subnet::Id": "a,b"}, "task:1")

    assert {one["ParameterKey"]: one["ParameterValue"] for one in given} == {
        "Task": "task:1", "Vpc": "vpc-1", "Nets": "a,b",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        (ARN, ("movie/key", "")),
        (ARN.removesuffix("-a1B2c3"), ("movie/key", "")),
        (f"{ARN}:FIELD::", ("movie/key", "FIELD")),
        ({"Fn::Sub": "arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:movie/key-a1B2c3"},
         ("movie/key", "")),
    ],
)  # fmt: skip
def test_a_secret_becomes_one_that_is_there(given, asked):
    containers = [{"image": "a", "secrets": [{"name": "KEY", "valueFrom": given}]}]

    stand_in(containers, "b", ["run"], lambda *words: f"made of {words}")

    assert containers == [
        {"image": "b", "command": ["run"], "secrets": [{"name": "KEY", "valueFrom": f"made of {asked}"}]}
    ]


def test_the_spelling_of_a_template_stays_and_its_secrets_get_both():
    containers = [{"Image": "a", "Secrets": [{"Name": "KEY", "ValueFrom": "movie/key"}]}]

    stand_in(containers, "b", ["run"], lambda *words: "")

    both = {"Name": "KEY", "ValueFrom": "movie/key", "name": "KEY", "valueFrom": "movie/key"}
    assert containers == [{"Image": "b", "Command": ["run"], "Secrets": [both]}]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"task_json": '{"containerDefinitions": ,}'}, "task.json cannot be read: Expecting value: line 1 column 26"),
        ({"a_yaml": "Resources:\n  A: [b\n"}, "a.yaml cannot be read: line 3: "),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, files, said):
    with pytest.raises(EngineTrouble) as trouble:
        read_files(folder(tmp_path, **files))

    assert str(trouble.value).startswith(said)
