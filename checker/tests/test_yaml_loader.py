"""libyaml reads what PyYAML reads, and what it refuses is refused in PyYAML's words."""

from __future__ import annotations

import sys

import pytest
import yaml

from checker import yaml_loader
from checker.yaml_loader import Loader, Strict, Words, WrittenOut, nodes_of, value_of, values_of

TEXTS = [
    "",
    "---\n---\na: 1\n...\n",
    "# alone\n",
    "a: |\n  two\n  lines\nb: >-\n  folded\n  text\nc: 'it''s'\nd: \"\\u00e9\\n\"\n",
    "x: &x {a: 1, b: [2, 3]}\ny:\n  <<: *x\n  c: 4\n",
    "on: yes\nwhen: 2026-11-25\nport: 0x1F\nratio: 1_0.5\nnone: ~\n",
    "a: !Ref Port\nb: !GetAtt Role.Arn\nc: !Sub ['${y}', {y: 1}]\n",
    "? long key\n: 1\n'quoted': {flow: , of: [pairs: 1]}\n",
]


@pytest.fixture
def only(monkeypatch):
    def choose(*parsers):
        monkeypatch.setattr(yaml_loader, "PARSERS", parsers)

    return choose


def places(node):
    inside = node.value if isinstance(node.value, list) else []
    below = [places(one) for pair in inside for one in (pair if isinstance(pair, tuple) else (pair,))]
    return (node.tag, node.start_mark.line, below or node.value)


@pytest.mark.parametrize("text", TEXTS)
def test_both_parsers_give_the_same_values_and_lines(text, only):
    found = []
    for parser in (yaml.CSafeLoader, yaml.SafeLoader):
        only(parser)
        found.append((values_of(text, WrittenOut), [places(node) for node in nodes_of(text) if node]))

    assert found[0] == found[1]


def test_it_reads_what_safe_loader_reads():
    text = TEXTS[4] + TEXTS[5]

    assert value_of(text, Loader) == value_of(text, Strict) == yaml.safe_load(text)


def test_an_empty_document_keeps_its_number():
    assert values_of("---\n---\na: 1\n", Words) == [None, {"a": 1}]


@pytest.mark.parametrize(
    "text", ["a: b: c\n", "a: [1\n", "\tb: 1\n", "a: \x07\n", "*a\n", "a: \ud800\n", "a: 1\na: 2\n"]
)
def test_a_fault_is_told_in_the_words_of_pyyaml(text, only):
    said = []
    for parsers in (yaml_loader.PARSERS, (yaml.SafeLoader,)):
        only(*parsers)
        with pytest.raises(yaml.YAMLError) as ended:
            value_of(text, Strict)
        said.append(str(ended.value))

    assert said[0] == said[1]


def test_libyaml_is_asked_first():
    assert (yaml.CSafeLoader, yaml.SafeLoader) == yaml_loader.PARSERS, f"PyYAML of {sys.executable} has no libyaml"
