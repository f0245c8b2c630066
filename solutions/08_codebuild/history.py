"""Prints what the old project left behind: the log of five builds, and how long builds took. Given.

    python history.py            the log of five builds, one after another
    python history.py minutes    the seconds of eight builds, phase by phase

Both are drawn from the seed of your copy: they are made up, and yours differ from your neighbor's.
"""

import json
import random
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = "movie-service"
PASSWORD = "aws ecr get-login-password"
# What each build met. The names are for the checks; the log shows only what happened.
WELL, MASKED, PUSHED, NO_LOGIN, NO_IMAGE = "all well", "masked", "pushed all the same", "no login", "no image"


def seed():
    """The seed of your copy of the exercise."""
    state = HERE / ".checker.json"
    return json.loads(state.read_text("utf-8")).get("seed", 1) if state.is_file() else 1


def builds(your_seed):
    """(number, what it met, digest, failed tests) of five builds, oldest first."""
    draw = random.Random(your_seed)
    met = [MASKED, PUSHED, NO_LOGIN, NO_IMAGE]
    draw.shuffle(met)
    # A build that is well stands anywhere but in front of all: the first one met is no hint.
    met.insert(draw.randint(1, 4), WELL)
    first = draw.randint(200, 900)
    return [
        (first + place, what, f"sha256:{draw.getrandbits(256):064x}", draw.randint(2, 9))
        for place, what in enumerate(met)
    ]


def seconds(your_seed):
    """(number, seconds of install, pre_build, build, post_build) of eight builds, oldest first."""
    draw = random.Random(your_seed + 1)
    first = draw.randint(200, 900)
    found = []
    for place in range(8):
        phases = [draw.randint(110, 190), draw.randint(25, 50), draw.randint(60, 110), draw.randint(8, 25)]
        # Never a whole number of minutes, so that rounding each build or their sum differs.
        phases[3] += 1 if sum(phases) % 60 == 0 else 0
        found.append((first + place, *phases))
    return found


class Log:
    """The log of one build."""

    def __init__(self):
        self.status = "SUCCEEDED"

    def phase(self, name, *commands):
        """Print a phase: (command, what it prints, exit code). Whether the phase succeeded."""
        print(f"[Container] Entering phase {name}")
        for command, output, code in commands:
            print(f"[Container] Running command {command}")
            if output:
                print(output)
            if code:
                print(f"[Container] Command did not exit successfully {command} exit status {code}")
                self.status = "FAILED"
                break
        failed = any(code for _, _, code in commands)
        print(f"[Container] Phase complete: {name} State: {'FAILED' if failed else 'SUCCEEDED'}")
        return not failed


def show_build(number, met, digest, failing):
    print(f"---- build {number} " + "-" * 60)
    log = Log()
    login = (
        "aws ecr get-login-password | docker login --username AWS --password-stdin $REGISTRY",
        "Login Succeeded",
        0,
    )
    if met == NO_LOGIN:
        login = (login[0], "An error occurred (AccessDeniedException): ecr:GetAuthorizationToken", 1)
    if log.phase("PRE_BUILD", login):
        show_rest(log, met, digest, failing)
    print(f"[Container] Build {number}: {log.status}\n")


def show_rest(log, met, digest, failing):
    image = f"$REGISTRY/{REPOSITORY}:latest"
    build = (f"docker build --tag {image} .", f"naming to {image}", 0)
    tests = ("pytest | tee report.txt", f"{failing} failed, {42 - failing} passed" if met == MASKED else "42 passed", 0)
    starts = (f"docker run --rm {image} --check", "the model is the one of the manifest", 0)
    push = (f"docker push {image}", f"latest: digest: {digest} size: 1786", 0)
    if met == NO_IMAGE:
        build = (build[0], "ERROR: failed to build: exit code: 1", 1)
        push = (push[0], "An image does not exist locally with the tag: latest", 1)
    if met == PUSHED:
        starts = (starts[0], "model.txt: this is not the file of the manifest", 1)
    log.phase("BUILD", *up_to_failure(build, tests, starts))
    log.phase("POST_BUILD", push)


def up_to_failure(*commands):
    """The commands up to the first that fails."""
    for place, (_, _, code) in enumerate(commands):
        if code:
            return commands[: place + 1]
    return commands


def show_minutes():
    print("build   install  pre_build  build  post_build  seconds")
    for number, *phases in seconds(seed()):
        print(f"{number:5}   {phases[0]:7}  {phases[1]:9}  {phases[2]:5}  {phases[3]:10}  {sum(phases):7}")
    print("\nAWS bills minutes, and every build is rounded up to a whole one.")
    print("Your question: how many minutes are on the bill for these eight builds?")


if __name__ == "__main__":
    if sys.argv[1:] == ["minutes"]:
        show_minutes()
    elif not sys.argv[1:]:
        for build in builds(seed()):
            show_build(*build)
        print("Your questions: which build FAILED and pushed an image all the same?")
        print("And which one SUCCEEDED although a test failed?")
    else:
        sys.exit("error: history.py knows one word, 'minutes'.\ntry: python history.py minutes")
