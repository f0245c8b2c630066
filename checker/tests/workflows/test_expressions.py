"""Expressions, compared with GitHub's own truth tables.

Sources, named per table: testdata = github.com/actions/languageservices, expressions/testdata (the same tables lie in
docs.rs/crate/github-actions-expressions 1.25.0, tests/testdata); page = GitHub's documentation, "Evaluate expressions
in workflows and actions".
"""

from __future__ import annotations

import math

import pytest

from checker.workflows.expressions import condition, evaluate, expressions_in, interpolate, paths_in
from checker.workflows.grammar import ExpressionError
from checker.workflows.values import Open, Unclear

# testdata/operators_precedence.json, op_or.json
PRECEDENCE = {
    "!2 < 3": True, "!(2 < 3)": False, "3 < 2 < 1": True, "3 < (2 < 1)": False, "3 < 2 <= 1": True,
    "0 > 0 < 1": True, "0 > (0 < 1)": False, "2 > 2 > 0": False, "2 > (2 > 0)": True, "2 <= 3 == true": True,
    "2 == 2 == 1": True, "2 == (2 == 1)": False, "2 == 2 != 0": True, "1 == 1 && 2": 2, "1 == (1 && 2)": False,
    "'a' == 'a' && 'b'": "b", "false && 0 || null": None, "false && (0 || null)": False, "1 || 2 && 3": 1,
    "(1 || 2) && 3": 3, "0 || 0 || 2 || 3": 2, "false || 0": 0, "false || '' || 'a' || 'b'": "a", "false || ''": "",
    "null || true": True, "false || null": None,
}  # fmt: skip
# testdata/coerce_number.json, op_gt.json
COMPARISONS = {
    "null == 0": True, "true == 1": True, "false == 0": True, "'' == 0": True,
    "' 123456.789 ' == 123456.789": True, "' +123456.789 ' == 123456.789": True, "' 0xff ' == 255": True,
    "' 0o10 ' == 8": True, "' Infinity ' == Infinity": True, "' NaN ' != NaN": True, "' NaN ' == NaN": False,
    "'def' > 'abc'": True, "'a' > 'b'": False, "false > -11": True, "true > 1": False, "false > NaN": False,
    "true > -Infinity": True, "false > '-1'": True, "true > null": True, "0 > ' -1 '": True, "'' > null": False,
    "1.002 > 1.001": True, "null > ' -1 '": True, "1 > false": True,
}  # fmt: skip
# page, Operators: "GitHub ignores case when comparing strings"
CASE = {"'Refs/Heads/MAIN' == 'refs/heads/main'": True, "'a' != 'A'": False, "'true' == true": False}
# testdata/contains.json, endsWith.json, coerce_string.json
FUNCTIONS = {
    "contains('abCdEf', 'cDe')": True, "contains('abcdef', '')": True, "contains('1234', 23)": True,
    "contains('true', true)": True, "contains('asdf', null)": True, "contains('true', false)": False,
    "contains(fromJSON('[\"hello\", \"world\"]'), 'WORLD')": True, "contains(fromJSON('[\"hello\"]'), 'hell')": False,
    "endsWith('abcdef', 'def')": True, "endsWith('abcdef', 'de')": False, "endsWith('1234', 34)": True,
    "startsWith('Hello world', 'he')": True, "startsWith('refs/heads/v1', 'refs/tags/')": False,
    "format('{0}', null)": "", "format('{0}', .5)": "0.5", "format('{0}', -2.0)": "-2", "format('{0}', 0xff)": "255",
    "format('{0}', 1.2e2)": "120", "format('{0}', NaN)": "NaN", "format('{{0}} {0}', 'a')": "{0} a",
    "join(fromJSON('[1, 2]'), '-')": "1-2", "fromJSON('{\"a\": [1, 2]}').a[1]": 2, "'It''s'": "It's",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"), [*PRECEDENCE.items(), *COMPARISONS.items(), *CASE.items(), *FUNCTIONS.items()]
)
def test_values_are_those_of_github(text: str, value: object) -> None:
    found = evaluate(text, {})

    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)


# testdata/op_gt.json, op_dot.json, op_idx_star.json; page, Object filters
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("foo.bar.baz", 2), ("FOO['BAR'].baz", 2), ("(!foo).bar", None), ("foo.nothing.at.all", None),
        ("foo > foo", False), ("foo == foo", True), ("fruits.*.name", ["apple", "pear"]),
        ("contains(fruits.*.name, 'Pear')", True), ("fruits[1].name", "pear"), ("fruits[7]", None),
    ],
)  # fmt: skip
def test_contexts_are_read(text: str, value: object) -> None:
    contexts = {"foo": {"bar": {"baz": 2}}, "fruits": [{"name": "apple"}, {"name": "pear"}]}

    assert evaluate(text, contexts) == value


def test_not_a_number_is_false_and_equals_nothing() -> None:
    assert math.isnan(evaluate("NaN", {}))
    assert evaluate("NaN && 1 || 2", {}) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('github.ref == "main"', "'\"main\"' is not understood"),
        ("github.ref ==", "something is missing at its end"),
        ("(a", "')' is missing"),
        ("a b", "'b' does not belong here"),
        ("a.", "a name is missing after the dot"),
        ("&& a", "'&&' does not belong here"),
    ],
)
def test_what_is_no_expression_is_named(text: str, says: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(text, {"a": 1, "github": {}})

    assert str(caught.value) == says


@pytest.mark.parametrize("text", ["vars.A == 'b'", "nothing.here", "someday('x')", "contains(vars.A, 'x')", "!vars.A"])
def test_what_only_a_run_knows_is_unclear(text: str) -> None:
    with pytest.raises(Unclear):
        evaluate(text, {"vars": Open("vars", {})})


def test_what_only_a_run_knows_can_be_passed_on_and_is_no_empty_text() -> None:
    contexts = {"steps": {"a": {"outputs": Open("steps.a", {})}}}

    assert evaluate("steps.a.outputs.digest", contexts) == "‹steps.a.digest›"
    assert evaluate("steps.a.outputs.digest != ''", contexts) is True


# page, Status check functions: success() is put before a condition without one
STATUS = {
    "": (True, False), "always()": (True, True), "failure()": (False, True), "!cancelled()": (True, True),
    "github.event_name == 'push'": (True, False), "${{ github.event_name == 'push' }}": (True, False),
    "github.event_name == 'tag'": (False, False), "always() && github.event_name == 'push'": (True, True),
    # Text around the braces makes a text, and a text is true (actionlint, rule if-cond).
    "${{ github.event_name }} == 'tag'": (True, False), "${{ always() }} && github.event_name == 'tag'": (True, True),
}  # fmt: skip


@pytest.mark.parametrize(("text", "due"), STATUS.items())
def test_conditions_after_success_and_after_failure(text: str, due: tuple[bool, bool]) -> None:
    contexts = {"github": {"event_name": "push"}}
    decided = []
    for failed in (False, True):
        status = {"success": lambda f=failed: not f, "failure": lambda f=failed: f, "cancelled": lambda: False}
        decided.append(condition(text, contexts, status | {"always": lambda: True}))

    assert tuple(decided) == due


def test_texts_keep_what_stands_around_and_values_their_type() -> None:
    contexts = {"a": {"n": 3, "t": True}}

    assert interpolate("${{ a.n }}", contexts) == 3
    assert interpolate("x-${{ a.n }}-${{ a.t }}", contexts) == "x-3-true"
    assert interpolate("${{ format('}}{0}', a.n) }}", contexts) == "}3"


def test_expressions_and_what_they_read_are_found() -> None:
    value = {"env": {"A": "${{ secrets.KEY }}"}, "steps": ["${{ github['event'].issue.title }} ${{ 1 }}"]}

    assert [path for text in expressions_in(value) for path in paths_in(text)] == [
        "secrets.key", "secrets", "github.event.issue.title", "github.event.issue", "github.event", "github",
    ]  # fmt: skip
