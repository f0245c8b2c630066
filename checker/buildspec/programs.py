"""What docker, aws, the test runners and the installers say while a buildspec runs. Nothing of it is executed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from checker.buildspec.runners import runs_tests, tests
from checker.buildspec.words import full, is_detached, named, operands, options
from checker.buildspec.world import DOCKER_BUILD, DOCKER_PUSH, START, TESTS, Push, Reply, World
from checker.cloudformation.arns import ACCOUNT, REGION

CANNOT = "a limit of the stand-in of {program}, which does not know this call: {call}"
NO_PUSH = "received unexpected HTTP status: 503 Service Unavailable"
NO_DAEMON = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"
NO_CREDENTIALS = "no basic auth credentials"
NO_MODEL = "error: this image does not find its model"
# Faults that are met where their program answers.
OF_THEIR_OWN = (TESTS, DOCKER_BUILD, START, DOCKER_PUSH)

# A source from CodePipeline is a folder of files; its .git stays behind. The build image of the exercises has no jq.
FIXED = {
    "git": Reply(128, "fatal: not a git repository (or any of the parent directories): .git"),
    "jq": Reply(127, "jq: command not found"),
}


def answer(world: World, words: tuple[str, ...], phase: str, given: str, addopts: str) -> Reply:
    """The reply to one call. `given` is what came on stdin, `addopts` what pytest reads besides its words."""
    program = words[0]
    # A container in the background has started when the call returns, and nobody waits for how it ends.
    if is_detached(words) and world.privileged:
        return _run(world, words, phase)
    if any(" ".join(words).startswith(one) or one in words for one in world.fails if one not in OF_THEIR_OWN):
        return Reply(1, f"{program}: this call fails in this run")
    if program in FIXED:
        return FIXED[program]
    if program in ("docker", "podman"):
        return _docker(world, words, phase, given)
    if program == "aws":
        return _aws(world, words)
    return tests(world, words, phase, addopts) if runs_tests(words, addopts) else Reply()


def _docker(world: World, words: tuple[str, ...], phase: str, given: str) -> Reply:
    rest = words[1:]
    if rest[:1] == ("image",) or rest[:1] == ("buildx",):
        rest = rest[1:]
    if rest[:2] == ("imagetools", "inspect"):
        rest = ("imagetools", *rest[2:])
    known: dict[str, Callable[[], Reply]] = {
        "build": lambda: _build(world, words, phase),
        "tag": lambda: _tag(world, rest),
        "push": lambda: _push(world, rest, phase),
        "login": lambda: _login(world, rest, given),
        "inspect": lambda: _inspect(world, rest),
        "imagetools": lambda: _in_registry(world, rest),
        "pull": lambda: _pull(world, rest),
        "run": lambda: _run(world, words, phase),
        "images": lambda: _listed(world, rest),
    }
    if words[1:3] == ("image", "ls"):
        rest = ("images", *rest[1:])
    verb = rest[0] if rest else ""
    if not world.privileged and verb not in ("login", "logout", "--version"):
        return Reply(1, NO_DAEMON)
    if verb in known:
        return known[verb]()
    if verb in ("ls", "info", "version", "ps", "logout", "create", "use", "prune", "--version", "save"):
        return Reply()
    return _cannot(world, words)


def _cannot(world: World, words: tuple[str, ...]) -> Reply:
    world.unknown.append(" ".join(words))
    return Reply(64, CANNOT.format(program=words[0], call=" ".join(words)[:80]))


def _build(world: World, words: tuple[str, ...], phase: str) -> Reply:
    if DOCKER_BUILD in world.fails:
        return Reply(1, "ERROR: failed to build: exit code: 1")
    # A stand-in writes no file: whoever reads it next would find nothing, and look for the fault elsewhere.
    for name in ("--metadata-file", "--iidfile"):
        if values := options(words, name):
            return _cannot(world, (*words[: words.index("build") + 1], name, values[0]))
    digest = world.new_digest()
    tags = options(words, "-t", "--tag")
    # The id of an image is a digest too, and not the one by which a registry knows it.
    world.images |= {full(tag): digest for tag in tags}
    world.built.append(digest)
    if "--push" in words or any("push=true" in one for one in options(words, "--output", "-o")):
        for tag in tags:
            reply = _push_one(world, tag, phase)
            if reply.code:
                return reply
    return Reply(0, f"naming to {tags[0]}" if tags else "built an image without a name")


def _tag(world: World, words: tuple[str, ...]) -> Reply:
    plain = operands(words)
    if len(plain) != 2:
        return Reply(1, '"docker tag" requires 2 arguments')
    source = world.image(full(plain[0]))
    if not source:
        return Reply(1, f"No such image: {plain[0]}")
    world.images[full(plain[1])] = source
    return Reply()


def _push(world: World, words: tuple[str, ...], phase: str) -> Reply:
    plain = operands(words)
    if len(plain) != 1:
        return Reply(1, '"docker push" requires 1 argument')
    if "--all-tags" in words or "-a" in words:
        start = full(plain[0]).rpartition(":")[0] + ":"
        found = [one for one in world.images if one.startswith(start)]
    else:
        found = [plain[0]]
    said = []
    for one in found:
        reply = _push_one(world, one, phase)
        if reply.code:
            return reply
        said.append(reply.text)
    return Reply(0, "\n".join(said))


def _push_one(world: World, reference: str, phase: str) -> Reply:
    host, repository, tag = named(reference)
    digest = world.image(full(reference))
    if not digest:
        return Reply(1, f"An image does not exist locally with the tag: {reference}")
    if host not in world.logged_in:
        return Reply(1, NO_CREDENTIALS if host else "denied: requested access to the resource is denied")
    if host != world.registry.host:
        return Reply(1, f"dial tcp: lookup {host}: no such host")
    if DOCKER_PUSH in world.fails:
        return Reply(1, NO_PUSH)
    refused = world.registry.push(repository, tag, digest)
    if refused:
        return Reply(1, refused)
    world.pushes.append(Push(repository, tag, digest, phase))
    return Reply(0, f"{tag}: digest: {digest} size: 1786")


def _login(world: World, words: tuple[str, ...], given: str) -> Reply:
    plain = operands(words)
    password = given.strip() if "--password-stdin" in words else next(iter(options(words, "-p", "--password")), "")
    if not world.password or password != world.password:
        return Reply(1, "Error response from daemon: login attempt failed with status: 400 Bad Request")
    host = plain[0].removeprefix("https://").partition("/")[0] if plain else ""
    world.logged_in.add(host)
    return Reply(0, "Login Succeeded")


def _inspect(world: World, words: tuple[str, ...]) -> Reply:
    plain = operands(words)
    form = next(iter(options(words, "--format", "-f")), "")
    image = world.image(full(plain[0])) if plain else ""
    if not image:
        return Reply(1, f"Error: No such object: {plain[0] if plain else ''}")
    digests = sorted(
        {f"{world.registry.host}/{one.repository}@{one.digest}" for one in world.pushes if one.digest == image}
    )
    if not form:
        return Reply(0, json.dumps([{"Id": image_id(image), "RepoTags": plain, "RepoDigests": digests}]))
    return _formatted(world, words, image, digests)


def _formatted(world: World, words: tuple[str, ...], image: str, digests: list[str]) -> Reply:
    """What the formats say that pipelines use, with the text around them."""
    form = options(words, "--format", "-f")[0]
    bare = re.sub(r"[\s()]", "", form)
    if ".RepoDigests" in bare and bare.startswith(("{{join", "{{range")):
        return Reply(0, "\n".join(digests))
    known = {"{{.Id}}": image_id(image), "{{.ID}}": image_id(image), "{{json.RepoDigests}}": json.dumps(digests)}
    known["{{index.RepoDigests0}}"] = digests[0] if digests else ""
    parts = [(one, re.sub(r"[\s()]", "", one)) for one in re.findall(r"{{.*?}}", form)]
    if any(one not in known for _, one in parts):
        return _cannot(world, ("docker", *words))
    if not digests and any(one == "{{index.RepoDigests0}}" for _, one in parts):
        return Reply(1, "template parsing error: index out of range: 0")
    for written, one in parts:
        form = form.replace(written, known[one])
    return Reply(0, form)


def _listed(world: World, words: tuple[str, ...]) -> Reply:
    """The images of the engine, a line each: a digest stands where the registry has told one."""
    form = next(iter(options(words, "--format")), "{{.Repository}}  {{.Tag}}  {{.Digest}}  {{.ID}}")
    asked, pushed = operands(words)[:1], {one.digest for one in world.pushes}
    lines = []
    for name, digest in world.images.items():
        repository, _, tag = name.rpartition(":")
        if not asked or asked[0] in (name, repository):
            known = {"Repository": repository, "Tag": tag, "ID": image_id(digest)}
            known["Digest"] = digest if digest in pushed else "<none>"
            line = form
            for word, value in known.items():
                line = re.sub(rf"{{{{\s*\.{word}\s*}}}}", value, line)
            lines.append(line)
    return Reply(0, "\n".join(lines))


def image_id(digest: str) -> str:
    """The id under which the engine knows an image: another digest than the registry's."""
    return "sha256:" + digest.removeprefix("sha256:")[::-1]


def _in_registry(world: World, words: tuple[str, ...]) -> Reply:
    plain = operands(words)
    digest = world.registry.digest(*named(plain[0])[1:]) if plain else ""
    if not digest:
        return Reply(1, f"ERROR: {plain[0] if plain else ''}: not found")
    form = re.sub(r"\s", "", next(iter(options(words, "--format")), ""))
    if form in ("{{.Manifest.Digest}}", "{{.Digest}}"):
        return Reply(0, digest)
    return _cannot(world, ("docker", *words)) if form else Reply(0, f"Name: {plain[0]}\nDigest: {digest}")


def _pull(world: World, words: tuple[str, ...]) -> Reply:
    reference = (operands(words) or [""])[0]
    digest = world.registry.digest(*named(reference)[1:])
    if not digest:
        return Reply(1, f"manifest for {reference} not found: manifest unknown")
    world.images[full(reference)] = digest
    return Reply(0, f"Digest: {digest}")


def _run(world: World, words: tuple[str, ...], phase: str) -> Reply:
    """An image of our own registry must be there: built, pulled, or left from an earlier build."""
    own = [word for word in words if named(word)[0] == world.registry.host]
    missing = next((one for one in own[:1] if not _there(world, one)), "")
    if missing:
        return Reply(
            125, f"Unable to find image '{missing}' locally; manifest unknown: the requested image is not found"
        )
    if is_detached(words):
        return Reply(0, world.new_digest().removeprefix("sha256:"))
    if "--check" in words:
        world.checked |= {world.images[name] for name in map(full, words) if name in world.images}
        if START in world.fails:
            return Reply(1, NO_MODEL)
    # What pytest reads on the host does not reach into the container.
    return tests(world, words, phase, "") if runs_tests(words[1:]) else Reply()


def _there(world: World, reference: str) -> bool:
    return bool(world.image(full(reference)) or world.registry.digest(*named(reference)[1:]))


def _aws(world: World, words: tuple[str, ...]) -> Reply:
    verb = tuple(operands(words))[:2]
    account = {"Account": ACCOUNT, "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/movie-build/build"}
    short = "Account" in options(words, "--query")
    known: dict[tuple[str, ...], Callable[[], Reply]] = {
        ("ecr", "get-login-password"): lambda: _password(world),
        ("ecr", "get-login"): lambda: Reply(252, "aws: error: Invalid choice: get-login ended with version 1"),
        ("ecr", "describe-images"): lambda: _describe(world, words),
        ("ecr", "batch-get-image"): lambda: _describe(world, words),
        ("ecr", "list-images"): lambda: _describe(world, words),
        ("sts", "get-caller-identity"): lambda: Reply(0, ACCOUNT if short else json.dumps(account)),
        ("configure", "get"): lambda: Reply(0, REGION),
    }
    if verb in known:
        return known[verb]()
    return Reply(0, "aws-cli/2.31.0") if "--version" in words else _cannot(world, words)


def _password(world: World) -> Reply:
    world.password = world.password or f"{world.rng.getrandbits(160):040x}"
    return Reply(0, world.password)


def _describe(world: World, words: tuple[str, ...]) -> Reply:
    repository = next(iter(options(words, "--repository-name")), "")
    asked = next(iter(options(words, "--image-ids", "--image-id")), "")
    kind, _, value = asked.partition("=")
    digest = world.registry.digest(repository, value) if kind in ("imageTag", "imageDigest") else ""
    query = next(iter(options(words, "--query")), "")
    # As --query takes it from a list: imageDetails[?imageTags[0]=='TAG'], imageIds[?imageTag=='TAG'].
    wanted = next((tag for name, tag in world.registry.tags if name == repository and f"'{tag}'" in query), "")
    if not asked and wanted:
        digest = world.registry.digest(repository, wanted)
    elif not asked:
        # All images are listed, in an order that nobody promises: only a query that sorts them finds the newest.
        stored = [one for (name, _), one in world.registry.tags.items() if name == repository]
        digest = (stored[-1] if "sort_by(" in query else stored[0]) if stored else ""
    if not digest:
        return Reply(254, f"An error occurred (ImageNotFoundException): {value or asked} is not in {repository}")
    if "imageDigest" in query:
        return Reply(0, digest if "text" in options(words, "--output") else json.dumps(digest))
    if query:
        return _cannot(world, words)
    return Reply(0, json.dumps({"imageDetails": [{"repositoryName": repository, "imageDigest": digest}]}))
