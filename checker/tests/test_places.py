"""On which line a value stands: what `where` of a message says."""

from __future__ import annotations

import pytest

from checker.places import Places

TEXT = """kind: Deployment
spec:
  replicas: 3
  ports:
    - name: http
      port: 8000
---
kind: Service
"""


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ((0, "spec", "replicas"), "app.yaml:3"),
        ((0, "spec", "ports", 0, "port"), "app.yaml:6"),
        ((0, "spec", "ports", 7, "port"), "app.yaml:4"),
        ((0, "spec", "selector", "app"), "app.yaml:2"),
        ((1, "kind"), "app.yaml:8"),
        ((1,), "app.yaml:8"),
        ((), "app.yaml:1"),
        ((2, "kind"), "app.yaml"),
    ],
)
def test_a_value_has_its_line_and_what_is_missing_that_of_its_parent(path, where):
    assert Places.of("app.yaml", TEXT).at(*path) == where


def test_json_has_lines_too_also_with_tabs():
    assert Places.of("task.json", '{\n\t"cpu": "256",\n\t"memory": "512"\n}\n').at(0, "memory") == "task.json:3"


@pytest.mark.slow
@pytest.mark.parametrize("text", ["a: [", "", "[" * 5000])
def test_a_text_that_cannot_be_read_has_no_lines(text):
    assert Places.of("x.yaml", text).at(0, "a") == "x.yaml"
