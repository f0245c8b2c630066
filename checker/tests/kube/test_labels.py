"""Selectors take the labels that a cluster's would take."""

from __future__ import annotations

import pytest

from checker.kube.labels import matches, matches_label_selector, selector_text, text

LABELS = {"app": "shop", "tier": "web"}


@pytest.mark.parametrize(
    ("selector", "taken"),
    [({"app": "shop"}, True), ({"app": "shop", "tier": "db"}, False), ({"name": "shop"}, False), ({}, False)],
)
def test_a_services_selector(selector, taken):
    assert matches(selector, LABELS) is taken


@pytest.mark.parametrize(
    ("operator", "key", "values", "taken"),
    [
        ("In", "app", ["shop", "store"], True),
        ("In", "zone", ["a"], False),
        ("NotIn", "app", ["shop"], False),
        ("NotIn", "zone", ["a"], True),
        ("Exists", "tier", None, True),
        ("Exists", "zone", None, False),
        ("DoesNotExist", "zone", None, True),
        ("DoesNotExist", "app", None, False),
        ("Near", "app", ["shop"], False),
    ],
)
def test_expressions(operator, key, values, taken):
    expression = {"key": key, "operator": operator, "values": values}

    assert matches_label_selector({"matchExpressions": [expression]}, LABELS) is taken


def test_pairs_and_expressions_must_both_hold():
    exists = [{"key": "tier", "operator": "Exists"}]

    assert matches_label_selector({"matchLabels": {"app": "shop"}, "matchExpressions": exists}, LABELS)
    assert not matches_label_selector({"matchLabels": {"app": "bank"}, "matchExpressions": exists}, LABELS)
    assert matches_label_selector({}, LABELS)


def test_as_kubectl_writes_them():
    selector = {
        "matchLabels": {"app": "shop"},
        "matchExpressions": [{"key": "tier", "operator": "In", "values": ["a", "b"]}],
    }

    assert text(LABELS) == "app=shop,tier=web"
    assert text({}) == "(none)"
    assert selector_text(selector) == "app=shop, tier In (a,b)"
    assert selector_text({}) == "(everything)"
