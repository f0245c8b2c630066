"""A template's resources, with every function that is known before deployment worked out, and their lines."""

from __future__ import annotations

import json

import pytest

from checker.cloudformation import Call, GetAtt, Ref, Text, is_template, mentioned, read_stack, said
from checker.errors import NotYet

TEMPLATE = """\
Parameters:
  Port: {Type: Number, Default: 8000}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Stage: {Type: String, Default: test}
  Vpc: {Type: "AWS::EC2::VPC::Id"}
Mappings:
  Sizes: {test: {cpu: "256"}, live: {cpu: "1024"}}
Conditions:
  Live: !Equals [!Ref Stage, live]
  Test: !Not [!Condition Live]
  Either: !Or [!Equals [!Ref Vpc, x], !Condition Test]
  Open: !And [!Equals [!Ref Vpc, x], !Condition Test]
Resources:
  Role:
    Type: AWS::IAM::Role
    DeletionPolicy: Retain
    Properties:
      AssumeRolePolicyDocument: {Version: 2012-10-17}
  Thing:
    Type: AWS::ECS::Service
    DependsOn: Role
    Properties:
      Value: VALUE
      After:
        - 1
        - 2
"""


LAUGHS = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 6))


def value(text):
    return read_stack({"t.yaml": TEMPLATE.replace("VALUE", text)}).of("AWS::ECS::Service")[0].get("Value")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!Ref Port", 8000),
        ("{Ref: Port}", 8000),
        ("!Ref Names", ["a", "b"]),
        ("!Ref Vpc", Ref("Vpc", "t.yaml")),
        ("!Ref AWS::Region", Ref("AWS::Region", "t.yaml")),
        ("!GetAtt Role.Arn", GetAtt("Role", "Arn", "t.yaml")),
        ("!GetAtt [Role, Arn]", GetAtt("Role", "Arn", "t.yaml")),
        ("{'Fn::GetAtt': Role.Arn}", GetAtt("Role", "Arn", "t.yaml")),
        ("!Sub '${Stage}-${Port}'", "test-8000"),
        ("!Sub '${Role.Arn}'", GetAtt("Role", "Arn", "t.yaml")),
        ("!Sub '${!Stage}'", "${Stage}"),
        ("!Sub ['${Own}-x', {Own: !Ref Stage}]", "test-x"),
        ("!Sub 'a-${Vpc}'", Text(("a-", Ref("Vpc", "t.yaml")))),
        ("!Join ['-', [a, !Ref Stage]]", "a-test"),
        ("!Join ['', ['s3:', !Ref Vpc, /x]]", Text(("s3:", Ref("Vpc", "t.yaml"), "/x"))),
        ("!Select [1, !Ref Names]", "b"),
        ("!Select [0, !Split ['/', 'x/y']]", "x"),
        ("!FindInMap [Sizes, !Ref Stage, cpu]", "256"),
        ("!If [Live, 4, 1]", 1),
        ("!If [Either, 4, 1]", 4),
        ("!If [Live, 4, !Ref AWS::NoValue]", None),
        ("!If [Open, 4, 1]", Call("Fn::If", ["Open", 4, 1])),
        ("!ImportValue other", Call("Fn::ImportValue", "other")),
        ("!FindInMap [Sizes, nowhere, cpu]", Call("Fn::FindInMap", ["Sizes", "nowhere", "cpu"])),
    ],
)
def test_a_value_is_what_is_known_before_deployment(text, expected):
    assert value(text) == expected


def test_a_resource_knows_its_place_and_what_stands_beside_its_properties():
    stack = read_stack({"t.yaml": TEMPLATE})

    role, thing = stack.resources
    assert (role.type, role.attributes["DeletionPolicy"]) == ("AWS::IAM::Role", "Retain")
    assert role.get("AssumeRolePolicyDocument", "Version") == "2012-10-17"
    assert thing.depends_on == ("Role",)
    assert thing.at("After", 1) == "t.yaml:26"
    assert thing.at("After", 7) == "t.yaml:24"
    assert thing.at("Nowhere") == "t.yaml:22"
    assert thing.get("After", 5, default="none") == "none"


def test_json_gives_the_same_as_yaml():
    body = {"Type": "AWS::ECS::Service", "Properties": {"TaskRoleArn": {"Fn::GetAtt": ["R", "Arn"]}, "N": 2}}
    text = json.dumps({"Resources": {"S": body}}, indent="\t")

    (service,) = read_stack({"t.json": text}).resources

    assert service.properties == {"TaskRoleArn": GetAtt("R", "Arn", "t.json"), "N": 2}
    assert service.at("N") == "t.json:12"


def test_a_reference_leads_to_its_resource_and_an_import_to_the_other_file():
    one = "Resources:\n  R: {Type: AWS::IAM::Role}\nOutputs:\n  O: {Value: !GetAtt R.Arn, Export: {Name: role}}\n"
    two = "Resources:\n  R: {Type: AWS::ECS::TaskDefinition, Properties: {TaskRoleArn: !ImportValue role}}\n"

    stack = read_stack({"one.yaml": one, "two.yaml": two})

    (task,) = stack.of("AWS::ECS::TaskDefinition")
    role = stack.named(task.get("TaskRoleArn"))
    assert (role.file, role.type) == ("one.yaml", "AWS::IAM::Role")
    assert stack.outputs == {"O": GetAtt("R", "Arn", "one.yaml")}


def test_a_resource_whose_condition_does_not_hold_is_not_there():
    text = TEMPLATE.replace("DependsOn: Role", "Condition: Live")

    assert [one.id for one in read_stack({"t.yaml": text}).resources] == ["Role"]


def test_what_is_said_is_what_a_person_writes():
    found = value("!Sub '${Vpc}/${Role.Arn}'")

    assert said(found) == "${Vpc}/${Role.Arn}"
    assert said({"a": [found, True]}) == '{"a": ["${Vpc}/${Role.Arn}", true]}'
    assert mentioned([found]) == {Ref("Vpc", "t.yaml"), GetAtt("Role", "Arn", "t.yaml")}


@pytest.mark.parametrize(
    ("name", "text", "where", "seen"),
    [
        ("t.yaml", "Resources: [\n", "t.yaml:2", "line 2: expected the node content, but found '<stream end>'"),
        ("t.json", '{"Resources": {,}}', "t.json:1", "line 1: Expecting property name enclosed in double quotes"),
        ("t.yaml", "Resource: {}\n", "t.yaml", "no Resources at the top of the file"),
        ("t.yaml", "- a\n", "t.yaml", "no Resources at the top of the file"),
        ("t.yaml", "Resources:\n  A:\n    Tpye: x\n", "t.yaml:2", "the resource 'A' has no Type"),
        ("t.yaml", "Resources:\n  A: {Type: x, Properties: [1]}\n", "t.yaml:2", "the Properties of 'A' are no mapping"),
        ("t.yaml", "Resources:\n  A: {Type: x, Type: y}\n", "t.yaml:2", "line 2: Duplicate found 'Type' (line 2)"),
        ("t.yaml", "Resources: " + "[" * 60 + "]" * 60, "t.yaml", "t.yaml has more than 40 levels"),
        ("t.yaml", "a: &a 1\n" + "b: *a\n" * 101, "t.yaml", "t.yaml has more than 100 aliases"),
        ("t.yaml", LAUGHS, "t.yaml", "t.yaml expands to more than 100000 values"),
    ],
)
def test_a_fault_is_a_finding_with_its_line(name, text, where, seen):
    with pytest.raises(NotYet) as ended:
        read_stack({name: text})

    assert (ended.value.finding.where, ended.value.finding.seen) == (where, seen)


def test_circles_of_conditions_and_exports_end():
    text = (
        "Conditions: {A: !Not [!Condition B], B: !Not [!Condition A]}\n"
        "Resources:\n  S: {Type: x, Properties: {V: !If [A, 1, 2], W: !ImportValue o}}\n"
        "Outputs: {O: {Value: !ImportValue o, Export: {Name: o}}}\n"
    )

    (one,) = read_stack({"t.yaml": text}).resources

    assert one.get("V") == Call("Fn::If", ["A", 1, 2])
    assert said(one.get("W")) == "Fn::ImportValue(too deep(null))"


def test_substitutions_that_multiply_end():
    inner = "x"
    for _ in range(6):
        inner = "{'Fn::Sub': ['" + "${a}" * 300 + "', {a: " + inner + "}]}"

    (one,) = read_stack({"t.yaml": f"Resources:\n  S: {{Type: x, Properties: {{V: {inner}}}}}\n"}).resources

    assert "too" in said(one.get("V"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Resources:\n  A: 1", True), ('{"Resources": {}}', True), ('{\n  "Resources": {', True), ("family: a", False)],
)
def test_a_template_is_known_by_its_resources(text, expected):
    assert is_template(text) is expected
