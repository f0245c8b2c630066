"""Quantities are read as Kubernetes reads them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from checker.kube.quantity import NotAQuantity, cores_text, cpu_text, is_quantity, memory_text, parse


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("256Mi", 256 * 2**20),
        ("1Gi", 2**30),
        ("100M", 10**8),
        ("250m", Fraction(1, 4)),
        ("256m", Fraction(256, 1000)),
        ("0.25", Fraction(1, 4)),
        (0.25, Fraction(1, 4)),
        (2, 2),
        ("1e3", 1000),
        ("1E3", 1000),
        ("1E", 10**18),
        (".5", Fraction(1, 2)),
        ("+1k", 1000),
        ("5u", Fraction(5, 10**6)),
    ],
)
def test_forms_of_the_reference(text, number):
    assert parse(text) == number


@pytest.mark.parametrize("text", ["256MB", "256 Mi", "", "Mi", "1.2.3", "250mi", "1K", "0x10", True, None, [], {}])
def test_what_the_server_refuses(text):
    with pytest.raises(NotAQuantity):
        parse(text)
    assert not is_quantity(text)


def test_amounts_as_people_read_them():
    assert [memory_text(parse(one)) for one in ("256Mi", "1.5Gi", "256m", "64", "100M")] == [
        "256Mi", "1.5Gi", "0.256 bytes", "64 bytes", "95.367Mi",
    ]  # fmt: skip
    assert [cpu_text(parse(one)) for one in ("250m", "2", "0", "0.1")] == ["250m", "2", "0", "100m"]


def test_cores_in_both_spellings():
    amounts = ("50m", "1", "1500m", "250")

    assert [cores_text(parse(one)) for one in amounts] == [
        "50m of a core",
        "1 core (1000m)",
        "1.5 cores (1500m)",
        "250 cores (250000m)",
    ]
