"""The checks of exercise 3: guards (it builds, starts, listens), and task 1.

Beside it: test_03_dockerfile_at_run (task 2), test_03_dockerfile_last_stage (task 3), test_03_dockerfile_probe (task 4)
and test_03_dockerfile_sent (tasks 5 and 6). The Dockerfile is followed as a build would follow it; nothing is built.
The live rows of test_03_dockerfile_with_docker build and run it, where an engine answers.
"""

from __future__ import annotations

import re
from typing import Any

from checker import check, expect, read_hints
from checker.dockerfile import copied, steps
from checker.dockerfile.installs import apt_packages, ran
from checker.dockerfile.rights import closed
from checker.dockerfile.stages import sources
from checker.dockerfile.tree import walk_files
from checker.dockerfile.words import substituted
from checker.dockerfile.written import written

HINTS = read_hints(__file__)
FOLLOWED = "followed your Dockerfile as a build does, step by step"
ROOTS_WORK = {"apt-get", "apt", "apk", "useradd", "adduser", "groupadd", "addgroup"}
# Debian 13, on which Python's slim images stand since August 2025, has useradd, and adduser only where it is installed.
DEBIAN_13 = re.compile(r"(^|/)(python:([\d.]+-)?slim(-trixie)?|debian:(trixie|13[\d.]*|stable)(-slim)?)(@|$)")
# What an install may take along besides is not known here: only these surely bring no adduser.
BRING_NONE = {"libgomp1", "ca-certificates", "curl", "wget", "tini", "dumb-init", "procps"}


# -- guards -----------------------------------------------------------------------------------------------------
@check(id="builds", task=1)
def test_every_step_finds_what_it_takes(submission, image):
    """Every step of the build finds the files, stages and rights that it needs."""
    for stage in image.dockerfile.needed:
        own = {id(one) for one in stage.instructions}
        for instruction, state, files in walk_files(image.dockerfile, stage, image.context):
            if id(instruction) not in own:
                continue
            if instruction.keyword in ("COPY", "ADD") and instruction.flag("from") is None:
                expect_sent(image, instruction, state)
            for name in sources(instruction):
                expect_stage(image, stage, instruction, substituted(name, state.visible))
            if instruction.keyword == "RUN":
                expect_runs(image, stage, instruction, files)


def expect_sent(image: Any, instruction: Any, state: Any) -> None:
    for missing in copied(instruction, state, image.context).missing:
        pattern = image.context.ignore.decides(missing.ignored[0]) if missing.ignored else None
        reason = f"line {pattern.line} of .dockerignore leaves it out" if pattern else "no such file is in the folder"
        expect(
            False,
            tried=FOLLOWED,
            seen=f"line {instruction.line} copies {missing.source!r}, and {reason}",
            expected="every file that is copied is in the folder and is sent to the build",
            where=f".dockerignore:{pattern.line}" if pattern else image.dockerfile.at(instruction.line),
            next="Which line of .dockerignore decides about this file?"
            if pattern
            else "How is it spelled in the folder?",
        )


def expect_stage(image: Any, stage: Any, instruction: Any, name: str) -> None:
    known = image.dockerfile.stage(name, before=stage) is not None or re.search(r"[/:.]", name)
    expect(
        known,
        tried=FOLLOWED,
        seen=f"line {instruction.line} takes files from {name!r}, and no stage above it has that name",
        expected="files come from a stage that stands further up",
        where=image.dockerfile.at(instruction.line),
        next="Which names do the FROM lines above give to their stages?",
    )


def expect_runs(image: Any, stage: Any, instruction: Any, files: dict[str, str]) -> None:
    for one in ran(stage):
        if one.instruction is not instruction:
            continue
        user = one.state.user.partition(":")[0]
        expect(
            one.command.program not in ROOTS_WORK or user in ("", "root", "0"),
            tried=FOLLOWED,
            seen=f"line {instruction.line} runs {one.command.program} as user {user!r}, who may not",
            expected="what changes the system comes before the user gives up its rights",
            where=image.dockerfile.at(instruction.line),
            next="From which line on does another user act?",
        )
    missing = apt_without_lists(stage, instruction)
    expect(
        not missing,
        tried=FOLLOWED,
        seen=f"line {instruction.line} installs {missing}, and apt has no lists: unable to locate package {missing}",
        expected="apt-get update in the same step, before apt-get install",
        where=image.dockerfile.at(instruction.line),
        next="From where does apt know which packages there are?",
    )
    program = lacks_adduser(stage, instruction)
    expect(
        not program,
        tried=FOLLOWED,
        seen=f"line {instruction.line} runs {program}, which {stage.base} does not have: exit code 127",
        expected="a program that the base has, such as useradd or groupadd, or an install of adduser before",
        where=image.dockerfile.at(instruction.line),
        next="Which programs that make users does this base have: how do you look into it?",
    )
    for install in image.installs:
        if install.ran.instruction is not instruction:
            continue
        absent = [path for path in install.requirements if path not in files and not written(install.ran, path)]
        expect(
            not absent,
            tried=FOLLOWED,
            seen=f"line {instruction.line} installs from {(absent or [''])[0]}, which is not there at that step",
            expected="the list of packages is in the stage before the install",
            where=image.dockerfile.at(instruction.line),
            next="Which earlier step brings this file into this stage, and into which folder?",
        )


def apt_without_lists(stage: Any, instruction: Any) -> str:
    """A system package that a step installs before apt has fetched its lists; a base has none."""
    updated = False
    for one in ran(stage):
        if one.command.program in ("apt-get", "apt"):
            updated = updated or "update" in one.command.words
            if one.instruction is instruction and "install" in one.command.words and not updated:
                return next((word for word in reversed(one.command.words) if not word.startswith("-")), "")
    return ""


def lacks_adduser(stage: Any, instruction: Any) -> str:
    """The program of this step that Debian 13 lacks; empty where some step may have installed it."""
    if not DEBIAN_13.search(stage.base) or {name for name, _ in apt_packages(stage)} - BRING_NONE:
        return ""
    programs = [one.command.program for one in ran(stage) if one.instruction is instruction]
    return next((str(one) for one in programs if one in ("adduser", "addgroup")), "")


@check(id="starts", task=1, after=("builds",))
def test_the_image_holds_what_the_app_needs(submission, image):
    """The last stage holds the app, its model, its packages and libgomp, and its command starts the app."""
    tried = "looked in the last stage for what the app needs when it starts"
    server, command = image.server, image.last.process
    line = command.line if command else image.last.source.line
    text = f"the command is {command.text[:50]!r}" if command else "no CMD or ENTRYPOINT: Python's prompt would start"
    expect(
        server,
        tried=tried,
        seen=text if command is None else f"{text}, {not_started(command)}",
        expected="a command that starts app.py by Python, or app:app by uvicorn",
        where=image.dockerfile.at(line),
        next="Which program can start the app with nothing in front of it?"
        if "cannot follow" in not_started(command)
        else "How does the kernel read this line: which word is the program, and are the quotes those of JSON?",
    )
    lacking = lacks(image, server)
    expect(
        not lacking,
        tried=tried,
        seen=lacking[0] if lacking else "",
        expected="app.py, beside it the folder model, the packages, and the library libgomp1",
        where=image.dockerfile.at(lacking[1] if lacking else line),
        next="Whose are these files, and what may others do with them?"
        if lacking and " closes " in lacking[0]
        else "What of the other stages is taken along, and where does the program look for it?",
    )


def not_started(command: Any) -> str:
    """Says of a command that names the app behind something else that nothing is known of it."""
    if command is None:
        return ""
    if command.shell and command.text.startswith("["):
        return "which is no list in JSON: a shell gets it, and finds no such program"
    if not command.shell and any(" " in word for word in command.words[:1]):
        return f"which asks for one program with the name {command.words[0]!r}: each word is a text of its own"
    program = command.text.split()[0] if command.shell else (*command.words, "")[0]
    plain = program.rpartition("/")[2] in ("python", "python3", "uvicorn") and "-c" not in command.words
    unknown = re.search(r"app\.py|app:app", command.text) and not plain and not program.startswith("[")
    return "and this check cannot follow it to the app" if unknown else "which does not start the app"


def lacks(image: Any, server: Any) -> tuple[str, int] | None:
    """What the last stage lacks, with a line; None where nothing is missing."""
    last = image.last.source.line
    folder = server.path.rpartition("/")[0]
    wanted = {server.path: "app.py", f"{folder}/model/manifest.json": "model/manifest.json"}
    wanted[f"{folder}/model/model.txt"] = "model/model.txt"
    for path, name in wanted.items():
        if image.files.get(path) != name:
            return f"the command looks for {path}, which is not in the last stage", image.process.line
    for path in wanted:
        shut = None if image.is_root else closed(image.dockerfile, image.last, image.context, path)
        if shut:
            user = image.last.state.user
            return f"line {shut[1]} closes {shut[0]} to all but root, and the app runs as user {user}", shut[1]
    problem, line = image.problem_of_packages
    if problem:
        return problem, line
    if image.base.alpine:
        return f"{image.base.whole} has another C library, for which LightGBM has no wheel", last
    has_library = image.base.full or any(
        re.fullmatch(r"libgomp1|gcc(-\d+)?|g\+\+(-\d+)?|build-essential", one) for one in image.apt
    )
    if not has_library:
        return "`import lightgbm` ends with: libgomp.so.1 not found; no step of the last stage installs it", last
    return None


@check(id="listens", task=1, after=("starts",))
def test_the_app_listens_where_others_reach_it(submission, image):
    """The app listens on port 8000 on every address of the container, so that its port can be published."""
    server = image.server
    expect(
        server.host in ("0.0.0.0", "::") and server.port == "8000",
        tried="read from the command on which address and port the app listens",
        seen=f"{server.host}:{server.port}" + ("; only the container itself reaches it" * (server.host[:3] == "127")),
        expected="0.0.0.0, port 8000",
        where=image.dockerfile.at(image.process.line),
        next="Whose 127.0.0.1 is it: that of your machine, or that of the container?",
    )


# -- task 1 -----------------------------------------------------------------------------------------------------
@check(
    id="second-build",
    task=1,
    points=2,
    hints=HINTS["second-build"],
    why="Who can say what runs again before building can put the lines in the right order.",
)
def test_seconds_of_the_second_build(submission, observed):
    """The answer names the seconds of the other team's second build."""
    named = submission.answers().get("second_build", int)
    steps_, changed = observed.STEPS["drawn"](submission.seed)
    expect(
        named == observed.second_build(submission.seed),
        tried=f"followed the {len(steps_)} steps after {changed} changed",
        seen=f"second_build = {named}",
        expected="the sum of the seconds of all steps that run again",
        where="answers.toml, second_build",
        next="Which step takes this file first? What becomes of the steps behind it?",
    )


@check(
    id="layers",
    task=1,
    points=2,
    after=("builds",),
    hints=HINTS["layers"],
    why="A build that installs everything for each letter costs minutes, fifty times a day.",
)
def test_a_changed_letter_installs_nothing(submission, image):
    """After a changed letter of app.py, or another model, no package is installed again."""
    packages = len(set(re.findall(r"^([a-z0-9].*?)==", submission.text("requirements.lock"), re.MULTILINE)))
    for changed in ("app.py", "model/model.txt"):
        made = steps(image.dockerfile, image.context, changed)
        again = next((one for one in made if one.again and installs_something(one.stage, one.instruction)), None)
        first = next((one.instruction for one in made if again and one.again and one.stage is again.stage), None)
        seen = f"line {first.line} `{first.shown}` takes the file, so " if first else ""
        expect(
            not again,
            tried=f"followed your Dockerfile and asked what runs again after {changed} changed",
            seen=seen + (f"line {again.instruction.line} installs {packages} packages again" if again else ""),
            expected="what installs depends on the lock file, and on nothing that changes daily",
            where=image.dockerfile.at(first.line if first else 1),
            next="Which file alone does the install need? What may come after it?",
        )


def installs_something(stage: Any, instruction: Any) -> bool:
    tools = {"pip", "pip3", "uv", "apt-get", "apt", "apk"}
    commands = [one.command for one in ran(stage) if one.instruction is instruction]
    return any(
        (one.program in tools or "pip" in one.words[:3]) and {"install", "sync", "add", "wheel"} & set(one.words)
        for one in commands
    )
