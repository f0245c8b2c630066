"""Objects of a hand-in, wherever they stand."""

from __future__ import annotations

import json

import pytest

from checker import readers
from checker.errors import NotYet
from checker.kube.objects import read

SERVICE = "apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\n"


class Folder:
    """Texts by name, with the doors of `submission` that are needed."""

    def __init__(self, **texts: str) -> None:
        self.texts = {name.replace("__", "."): text for name, text in texts.items()}

    def files(self, *patterns: str) -> list[str]:
        return sorted(self.texts)

    def text(self, name: str) -> str:
        return self.texts[name]

    def documents(self, name: str) -> list[object]:
        return readers.read_documents(name, self.texts[name])

    def json(self, name: str) -> object:
        return readers.read_json(name, self.texts[name])


def test_one_file_of_several_documents(text):
    found = read(Folder(all__yaml=f"---\n{text}---\n# nothing\n---\n{SERVICE}"))

    assert [(one.kind, one.name, one.where("metadata", "name")) for one in found.objects] == [
        ("Deployment", "shop", "all.yaml:5"),
        ("Service", "shop", "all.yaml:37"),
    ]


def test_json_and_lists_of_lists():
    inner = {"kind": "List", "items": [{"kind": "Service", "metadata": {"name": "b"}}]}
    outer = {"kind": "List", "apiVersion": "v1", "items": [{"kind": "Pod", "metadata": {"name": "a"}}, inner]}
    found = read(Folder(all__json=json.dumps(outer, indent="\t")))

    assert [one.name for one in found.objects] == ["a", "b"]
    assert found.objects[1].where("metadata", "name") == "all.json:17"


def test_the_line_of_what_is_missing_is_that_of_the_deepest_part(made):
    one = made()

    assert one.where("spec", "replicas") == "deployment.yaml:6"
    assert one.where("spec", "template", "spec", "containers", 0, "livenessProbe") == "deployment.yaml:16"
    assert one.get("spec", "template", "spec", "containers", 3, "name") is None
    assert one.get("spec", "replicas", "of") is None
    assert one.namespace == "default"


def test_a_file_that_cannot_be_read_spoils_only_what_stands_in_it(text):
    found = read(Folder(deployment__yaml=text, service__yaml="a: b: c\n"))

    assert found.one("Deployment", where="d", next="?").name == "shop"
    with pytest.raises(NotYet) as ended:
        found.one("Service", where="service.yaml", next="?")
    assert ended.value.finding.where == "service.yaml:1"


def test_what_is_not_there_is_a_finding(text):
    with pytest.raises(NotYet) as ended:
        read(Folder(a__yaml=text, b__yaml="")).one("Service", where="b.yaml", next="Which?")

    finding = ended.value.finding
    assert finding.tried == "looked for a Service in your files"
    assert finding.seen == "in 2 files there is: Deployment"
    assert finding.expected == "one object of kind Service"
    assert (finding.where, finding.next) == ("b.yaml", "Which?")


def test_a_name_chooses_among_several_and_the_later_of_two_stays():
    two = SERVICE + "---\n" + SERVICE.replace("shop", "bank") + "---\n" + SERVICE
    found = read(Folder(a__yaml=two))

    assert found.one("Service", name="bank", where="", next="").where() == "a.yaml:6"
    assert found.one("Service", name="shop", where="", next="").where() == "a.yaml:11"
    assert found.named("Service", "bank", "web") is None


def test_what_is_no_object_is_left_out():
    assert read(Folder(a__yaml="- 1\n---\nyes\n---\na: 1\n")).objects == ()
