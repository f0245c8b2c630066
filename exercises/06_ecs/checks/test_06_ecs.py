"""The checks of exercise 6: the guards of the task definition, a size and a log (task 1).

Beside it stand test_06_ecs_2_roles, _3_health, _4_deployment, _5_load and _6_secret: rows are in the order of files.
"""

from __future__ import annotations

import re
from typing import Any

from checker import check, expect, read_hints, sibling
from checker.cloudformation import Fault, said
from checker.cloudformation.arns import concrete
from checker.ecs.task import from_json, whole

HINTS = read_hints(__file__)
LINT = sibling(__file__, "lint")
WHERE = "Where is the group of the contract?"
FAMILY = re.compile("[A-Za-z0-9_-]{1,255}")
PLATFORM = {"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"}
UNITS = {"vcpu": 1024, "gb": 1024, "": 1}
AMOUNT = re.compile(r"(\d*\.?\d+)\s*(vcpu|gb|)", re.IGNORECASE)


# -- guards -----------------------------------------------------------------------------------------------------
@check(id="registered", task=1, why="AWS refuses a task definition with an error when it is registered.")
def test_task_definition_can_be_registered(handed_in):
    """cfn-lint finds no error in the task definition."""
    assert handed_in.task
    of_family = [fault for one in handed_in.registered if (fault := _family_fault(*one))]
    LINT.judge(handed_in, "the task definition", [*LINT.of_no_row(handed_in), *of_family], expected=LINT.ELSEWHERE)


def _family_fault(name: str, text: str, value: dict[str, Any]) -> tuple[str, Fault] | None:
    """What the API says of a family, which cfn-lint does not ask about."""
    family = value.get("family")
    if not family:
        return name, Fault("the API", 1, "'family' is a required property", ())
    if FAMILY.fullmatch(str(family)):
        return None
    line = from_json(name, text, value).at("family").rpartition(":")[2]
    return name, Fault("the API", int(line), f"family {str(family)[:60]!r}: it takes letters, digits, _ and -", ())


@check(
    id="image",
    task=1,
    after=("registered",),
    why="A tag can be put on another image, and the next task that starts runs that one.",
)
def test_image_is_named_by_its_digest(handed_in, contract):
    """The container runs the image of the contract, named by its digest."""
    given = handed_in.api.properties.get("image")
    text = concrete(handed_in.readable, given)
    expect(
        not _image_fault(text, contract),
        tried="looked up which image the next task runs, today and in a month",
        seen=_image_fault(text, contract),
        expected="an image of the repository `movie-service`, by a digest, as the starter has it",
        where=handed_in.task.at("containerDefinitions", handed_in.api.number, "image"),
        next="Which part of this name can somebody put on another image tomorrow?",
    )


def _image_fault(text: str, contract: Any) -> str:
    """What is wrong with the image's name; what only the deployment fills in is right as it is."""
    name, at, digest = text.partition("@")
    bare, _, tag = name.partition(":") if "${" not in name else (name, "", "")
    tail = re.search(r":[\w.-]+$", name)
    if at and (re.fullmatch("sha256:[0-9a-f]{64}", digest) or "${" in digest):
        wrong = "${" not in name and bare != contract.REPOSITORY_URI
        return f"it is an image of {bare}, and of no repository of the contract" if wrong else ""
    if at:
        return f"{digest[:40]} is no digest: no image is found"
    if tag or tail:
        return f"it is called {text.rpartition('/')[2]}: a tag, which means another image after the next push"
    return "" if "${" in name else f"{bare or 'nothing'} without a digest means `latest`, whatever that is by then"


# -- task 1 -----------------------------------------------------------------------------------------------------
@check(
    id="size",
    task=1,
    points=1,
    after=("image",),
    hints=HINTS["size"],
    why="Fargate has a list of sizes, and refuses every other pair when the task definition is registered.",
)
def test_size_is_one_of_fargate(handed_in, contract):
    """CPU and memory are a pair that Fargate has: the smallest one that holds the service."""
    task = handed_in.task
    given = {key: task.get(key) for key in ("cpu", "memory")}
    size = (_amount(given["cpu"]), _amount(given["memory"]))
    told = (
        _not_on_fargate(handed_in)
        or _other_platform(handed_in)
        or _size_fault(handed_in, contract, given, size)
        or _share_fault(handed_in, contract, size)
    )
    if told:
        seen, expected, where, question = told
        expect(
            False,
            tried="asked cfn-lint about the size, and held it against what the service needs",
            seen=seen,
            expected=expected or "a pair of Fargate with 500 thousandths of a CPU and 900 MiB, and no larger one",
            where=where,
            next=question,
        )


def _not_on_fargate(handed_in: Any) -> tuple[str, str, str, str] | None:
    """What keeps the rules of Fargate from being asked at all."""
    task = handed_in.task
    expected = "a task definition and a service for `FARGATE`, as the starter has them"
    question = "Which of the given lines says on whose machines the tasks run?"
    if "FARGATE" not in (task.get("requiresCompatibilities") or ()):
        seen = "nothing asks for the rules of Fargate: a wrong size is noticed when the first task starts"
        return seen, expected, task.at("requiresCompatibilities"), question
    for service in handed_in.services:
        if "FARGATE" not in said([service.get("LaunchType"), service.get("CapacityProviderStrategy")]):
            seen = "the service asks for machines of your own, and there are none"
            return seen, expected, service.at("LaunchType"), question
    return None


def _other_platform(handed_in: Any) -> tuple[str, str, str, str] | None:
    """What the image is not built for; Fargate takes Linux on x86 when nothing is said."""
    given = handed_in.task.get("runtimePlatform")
    for key, due in PLATFORM.items():
        value = concrete(handed_in.readable, given.get(key, due)) if isinstance(given, dict) else due
        if value != due and "${" not in value:
            seen = f"the task runs on {value}, and the image is built for Linux on x86: no container starts"
            question = "For which system and which processor does the contract say that the image is built?"
            return seen, "Linux on x86, as when nothing is said", handed_in.task.at("runtimePlatform", key), question
    return None


def _size_fault(
    handed_in: Any, contract: Any, given: dict[str, Any], size: tuple[int, int]
) -> tuple[str, str, str, str] | None:
    task, shown = handed_in.task, f"{given['cpu']} and {given['memory']}"
    absent = " and no ".join(key for key, value in given.items() if value is None)
    if absent:
        question = "What do requests and limits of kubernetes.yaml say, and in which units does ECS count?"
        return f"there is no {absent}: Fargate takes no task without a size", "", task.at(), question
    number = next((key for key, value in given.items() if not isinstance(value, str)), "")
    if number and task.resource is None:
        seen = f"{number} is the number {given[number]}; the API takes a text here, and refuses the file"
        question = "How does the API's reference write the type of this key?"
        return seen, "both sizes as a text, in quotes", task.at(number), question
    if size == contract.SMALLEST:
        # The API takes `0.5 vCPU` too, which cfn-lint does not know.
        return None
    if any(LINT.of_size(one) for _, one in LINT.of_task(handed_in)):
        question = "1024 units are one CPU. Which memory sizes does Fargate have beside your CPU size?"
        return (
            f"{shown}: Fargate has no such pair, and the task definition is refused", "", task.at("cpu"), question,
        )  # fmt: skip
    question = "How many units are half a CPU, and which is the smallest memory size beside it?"
    return f"{shown}: {_too(size, contract)}", "", task.at("cpu"), question


def _share_fault(handed_in: Any, contract: Any, size: tuple[int, int]) -> tuple[str, str, str, str] | None:
    """Whether the container's own limit of memory, which it need not have, leaves it what it needs."""
    task, api = handed_in.task, handed_in.api
    limit, where = whole(api.properties.get("memory"), size[1]), ("containerDefinitions", api.number, "memory")
    expected = "a limit of the container from 900 to 1024 MiB, or none: the task's own is one already"
    if limit < contract.MEMORY:
        seen = f"the container itself may use {limit} MiB, and needs 900: it is killed with exit code 137"
        return seen, expected, task.at(*where), "Two places say memory. For whom does each of them count?"
    if limit > size[1]:
        seen = f"the container itself may use {limit} MiB of a task that has {size[1]}: the task definition is refused"
        return seen, expected, task.at(*where), "Two places say memory. Which of them must hold the other?"
    return _sum_fault(task, size)


def _sum_fault(task: Any, size: tuple[int, int]) -> tuple[str, str, str, str] | None:
    """Whether all containers together reserve more than the task has, which ECS refuses.

    A container reserves `memoryReservation`, or `memory` where it says none. Source: ECS API, ContainerDefinition,
    looked up 2026-11-27.
    """
    reserved = {}
    for one in task.containers:
        key = "memoryReservation" if "memoryReservation" in one.properties else "memory"
        reserved[one.number, key] = whole(one.properties.get(key), 0)
    total = sum(reserved.values())
    if total <= size[1]:
        return None
    last = next(place for place in reversed(reserved) if reserved[place])
    seen = f"the containers reserve {total} MiB together, of a task that has {size[1]}: the task definition is refused"
    expected = "containers that together reserve no more than the task has, or nothing: the size is the task's"
    return seen, expected, task.at("containerDefinitions", *last), "Who may use the memory of a task?"


def _amount(given: Any) -> int:
    found = AMOUNT.fullmatch(str(given).strip())
    return round(float(found[1]) * UNITS[found[2].lower()]) if found else 0


def _too(size: tuple[int, int], contract: Any) -> str:
    if size[0] * 1000 < contract.CPU * 1024:
        return f"the service gets {size[0]} of 1024 units, and needs 512: it is slow every evening"
    if size[1] < contract.MEMORY:
        return "the service needs 900 MiB: it is killed with exit code 137"
    return "more than it needs, and Fargate is paid by size, second by second"


@check(
    id="logs",
    task=1,
    points=1,
    after=("image",),
    hints=HINTS["logs"],
    why="On Fargate there is no machine to log in to: what is not sent away is gone with the task.",
)
def test_log_arrives(handed_in, contract):
    """What the container prints arrives in the log group of the contract."""
    task, api = handed_in.task, handed_in.api
    path = ("containerDefinitions", api.number, "logConfiguration")
    options = api.log_options
    seen, question = _log_fault(handed_in, contract)
    expect(
        not seen,
        tried="followed a line from the container to its log group",
        seen=seen,
        expected="group `/ecs/movie-service` in `us-east-1`, and a prefix for the streams",
        where=task.at(*path, "options") if options else task.at(*path),
        next=question or "What must a driver know to write a line?",
    )


def _log_fault(handed_in: Any, contract: Any) -> tuple[str, str]:
    """What keeps a line from its group, and what to ask oneself."""
    stack, options = handed_in.readable, handed_in.api.log_options
    driver = handed_in.api.log_driver
    group, region = (concrete(stack, options.get(f"awslogs-{key}")) for key in ("group", "region"))
    if driver != "awslogs":
        return f"the log driver is {driver!r}: nothing arrives in CloudWatch", "Which driver did the starter have?"
    if not options:
        seen = "the driver has no options: it knows no group to send to, and the task does not start"
        return seen, "What must a driver know to write a line: which group, where, and under which name?"
    if group != contract.GROUP:
        return _other_group(options, group)
    elsewhere = _elsewhere(options, region, concrete(stack, options.get("awslogs-endpoint") or ""), contract)
    if elsewhere:
        return elsewhere
    if not options.get("awslogs-stream-prefix"):
        seen = "there is no prefix of streams, which Fargate asks for: the task definition is refused"
        return seen, "Under which name could a stream stand, so that you find it among others?"
    return "", ""


def _elsewhere(options: dict[str, Any], region: str, endpoint: str, contract: Any) -> tuple[str, str] | None:
    """Why the lines leave for another region than the contract's."""
    if options.get("awslogs-region") is None:
        return "there is no region: the driver cannot know where the group is", WHERE
    if region != contract.REGION:
        return f"the lines go to the region {region!r}, where nobody looks", WHERE
    if endpoint and region not in endpoint and "${" not in endpoint:
        seen = f"the lines are sent to {endpoint}, which is not in {region}"
        return seen, "Which address does the driver take for a region when no endpoint is said?"
    return None


def _other_group(options: dict[str, Any], group: str) -> tuple[str, str]:
    """Why a line arrives in no group of the contract: the option has another name, or another value."""
    if options.get("awslogs-group") is None:
        seen = f"no option is called awslogs-group; there is {', '.join(map(str, options))}: the task does not start"
        return seen, "With which word do the names of the driver's options begin?"
    seen = f"the lines go to the group {group!r}; the task does not start where there is none"
    return seen, "Which group does the contract name, letter by letter?"
