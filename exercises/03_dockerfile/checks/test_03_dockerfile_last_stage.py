"""The checks of exercise 3, task 3: what ships, and what stays in the stage that builds."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from checker import check, expect, read_hints
from checker.dockerfile.installs import apt_packages, ran
from checker.dockerfile.stages import mount, sources
from checker.dockerfile.tree import walk_files
from checker.dockerfile.words import split_words, substituted
from checker.dockerfile.written import written

HINTS = read_hints(__file__)
OLDEST = (3, 11)
ENDED = {
    (3, 9): "got its last security release on 2025-10-31",
    (3, 10): "got its last security release in October 2026",
}
BUILDERS = re.compile(r"build-essential|gcc(-\d+)?|g\+\+(-\d+)?|clang.*|cmake|make|git|cargo|rustc|.*-dev")
TOOLS = {"pip", "uv", "setuptools", "wheel", "virtualenv", "pip-tools", "build"}
# Folders of the image where apt puts compilers and tools.
PROGRAMS = {"/", "/usr", "/usr/bin", "/usr/lib", "/bin", "/lib"}
LISTS = re.compile(r"/var/lib/apt(/lists)?(/\*|/)?(\s|$)")


# -- task 3 -----------------------------------------------------------------------------------------------------
@check(
    id="base",
    task=3,
    points=1,
    tier="full",
    after=("builds",),
    hints=HINTS["base"],
    why="A tag that moves builds another image next month from the same file.",
)
def test_the_base_is_a_supported_python_by_an_exact_tag(submission, image, facts):
    """The image that ships begins from a supported Python, and every tag names its version."""
    base = image.base
    tried = "looked up the image that each stage begins from"
    expect(
        base.is_python,
        tried=tried,
        seen=f"the last stage begins from {base.whole}, which is no image of Python",
        expected="an image of Python, 3.11 or newer",
        where=image.dockerfile.at(base.line),
        next="Which image brings the Python that runs the app?",
    )
    for one in external(image, facts):
        expect_exact(image, one, tried)


def external(image: Any, facts: Any) -> list[Any]:
    """The images from outside that a build uses: those of FROM, and those that files are copied from."""
    found = [facts.base_of(one.image, one.source.line) for one in image.dockerfile.needed if one.image]
    for stage in image.dockerfile.needed:
        for instruction in stage.instructions:
            names = [name for name in sources(instruction) if image.dockerfile.stage(name, before=stage) is None]
            found += [facts.base_of(name, instruction.line) for name in names]
    return [one for one in found if one.name != "scratch"]


def expect_exact(image: Any, base: Any, tried: str) -> None:
    version = base.python
    exact = version is not None if base.is_python else bool(re.search(r"\d", base.tag) or base.digest)
    seen = f"line {base.line} says {base.whole}: "
    if base.tag:
        seen += f"the tag {base.tag!r} is another version some day"
    else:
        seen += "a digest alone tells nobody which Python it is" if base.digest else "without a tag it is `latest`"
    expect(
        exact,
        tried=tried,
        seen=seen,
        expected="a tag that names at least major and minor version, such as 3.13-slim",
        where=image.dockerfile.at(base.line),
        next="Which Python will this line bring in a year?",
    )
    expect(
        not base.unknown_tag,
        tried=tried,
        seen=f"line {base.line} says {base.whole}: Docker's image of Python has no such tag",
        expected="a tag such as 3.13-slim, with the name of a Debian behind it or without",
        where=image.dockerfile.at(base.line),
        next="How is the tag spelled on the image's page?",
    )
    expect(
        version is None or version >= OLDEST,
        tried=tried,
        seen=f"line {base.line} says {base.whole}: this Python {ENDED.get(version, 'gets no repairs any more')}",
        expected="Python 3.11 or newer, for which the lock was made",
        where=image.dockerfile.at(base.line),
        next="Until when does this Python get its repairs?",
    )


@check(
    id="stages",
    task=3,
    points=2,
    tier="full",
    after=("starts",),
    hints=HINTS["stages"],
    why="Each tool that ships is megabytes on every machine, and something that an intruder can use.",
)
def test_nothing_of_the_build_ships(submission, image):
    """The packages come from another stage, and nothing that only the build needed is in the last one."""
    left = left_over(image)
    expect(
        left is None,
        tried="went through the layers of the last stage",
        seen=left[0] if left else "",
        expected="the packages come from an earlier stage; compilers, git, uv and wheels stay there",
        where=image.dockerfile.at(left[1] if left else 1),
        next="What does the app need when it runs, and what did the install alone need?",
    )


def left_over(image: Any) -> tuple[str, int] | None:
    """What the last stage holds of the build, with the line that brought it."""
    if image.base.full:
        return f"{image.base.whole} brings compilers, git and headers, several hundred MB of them", image.base.line
    for name, one in apt_packages(image.last):
        if BUILDERS.fullmatch(name):
            return f"line {one.instruction.line} installs {name}, and the layer ships", one.instruction.line
    own = {id(one) for stage in image.last.lineage for one in stage.instructions}
    for instruction, _ in image.last.walk():
        text = f"{instruction.text} {instruction.flag('from') or ''}"
        if instruction.keyword == "COPY" and re.search(r"\buvx?\b|wheel", text):
            return f"line {instruction.line} `{instruction.shown}` leaves a tool or wheels in a layer", instruction.line
        if id(instruction) not in own:
            return None
    for install in image.installs:
        if id(install.ran.instruction) in own and not from_a_mount(install):
            line = install.ran.instruction.line
            return (
                f"line {line} downloads and installs in the stage that ships; there is no stage that only builds",
                line,
            )
    return tools_carried(image)


def tools_carried(image: Any) -> tuple[str, int] | None:
    """The folder of programs that comes along from a stage with compilers, with the line of its COPY."""
    for instruction, stage, path in carried(image):
        tools = [name for name, _ in apt_packages(stage) if BUILDERS.fullmatch(name)]
        if path in PROGRAMS and tools:
            line = instruction.line
            return f"line {line} `{instruction.shown}` takes along what {stage.title} installs, {tools[0]} too", line
    return None


def carried(image: Any) -> Iterator[tuple[Any, Any, str]]:
    """What the last stage copies from other stages: the COPY, the stage and a path there."""
    for instruction, state in image.last.walk():
        name = instruction.flag("from") if instruction.keyword == "COPY" else None
        stage = image.dockerfile.stage(substituted(name, state.visible)) if name else None
        if stage:
            words = instruction.words or split_words(substituted(instruction.text, state.visible))
            for word in words[:-1]:
                yield instruction, stage, posixpath.normpath("/" + word.lstrip("/"))


def from_a_mount(install: Any) -> bool:
    """Installed without an index, from files that another stage lends for this one step."""
    return install.offline and any("from" in one for one in install.ran.mounts("bind"))


@check(
    id="locked",
    task=3,
    points=1,
    tier="full",
    after=("starts",),
    hints=HINTS["locked"],
    why="Without hashes the same file installs other bytes next week; a cache ships bytes that nobody runs.",
)
def test_only_what_the_lock_names_is_installed(submission, image):
    """Only what the lock names is installed, and no cache of downloads ships."""
    for install in image.installs:
        line = install.ran.instruction.line
        found = unlocked(image, install)
        expect(
            not found,
            tried="read what each install takes, and from which list",
            seen=f"line {line} installs {found}",
            expected="every package comes from requirements.lock, which has its version and its hashes",
            where=image.dockerfile.at(line),
            next="Which of the two lists says which bytes will be installed?",
        )
    kept = kept_cache(image)
    expect(
        kept is None,
        tried="looked for downloads that stay in a layer of the last stage",
        seen=kept[0] if kept else "",
        expected="no cache of pip or uv, and no lists of apt, in any layer that ships",
        where=image.dockerfile.at(kept[1] if kept else 1),
        next="What does a layer hold that a later line removes? Who writes it in the first place?",
    )


def unlocked(image: Any, install: Any) -> str:
    """What of an install no lock names; "" for nothing."""
    lists = {path: origin(image, install, path) for path in install.requirements}
    for path, name in lists.items():
        if name == path and written(install.ran, path):
            if install.ran.command.has("--require-hashes"):
                continue
            return f"from {name}, which the build itself writes: whether it has hashes is not known"
        if name != "requirements.lock":
            return f"from {name}, which has no hashes: other versions next week"
    names = [one for one in install.packages if re.split(r"[=<>~\[!]", one)[0].lower() not in TOOLS]
    at_hand = install.offline or all(one.startswith(("/", "./")) for one in names)
    return f"{names[0]} by its name, without a hash" if names and not at_hand else ""


def origin(image: Any, install: Any, path: str) -> str:
    """The file of the folder that a list of packages came from."""
    for instruction, _, files in walk_files(image.dockerfile, install.ran.stage, image.context):
        if instruction is install.ran.instruction:
            return files.get(path, path)
    return path


def kept_cache(image: Any) -> tuple[str, int] | None:
    """What stays of downloads in the last stage, with the line that leaves it or brings it from another stage."""
    own = {id(one) for stage in image.last.lineage for one in stage.instructions}
    for install in image.installs:
        line = install.ran.instruction.line
        if id(install.ran.instruction) in own and caches(install):
            return (
                f"line {line} leaves what {install.tool} downloaded in its layer; no later line can take it out",
                line,
            )
    for one in ran(image.last):
        if lists_stay(one):
            line = one.instruction.line
            return f"line {line} leaves apt's lists, some 20 MB, in its layer; no later line can take them out", line
    for instruction, stage, path in carried(image):
        held = (
            {"/root/.cache": "what pip or uv downloaded"}
            if any(caches(one) for one in image.installs if one.ran.stage in stage.lineage)
            else {}
        )
        held |= {"/var/lib/apt/lists": "apt's lists"} if any(map(lists_stay, ran(stage))) else {}
        found = next((what for folder, what in held.items() if f"{folder}/".startswith(path.rstrip("/") + "/")), "")
        if found:
            line = instruction.line
            return f"line {line} `{instruction.shown}` takes {found} along from {stage.title}", line
    return None


def caches(install: Any) -> bool:
    """Whether the downloads of an install stay in the layer of its step."""
    removed = any(".cache" in word for one in install.ran.commands if one.program == "rm" for word in one.words)
    return install.keeps_cache and not removed


def lists_stay(one: Any) -> bool:
    """Whether the lists that this command fetches stay in the layer of its step."""
    if one.command.program not in ("apt-get", "apt") or "update" not in one.command.words:
        return False
    removing = [other.words for other in one.commands if other.program == "rm"]
    removed = any(re.search(r" -\w*[rR]", " ".join(words)) and LISTS.search(" ".join(words)) for words in removing)
    mounted = any(LISTS.match(mount(value).get("target", "")) for value in one.instruction.all_flags("mount"))
    return not removed and not mounted
