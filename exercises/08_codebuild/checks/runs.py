"""Builds of the handed-in buildspec, with the project's settings around them."""

from __future__ import annotations

from typing import Any

from checker.buildspec import Build, Registry, World, run_in
from checker.buildspec.running import fits
from checker.buildspec.words import full, options
from checker.buildspec.world import HOST, Call, codebuild_variables
from checker.cloudformation import said
from checker.cloudformation.arns import name_of
from checker.iam_conditions import matches


def build(
    submission: Any, account: Any, *, fails: tuple[str, ...] = (), registry: Registry | None = None,
    stale: bool = False, commit: str = "",
) -> Build:  # fmt: skip
    """One build of this commit, or of a new one. `stale`: the engine still has an image of an earlier try of it."""
    found = account.builder()
    action, project = found if found else (None, None)
    variables = account.variables(action, project) if project else {}
    privileged = bool(project) and said(project.get("Environment", "PrivilegedMode", default="")).lower() == "true"
    world = World(submission.random, registry or Registry(), fails, privileged=privileged)
    if stale:
        world.stale = world.new_digest()
    found_by = codebuild_variables(submission.random, commit or a_commit(submission), variables)
    return run_in(submission, account.spec, world, found_by)


def a_commit(submission: Any, like: str = "") -> str:
    """The name of a new commit: with the first six characters of another one, and no more of them."""
    made = f"{submission.random.getrandbits(160):040x}"
    if not like:
        return made
    seventh = f"{(int(like[6], 16) + submission.random.randint(1, 15)) % 16:x}"
    return f"{like[:6]}{seventh}{made[7:]}"


def registry_of(account: Any) -> Registry:
    """The registry as the template sets it: whether tags may move, and which ones all the same."""
    (images, *_) = account.stack.of("AWS::ECR::Repository") or [None]
    setting = said(images.get("ImageTagMutability", default="")) if images else ""
    filters = images.get("ImageTagMutabilityExclusionFilters", default=[]) if images else []
    listed = [one for one in filters if isinstance(one, dict)] if isinstance(filters, list) else []
    movable = tuple(said(one.get("ImageTagMutabilityExclusionFilterValue", "")) for one in listed)
    kept = {"IMMUTABLE": True, "IMMUTABLE_WITH_EXCLUSION": True}.get(setting, False)
    return Registry(kept, movable if setting.endswith("EXCLUSION") else ())


def registry_with_earlier(submission: Any, account: Any) -> Registry:
    """A registry in which builds of two commits before have left their images."""
    made = Registry()
    (images, *_) = account.stack.of("AWS::ECR::Repository")
    for _ in range(2):
        commit, digest = (submission.random.getrandbits(bits) for bits in (160, 256))
        made.push(name_of(account.stack, images), f"{commit:040x}", f"sha256:{digest:064x}")
    return made


def scans(account: Any, images: Any) -> bool:
    """Whether a pushed image is scanned: by its repository, or by a rule of the registry for all or for its name."""
    if said(images.get("ImageScanningConfiguration", "ScanOnPush", default="")).lower() == "true":
        return True
    name = name_of(account.stack, images)
    return any(
        isinstance(rule, dict)
        and said(rule.get("ScanFrequency")) in ("SCAN_ON_PUSH", "CONTINUOUS_SCAN")
        and any(matches(said(one.get("Filter")), name) for one in rule.get("RepositoryFilters") or [])
        for registry in account.stack.of("AWS::ECR::RegistryScanningConfiguration")
        for rule in registry.get("Rules", default=[]) or []
    )


def failed_by(made: Build, fault: str) -> Call | None:
    """The call that failed because of this fault."""
    word = fault.rsplit(maxsplit=1)[-1]
    return next((one for one in made.world.calls if one.reply.code and word in one.words), None)


def line_of(account: Any, call: Call | None, fallback: str = "build", *, last: bool = False) -> str:
    """The line of the command that made a call: of its phase, the first that holds the call's first words or word.

    With `last` the last one of them.
    """
    if call is None:
        return str(account.spec.at("phases", fallback))
    phase = next((one for one in account.spec.phases if one.name == call.phase), None)
    commands = [*phase.commands, *phase.last] if phase else []
    for count in (2, 1):
        for command in reversed(commands) if last else commands:
            if all(word in command for word in call.words[:count]):
                return str(account.spec.place_of(call.phase, command, last=last))
    return str(account.spec.at("phases", call.phase))


def push_call(made: Build) -> Call | None:
    """The call that pushed."""
    return next((one for one in made.world.calls if "push" in one.text and not one.reply.code), None)


def built_again(account: Any, made: Any) -> tuple[str, str]:
    """How what was pushed is not the one image of the commit, and where; one of another name does not count."""
    pushed = {one.digest for one in made.world.pushes}
    names = {name for name, digest in made.world.images.items() if digest in pushed}
    builds = [one for one in made.world.calls if "build" in one.words[1:3] and not one.reply.code]
    own = [one for one in builds if names & set(map(full, options(one.words, "-t", "--tag")))]
    if len(own) != 1:
        where = line_of(account, own[-1] if own else push_call(made), last=True)
        return f"{len(own)} images were built for one commit", where
    if made.world.checked and not pushed <= made.world.checked:
        seen = "the image that was started with --check is not the one that was pushed"
        return seen, line_of(account, push_call(made))
    return "", ""


def why(made: Build) -> str:
    """Why a build failed: the phase, and the last words before it ended."""
    if made.failure is None:
        return "no phase"
    before, ended, _ = made.log.partition("[Container] Command did not exit successfully")
    last = before.rstrip().rpartition("\n")[2]
    said_ = last if ended and not last.startswith("[Container]") else made.failure.why
    return f"phase {made.failure.name}: {said_.replace(f'{HOST}/', '')[:150]}"


def where_failed(account: Any, made: Build) -> str:
    """The line of the command that ended the phase; the artifacts where none of their files was there."""
    failure = made.failure
    phase = next((one for one in account.spec.phases if failure and one.name == failure.name), None)
    for command in (*phase.commands, *phase.last) if phase and failure else ():
        if failure.why.startswith(f"Error while executing command: {command}"[:400]):
            return str(account.spec.place_of(phase.name, command))
    return str(account.spec.at("artifacts"))


def covers(pattern: str, file: str) -> bool:
    """Whether a path of `cache` keeps this file in S3: a folder by its name alone stands for no file in it.

    From AWS's reference of the class Cache of the CDK: `**/*` is required to mean all files of a folder.
    """
    return fits(file, pattern)
