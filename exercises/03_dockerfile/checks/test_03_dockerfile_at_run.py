"""The checks of exercise 3, task 2: whose process it is, and who hears the signal to stop."""

from __future__ import annotations

import re
from typing import Any

from checker import check, expect, read_hints
from checker.dockerfile.installs import ran

HINTS = read_hints(__file__)
# Users that every Debian image has.
KNOWN_USERS = frozenset({
    "nobody", "www-data", "daemon", "bin", "sys", "sync", "games", "man", "mail", "backup", "list", "irc",
    "_apt",
})  # fmt: skip
# Groups that every Debian image has.
KNOWN_GROUPS = (KNOWN_USERS - {"nobody", "_apt"}) | {
    "root", "adm", "tty", "disk", "audio", "video", "staff", "users", "nogroup", "sudo", "plugdev", "operator",
}  # fmt: skip
# What keeps useradd and adduser from making a group of the user's name.
NO_GROUP = re.compile(r" (-[a-zA-Z]*[gN]|--gid|--no-user-group|--ingroup)\b")


# -- task 2 -----------------------------------------------------------------------------------------------------
@check(
    id="user",
    task=2,
    points=2,
    after=("builds",),
    hints=HINTS["user"],
    why="A hole in the app then opens the rights of a user who may do nothing, not those of root.",
)
def test_the_app_runs_as_somebody_else_than_root(submission, image):
    """The app runs as a user who is not root, and whom the image knows."""
    state = image.last.state
    tried = "asked as which user the container's process runs"
    alias = f"which line {image.made_root} makes with uid 0: it is root" if image.made_root else "which is root"
    expect(
        not image.is_root,
        tried=tried,
        seen=f"USER {state.user}, {alias}" if state.user else "no USER in the last stage: it runs as root, uid 0",
        expected="a user other than root, by name or by number, when the container runs",
        where=image.dockerfile.at(state.user_line or image.last.source.line),
        next="Which user is set last, in the stage that ships?",
    )
    name = state.user.partition(":")[0]
    expect(
        name.isdigit() or name in KNOWN_USERS or name in made_users(image),
        tried=tried,
        seen=f"USER {name}, and no step of the last stage makes it: 'unable to find user {name}' ends the container",
        expected="a name that the last stage knows, or a number, which needs no entry",
        where=image.dockerfile.at(state.user_line),
        next="In which stage is this user made, and in which is it used?",
    )
    group = state.user.partition(":")[2]
    expect(
        not group or group.isdigit() or group in KNOWN_GROUPS or group in made_groups(image),
        tried=tried,
        seen=f"USER {state.user}, and no step of the last stage makes that group:"
        f" 'unable to find group {group}' ends the container",
        expected="a group that the last stage knows, or a number, or none",
        where=image.dockerfile.at(state.user_line),
        next="Which step makes a group, and does the command that makes the user make one of its name?",
    )


def made_users(image: Any) -> set[str]:
    commands = [one.command for one in ran(image.last) if one.command.program in ("useradd", "adduser")]
    return {word for one in commands for word in one.words[1:] if not word.startswith("-")}


def made_groups(image: Any) -> set[str]:
    """The groups that steps of the last stage make: by themselves, or along with a user of the same name."""
    commands = [one.command for one in ran(image.last) if makes_a_group(one.command)]
    return {word for one in commands for word in one.words[1:] if not word.startswith("-")}


def makes_a_group(command: Any) -> bool:
    if command.program in ("useradd", "adduser"):
        system = command.program == "adduser" and command.has("--system")
        return command.has("--group") if system else not NO_GROUP.search(" ".join(command.words))
    return command.program in ("groupadd", "addgroup")


@check(
    id="signal",
    task=2,
    points=2,
    after=("starts",),
    hints=HINTS["signal"],
    why="An app that gets SIGTERM answers what it has begun; one that does not is killed in the middle.",
)
def test_the_stop_signal_reaches_the_app(submission, image):
    """The app itself gets SIGTERM, with no shell in between, so that it ends in good order."""
    found, stop = image.process, image.last.state.stopsignal.removeprefix("SIG")
    installed = not found.init or found.init.removesuffix("-static") in image.apt
    tried = "followed SIGTERM from `docker stop` to process 1 of the container"
    if not installed:
        between = f"the command begins with {found.init}, which no step of the last stage installs"
    else:
        between = found.between
    expect(
        not between,
        tried=tried,
        seen=f"{between}; what hears no signal is killed after 10 s, exit code 137" if installed else between,
        expected="the app is process 1 by what the file says: exec form, or a shell that hands over by `exec`",
        where=image.dockerfile.at(found.line),
        next="Which program does the kernel start first, and who are its children?",
    )
    line = next((one.line for one, _ in image.last.walk() if one.keyword == "STOPSIGNAL"), found.line)
    expect(
        stop in ("", "TERM", "15", "INT", "2"),
        tried=tried,
        seen=f"STOPSIGNAL {stop}: the app is asked in a way that it does not hear",
        expected="SIGTERM, which is the default",
        where=image.dockerfile.at(line),
        next="Which signals does uvicorn listen to?",
    )
