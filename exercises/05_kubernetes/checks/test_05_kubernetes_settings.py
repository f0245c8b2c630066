"""The check of task 5: settings and a key from outside."""

from __future__ import annotations

import base64
from typing import Any

from checker import check, expect, read_hints
from checker.kube.objects import Object, table
from checker.kube.pods import REPEATS, Container, Variable, origins, secret_file, variables

HINTS = read_hints(__file__)


# -- task 5 -----------------------------------------------------------------------------------------------------
@check(
    id="settings",
    task=5,
    points=2,
    tier="full",
    after=("accepted",),
    hints=HINTS["settings"],
    why="One image runs in every cluster when what differs comes from outside, and keys stay out of the files.",
)
def test_settings_come_from_outside(handed_in, contract):
    """The batch limit comes from a ConfigMap, and the key from the Secret that is in the cluster."""
    limit = _limit(handed_in, contract)
    literal = _literal(handed_in.api, contract.LIMIT_NAME)
    expect(
        # The service reads a number, and blanks or a line's end around it are none of it.
        limit is not None and limit.strip() == contract.LIMIT,
        tried="started a pod and read its environment",
        seen=f"MOVIE_SERVICE_BATCH_LIMIT {_says(literal)}" if literal else _of_limit(handed_in, limit, contract),
        expected="MOVIE_SERVICE_BATCH_LIMIT of 200, taken from a ConfigMap of yours",
        where=handed_in.api.where(*literal.path, "value") if literal else _where_of_map(handed_in),
        next="Which variables does a node know when it comes to this one of the list?"
        if literal
        else "Which key of the ConfigMap becomes which variable of the container?",
    )
    for secret in handed_in.objects.of("Secret"):
        held = _readable(secret)
        expect(
            not held,
            tried="read the Secret in your files, as anyone may who sees them",
            seen=f"it holds {held}; base64 is a spelling, not a lock",
            expected="no key in your files; the Secret movie-service-keys is in the cluster already",
            where=secret.where("data" if secret.get("data") else "stringData"),
            next="What does the Deployment need to know of a Secret: its name and key, or its content?",
        )
    for source in handed_in.objects.of("ConfigMap"):
        expect(
            contract.KEY not in table(source.get("data")),
            tried="read your ConfigMaps, as anyone may who sees them",
            seen=f"{source.name!r} holds PSEUDONYM_KEY in plain text",
            expected="no key in your files; the Secret movie-service-keys is in the cluster already",
            where=source.where("data", contract.KEY),
            next="Who may read a ConfigMap, and who the file that it stands in?",
        )
    found = _key(handed_in.api, contract)
    expect(
        found is None,
        tried="looked for PSEUDONYM_KEY in the container",
        seen=found,
        expected="PSEUDONYM_KEY from the Secret movie-service-keys, or that Secret as files in /etc/movie-service-keys",
        where=handed_in.api.where("env"),
        next="Which part of a variable names the Secret, and which part the key in it?",
    )


def _literal(api: Container, name: str) -> Variable | None:
    """The variable, when its `$(OTHER)` stays as it is, since nothing above it is called OTHER."""
    last = next(iter(origins(api, name)[-1:]), None)
    return last if last and REPEATS.fullmatch(last.value or "") else None


def _says(literal: Variable) -> str:
    other = str(literal.value)[2:-1]
    return f"is {literal.value!r}, letter by letter: no variable above it is called {other}"


def _of_limit(handed_in: Any, limit: str | None, contract: Any) -> str:
    plain = [one for one in origins(handed_in.api, contract.LIMIT_NAME) if one.value is not None]
    if plain:
        return f"MOVIE_SERVICE_BATCH_LIMIT is {plain[0].value!r}, written into the Deployment; no ConfigMap is asked"
    return f"MOVIE_SERVICE_BATCH_LIMIT is {limit!r}" if limit else "MOVIE_SERVICE_BATCH_LIMIT is not set"


def _limit(handed_in: Any, contract: Any) -> str | None:
    """The batch limit as a pod gets it, as far as it is of a ConfigMap."""
    of_maps = [one for one in origins(handed_in.api, contract.LIMIT_NAME) if one.kind == "ConfigMap"]
    found = [value for one in of_maps if (value := _from_map(handed_in, one)) is not None]
    return found[-1] if found else None


def _from_map(handed_in: Any, one: Variable) -> str | None:
    name = one.source
    source = handed_in.objects.named("ConfigMap", name, handed_in.deployment.namespace)
    if source is None and one.optional:
        return None
    if source is None:
        elsewhere = next((one for one in handed_in.objects.of("ConfigMap") if one.name == name), None)
        expect(
            elsewhere is None,
            tried="started a pod that asks for its ConfigMap",
            seen=elsewhere
            and f"{name!r} is in namespace {elsewhere.namespace}, the pods are in {handed_in.deployment.namespace}: "
            "the pod stays in CreateContainerConfigError",
            expected="the ConfigMap in the namespace of the pods",
            where=elsewhere and elsewhere.where("metadata", "namespace"),
            next="How far does a pod look for its ConfigMap: in all namespaces, or in its own?",
        )
        known = ", ".join(one.name for one in handed_in.objects.of("ConfigMap")) or "none"
        expect(
            False,
            tried="started a pod that asks for its ConfigMap",
            seen=f"{name!r} is not among your ConfigMaps ({known}): the pod stays in CreateContainerConfigError",
            expected="a ConfigMap of the name that the container asks for",
            where=handed_in.api.where(*one.path),
            next="Letter by letter: which name does the container ask for, and which one is there?",
        )
    handed_in.taken(source)
    value = table(source.get("data")).get(one.key)
    return None if value is None else str(value)


def _where_of_map(handed_in: Any) -> str:
    maps = handed_in.objects.of("ConfigMap")
    return maps[0].where("data") if maps else handed_in.api.where("envFrom")


def _readable(secret: Object) -> str:
    """The first value of a Secret as a person reads it."""
    for key, value in table(secret.get("stringData")).items():
        return f"{key} = {str(value)[:20]!r}"
    for key, value in table(secret.get("data")).items():
        try:
            return f"{key} = {base64.b64decode(str(value)).decode('utf-8')[:20]!r} once decoded"
        except ValueError:
            return f"{key} = {str(value)[:20]!r}, which is no base64 of a text"
    return ""


def _key(api: Container, contract: Any) -> str | None:
    """What is wrong with the key; None when it comes from the Secret."""
    own = [one for one in variables(api) if one.name == contract.KEY]
    found = origins(api, contract.KEY)
    if literal := _literal(api, contract.KEY):
        return f"it {_says(literal)}"
    if any(one.value is not None and not REPEATS.fullmatch(one.value) for one in [*own, *found]):
        return "its value stands in the Deployment, readable for all who see the file"
    if secret_file(api, f"{contract.KEY_FOLDER}/{contract.KEY}") == (contract.KEYS, contract.KEY):
        return None
    if any((one.kind, one.source, one.key) == ("Secret", contract.KEYS, contract.KEY) for one in found):
        return None
    if own:
        return f"it is taken from the {found[-1].kind} {found[-1].source!r}, key {found[-1].key!r}, which is not there"
    return "no variable and no folder of the container is fed by a Secret that is there"
