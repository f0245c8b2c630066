"""Files that are too large to be kept: made when a test asks for them."""

from __future__ import annotations

from collections.abc import Callable


def merge_bomb() -> dict[str, str]:
    lines = ["a0: &a0 {x: 1}", *(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 49))]
    return {"deployment.yaml": "\n".join(lines) + "\n"}


def many_documents() -> dict[str, str]:
    one = "apiVersion: v1\nkind: Service\nmetadata: {{name: s{n}}}\nspec: {{selector: {{a: b}}}}\n"
    return {"deployment.yaml": "---\n".join(one.format(n=n) for n in range(10_000))}


def nested_defaults() -> dict[str, str]:
    return {"compose.yaml": f"services: {{a: {{image: '{'${A:-' * 5000}x{'}' * 5000}'}}}}\n"}


def deep_sub() -> dict[str, str]:
    deep = '{"Fn::Sub": ["${a}", {"a": ' * 2000 + '"x"' + "}]}" * 2000
    return {"service.yaml": f'{{"Resources": {{"A": {{"Type": "AWS::S3::Bucket", "Properties": {{"N": {deep}}}}}}}}}'}


def doubling_variables() -> dict[str, str]:
    lines = ["FROM python:3.12", "ENV V=xxxxxxxx", *["ENV V=$V$V"] * 40, "RUN echo $V"]
    return {"Dockerfile": "\n".join(lines) + "\n"}


def stages() -> dict[str, str]:
    lines = ["FROM python:3.12 AS s0", *(f"FROM s{n - 1} AS s{n}" for n in range(1, 5000))]
    return {"Dockerfile": "\n".join(lines) + "\n"}


MAKERS: dict[str, Callable[[], dict[str, str]]] = {
    "merge_bomb": merge_bomb,
    "deep_yaml": lambda: {"deployment.yaml": "[" * 10_000 + "]" * 10_000},
    "deep_json": lambda: {"answer.json": "[" * 100_000 + "]" * 100_000},
    "deep_toml": lambda: {"answers.toml": "a = " + "[" * 10_000 + "]" * 10_000},
    "huge_number": lambda: {"answer.json": "1" * 1_000_000},
    "huge_number_in_yaml": lambda: {"deployment.yaml": "a: " + "1" * 1_000_000},
    "many_documents": many_documents,
    "continued": lambda: {"Dockerfile": "FROM python:3.12\nRUN echo \\\n" + "x \\\n" * 100_000 + "y\n"},
    "doubling_variables": doubling_variables,
    "stages": stages,
    "nested_defaults": nested_defaults,
    "deep_expression": lambda: {"expression.txt": "(" * 5000 + "1" + ")" * 5000},
    "doubling_format": lambda: {"expression.txt": "format('{0}{0}', " * 40 + "'xxxxxxxx'" + ")" * 40},
    "deep_sub": deep_sub,
    "deep_query": lambda: {"alerts.yaml": "(" * 5000 + "up" + ")" * 5000},
}
