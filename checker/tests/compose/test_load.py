"""From files to a project: the rules of merging and filling in, told by what comes out."""

from __future__ import annotations

import subprocess
import sys

import pytest

from checker.compose import Project, Refused, load
from checker.errors import NotYet
from checker.tests.compose.cases import BASE, CASES, OVER
from checker.tests.compose.refused import REFUSED


def project(name: str, **more: object) -> Project:
    return load(CASES[name], folder="project", **more)  # type: ignore[arg-type]


def environment(found: Project, service: str) -> dict[str, str | None]:
    return {key: one.value for key, one in found.services[service].environment.items()}


@pytest.mark.parametrize("name", CASES)
def test_every_case_is_read(name):
    assert project(name).name == "project"


@pytest.mark.parametrize("name", REFUSED)
def test_refusal_says_why_and_where(name):
    files, said = REFUSED[name]

    with pytest.raises(Refused) as refused:
        load(files)

    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("name", "asks"),
    [
        ("unknown_key", "How is this key spelled, and to which part of the file does its indentation make it belong?"),
        ("wrong_type", "Which form does the value of this key have: a text, a list, a mapping?"),
        ("volume_not_listed", "Under which top-level key must this name be listed too?"),
        ("depends_on_nobody", "Which services start, and is this one spelled as they are?"),
        ("circle", "Which of them can start before the others?"),
        ("no_variable", "Is a variable meant, or the dollar sign itself?"),
        ("required_variable", "In which file beside this one is the variable's value to stand?"),
        ("bad_port", "Which of the two numbers is the machine's, and which the container's?"),
        ("include_missing", "How is the file's name spelled, seen from the folder of compose.yaml?"),
        ("time_without_unit", "What does Compose expect at this place?"),
    ],
)
def test_each_kind_of_refusal_has_a_question_of_its_own(name, asks):
    with pytest.raises(Refused) as refused:
        load(REFUSED[name][0])

    assert refused.value.next == asks


def test_broken_yaml_is_a_finding_with_its_line():
    with pytest.raises(NotYet) as finding:
        load({"compose.yaml": "services:\n  a: {image: a\n"})

    assert finding.value.finding.where == "compose.yaml:3"


def test_aliases_without_end_are_refused():
    levels = "".join(f"x-{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, 9))
    files = {"compose.yaml": f"x-0: &x0 [a]\n{levels}services: {{a: {{image: a}}}}\n"}

    with pytest.raises(Refused) as refused:
        load(files)

    assert refused.value.says == "the file repeats itself without end"


def test_ports_of_two_files_are_joined_unless_a_tag_replaces_them():
    joined = project("ports_appended").services["api"].ports
    replaced = project("ports_replaced").services["api"].ports
    reset = project("ports_reset").services["api"].ports

    assert [(one.address, one.published, one.target, one.protocol) for one in joined] == [
        ("", "8080", 8000, "tcp"),
        ("127.0.0.1", "8080", 8000, "tcp"),
        ("", "9000", 9000, "udp"),
    ]
    assert [(one.address, one.published) for one in replaced] == [("127.0.0.1", "8080")]
    assert reset == ()


def test_short_depends_on_over_the_long_form_is_the_weaker_condition():
    assert project("depends_short_over_long").services["api"].waits["redis"].condition == "service_started"


def test_later_mount_at_the_same_path_replaces_the_earlier_one():
    mounts = project("volumes_by_target").services["redis"].mounts

    assert [(one.kind, one.source) for one in mounts if one.target == "/data"] == [("bind", "./redis-data")]


def test_environment_wins_over_env_files_and_the_later_file_over_the_earlier_one():
    found = project("env_files")

    assert environment(found, "a")["ONE"] == "one again"
    assert environment(found, "a")["THREE"] == "environment wins"
    assert environment(found, "b")["FIVE"] == "1-g"
    assert found.services["a"].environment["ONE"].origin == "two.env"


def test_variable_without_value_or_default_is_blank_and_remembered():
    found = project("interpolation")

    assert environment(found, "a") == {"A": "", "B": "7.2-8181", "C": "cost: 5$"}
    assert found.blank == ("NOT_SET",)


def test_outer_environment_wins_over_the_file():
    assert environment(project("interpolation", env={"TAG": "9"}), "a")["B"] == "9-8181"


def test_profile_decides_who_starts():
    assert sorted(project("profiles").services) == ["api", "redis", "x"]
    assert sorted(project("profiles").others) == ["grafana"]
    assert "grafana" in project("profiles", profiles=["dash"]).services


def test_values_keep_the_place_where_they_were_written():
    found = load({"compose.yaml": BASE, OVER: "services:\n  api:\n    environment: {LEVEL: debug}\n"})
    api = found.services["api"]

    assert api.environment["LEVEL"].where == "compose.override.yaml:3"
    assert api.environment["WORKERS"].where == "compose.yaml:6"
    assert api.ports[0].where == "compose.yaml:5"
    assert api.place("depends_on", "redis", "condition") == "compose.yaml:8"
    assert api.place("healthcheck") == "compose.yaml:3"


def test_what_is_not_filled_in_may_be_missing_where_one_says_so():
    files = {"compose.yaml": "services:\n  a:\n    image: a:${TAG:?which}\n    env_file: a.env\n"}

    assert load(files, strict=False).services["a"].image == "a:"


def test_a_project_is_read_without_an_import_that_takes_a_second():
    code = (
        "import sys; from checker.compose import load; load({'compose.yaml': 'services: {a: {image: a}}'});"
        "print('check_jsonschema' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


def test_include_without_end_is_refused():
    with pytest.raises(Refused) as refused:
        load({"compose.yaml": "include: [compose.yaml]\nservices: {a: {image: a}}\n"})

    assert refused.value.says == "the files include each other without end"


def test_extends_in_a_circle_is_refused():
    files = {"compose.yaml": "services:\n  a: {extends: b}\n  b: {extends: a}\n"}

    with pytest.raises(Refused) as refused:
        load(files)

    assert refused.value.says == "'a' extends itself in the end"
