"""The secret of the API: in which files it would stand, and whether the API gets it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

from checker import sibling
from checker.compose import Project, Refused, Service
from checker.compose.model import Mount
from checker.compose.variables import read_env
from checker.dockerfile import DockerfileError, read_dockerfile
from checker.dockerfile.words import pairs
from checker.errors import Finding

stack_of = sibling(__file__, "stack")
EXAMPLE = stack_of.EXAMPLE
TOKEN, TOKEN_FILE = "ADMIN_TOKEN", "ADMIN_TOKEN_FILE"
# The token that the starter has in compose.yaml, and that is in the history of the repository by now.
KNOWN = "tok-4711-likes"
# What people write where a value is to be filled in: <token>, ..., change-me, your-token-here, a comment.
GAP = re.compile(r"^[^A-Za-z0-9]*$|^[<{\[#].*|change|replace|fill|your|here|todo|placeholder|^x+$", re.IGNORECASE)
HELD = "the files hold a token, '{}': nobody has to fill in one"
FROM_OUTSIDE = (
    f"Compose takes the value of this {TOKEN} from the file .env or the shell, and no .env{EXAMPLE} names it; "
    f"api.env is read where env_file names it"
)
BAKED = "the token is an argument of the build, and so a part of the image: who can pull it can read it"


def secret_fault(stack: Any, project: Project) -> Finding | None:
    """Where the secret stands that should not stand there, or why the API does not get it."""
    for name, text in stack.files:
        for number, line in enumerate(text.split("\n"), 1):
            if KNOWN in line:
                seen = f"{name} holds the token itself: who may read the repository may add likes"
                return _secret(seen, f"{name}:{number}")
    unfilled = (one for project_ in stack.unfilled() for one in _written(project_))
    written = next(chain(_in_examples(stack), unfilled), None)
    if written:
        return _secret(*written)
    return _sent(stack, project) or _missing(stack, project)


def _in_examples(stack: Any) -> Iterator[tuple[str, str]]:
    """A token that an example file has in place of a gap: it travels, and whoever fills in nothing uses it."""
    for name in (one for one in stack.texts if one.endswith(EXAMPLE)):
        with suppress(Refused):
            value, where = read_env(name, stack.texts[name], {}).get(TOKEN, ("", ""))
            if value and not GAP.search(value):
                yield HELD.format(value), where


def _written(unfilled: Project) -> Iterator[tuple[str, str]]:
    """What the files themselves say of the token, where nobody has filled in anything."""
    for service in (*unfilled.services.values(), *unfilled.others.values()):
        variable = service.environment.get(TOKEN)
        if variable and variable.value:
            yield HELD.format(variable.value), variable.where
        yield from _in_the_build(service)
    for name, one in unfilled.section("secrets").items():
        if one and one.get("content"):
            yield HELD.format(one["content"]), unfilled.place("secrets", name, "content")


def _in_the_build(service: Service) -> Iterator[tuple[str, str]]:
    """What the image itself would hold: build arguments, and ENV or ARG of a Dockerfile in the file."""
    build = service.build or {}
    found = build.get("args")
    words = found.items() if isinstance(found, dict) else (str(one).partition("=")[::2] for one in found or ())
    for name, value in words:
        if name == TOKEN:
            yield HELD.format(value) if value else BAKED, service.place("build", "args", name)
    try:
        stages = read_dockerfile("Dockerfile", str(build.get("dockerfile_inline") or "FROM scratch")).stages
    except DockerfileError:
        return
    for one in (one for stage in stages for one in stage.instructions if one.keyword in ("ENV", "ARG")):
        value = pairs(one.text, {}).get(TOKEN)
        if value:
            yield HELD.format(value), service.place("build", "dockerfile_inline")


def _sent(stack: Any, project: Project) -> Finding | None:
    """A file that is filled in with the token and that git does not ignore."""
    api = project.services["api"]
    variable = api.environment.get(TOKEN)
    files = [(variable.origin, api.place("env_file"))] if variable and variable.origin and variable.value else []
    for source in api.secrets:
        one = project.section("secrets").get(source) or {}
        if one.get("file"):
            files.append((stack_of.beside(str(one["file"])), project.place("secrets", source, "file")))
    files += [(stack_of.beside(one.source), one.where) for one in mounted(api)]
    for name, where in files:
        if stack.travels(name):
            told = ", ".join(line for line in stack.ignores.split("\n") if line and not line.startswith("#"))
            return _secret(f"the token would stand in {name}, and git takes that file: .gitignore names {told}", where)
    return None


def _missing(stack: Any, project: Project) -> Finding | None:
    api = project.services["api"]
    where = api.place("environment", TOKEN)
    path = api.environment.get(TOKEN_FILE)
    if path and path.value:
        if path.value in api.secrets.values() or mounted(api):
            return None
        return _secret(f"{TOKEN_FILE} is {path.value}, and no secret is mounted there", path.where)
    variable = api.environment.get(TOKEN)
    if variable and not variable.value and not variable.origin and api.table.get("env_file"):
        return _secret(f"{TOKEN} is set to nothing here, and that wins over what the env file brings", variable.where)
    if not (variable and variable.value):
        seen = FROM_OUTSIDE if variable and not api.table.get("env_file") else _nothing(stack)
        return _secret(seen, f"api.env{EXAMPLE}" if api.table.get("env_file") else where)
    return None


def mounted(api: Service) -> list[Mount]:
    """The file of this machine that lies where the API looks for its token."""
    path = api.environment.get(TOKEN_FILE)
    return [one for one in api.mounts if path and one.kind == "bind" and one.target == path.value]


def _nothing(stack: Any) -> str:
    examples = [name for name in stack.texts if name.endswith(EXAMPLE) and TOKEN in stack.texts[name]]
    if examples:
        return f"{examples[0]} names {TOKEN}, and nothing brings it from there into the container of api"
    return f"the API gets no {TOKEN}, and no {EXAMPLE} file says that one must be filled in"


def _secret(seen: str, where: str) -> Finding:
    return Finding(
        tried=f"read the files as after cloning: each {EXAMPLE} file copied, and {TOKEN} filled in",
        seen=seen,
        expected="the token stands in a file that git ignores, its name in an .example file, and the API gets it",
        where=where,
        next="Which file may travel with the repository, and which one stays on the machine?",
    )
