"""Where the variables of a container come from, and which files of a Secret it finds."""

from __future__ import annotations

import pytest

from checker.kube.pods import Variable, bulk, containers, origins, secret_file, variables

ENV = """          env:
            - {name: PLAIN, value: "1"}
            - {name: FROM, valueFrom: {configMapKeyRef: {name: settings, key: from, optional: true}}}
            - {name: KEY, valueFrom: {secretKeyRef: {name: keys, key: key}}}
            - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
          envFrom:
            - {configMapRef: {name: all}}
            - {prefix: S_, secretRef: {name: keys}}
          volumeMounts:
            - {name: files, mountPath: /keys/}
            - {name: more, mountPath: /more}
          readinessProbe:"""
VOLUMES = """      volumes:
        - {name: files, secret: {secretName: keys}}
        - {name: more, projected: {sources: [{secret: {name: others}}, {configMap: {name: all}}]}}
        - {name: unused, secret: {secretName: unused}}
      containers:"""


def test_where_variables_come_from(made, text):
    (web,) = containers(made(text, ("          readinessProbe:", ENV), ("      containers:", VOLUMES)))

    assert variables(web) == [
        Variable("PLAIN", "1", path=("env", 0)),
        Variable("FROM", None, "ConfigMap", "settings", "from", True, ("env", 1, "valueFrom", "configMapKeyRef")),
        Variable("KEY", None, "Secret", "keys", "key", False, ("env", 2, "valueFrom", "secretKeyRef")),
    ]
    assert bulk(web) == [
        Variable("", None, "ConfigMap", "all", path=("envFrom", 0, "configMapRef")),
        Variable("S_", None, "Secret", "keys", path=("envFrom", 1, "secretRef")),
    ]
    assert secret_file(web, "/keys/A") == ("keys", "A")
    assert secret_file(web, "/more/A") == ("others", "A")
    assert secret_file(web, "/keysA") is None


REPEATED = """          env:
            - {name: LATE, value: $(LIMIT)}
            - {name: OWN, value: "1"}
            - {name: LIMIT, valueFrom: {configMapKeyRef: {name: settings, key: limit}}}
            - {name: MOST, value: $(LIMIT)}
            - {name: AGAIN, value: $(MOST)}
            - {name: MORE, value: $(S_KEY)}
            - {name: FIXED, value: $(OWN)}
            - {name: TEXT, value: $$(LIMIT)}
            - {name: ALL, value: $(ALL)}
          envFrom:
            - {configMapRef: {name: all}}
            - {prefix: S_, secretRef: {name: keys}}
          readinessProbe:"""


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("LIMIT", [("ConfigMap", "settings", "limit", None)]),
        ("MOST", [("ConfigMap", "settings", "limit", None)]),
        ("AGAIN", [("ConfigMap", "settings", "limit", None)]),
        ("LATE", [("ConfigMap", "all", "LIMIT", None)]),
        ("MORE", [("ConfigMap", "all", "S_KEY", None), ("Secret", "keys", "KEY", None)]),
        ("FIXED", [("", "", "", "1")]),
        ("TEXT", [("", "", "", "$$(LIMIT)")]),
        ("ALL", [("ConfigMap", "all", "ALL", None)]),
    ],
)
def test_a_value_that_repeats_a_variable_above_it(made, text, name, found):
    (web,) = containers(made(text, ("          readinessProbe:", REPEATED)))

    assert [(one.kind, one.source, one.key, one.value) for one in origins(web, name)] == found


def test_a_value_that_repeats_nothing_above_it_stays_a_text(made, text):
    alone = REPEATED[: REPEATED.index("          envFrom")] + "          readinessProbe:"
    (web,) = containers(made(text, ("          readinessProbe:", alone)))

    assert [one.value for name in ("LATE", "MORE", "ALL") for one in origins(web, name)] == [
        "$(LIMIT)", "$(S_KEY)", "$(ALL)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mount", "items", "found"),
    [
        ("mountPath: /keys/A, subPath: A", "", ("keys", "A")),
        ("mountPath: /keys/A, subPath: B", "", ("keys", "B")),
        ("mountPath: /keys/B, subPath: A", "", None),
        ("mountPath: /keys", ", items: [{key: B, path: A}]", ("keys", "B")),
        ("mountPath: /keys", ", items: [{key: A, path: B}]", None),
        ("mountPath: /keys/A, subPath: x", ", items: [{key: A, path: x}]", ("keys", "A")),
    ],
)
def test_which_key_of_a_secret_is_a_file(made, text, mount, items, found):
    mounts = f"          volumeMounts: [{{name: files, {mount}}}]\n          readinessProbe:"
    volumes = f"      volumes: [{{name: files, secret: {{secretName: keys{items}}}}}]\n      containers:"
    (web,) = containers(made(text, ("          readinessProbe:", mounts), ("      containers:", volumes)))

    assert secret_file(web, "/keys/A") == found
