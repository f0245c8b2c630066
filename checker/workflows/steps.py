"""Runs the steps of one job on paper: conditions, variables, outputs, and where a failure ends it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from checker import script as lines
from checker.script.programs import Ended, built_in
from checker.workflows import shell
from checker.workflows.expressions import condition, interpolate
from checker.workflows.grammar import ExpressionError
from checker.workflows.reading import Step
from checker.workflows.results import CANCELLED, FAILURE, SKIPPED, SUCCESS, Fault, Origin, StepRun
from checker.workflows.values import Open, Unclear, to_text, truth

BUILD_PUSH = "docker/build-push-action"


@dataclass
class Ground:
    """What the steps of a job stand on: contexts, the fault of the scenario, and what is noted on the way."""

    job: str
    contexts: dict[str, Any]
    env: dict[str, str]
    fault: Fault
    assume: bool
    unclear: list[str]
    origins: dict[str, Origin]
    fails: bool = False
    cancelled: bool = False
    # The shell of `defaults`; said or not makes a difference: only `shell: bash` has pipefail.
    shell: str = ""
    # The folder of `defaults` in which scripts start.
    folder: str = ""
    outputs: dict[str, Any] = field(default_factory=dict)

    def value(self, text: Any, what: str) -> Any:
        """A value with its expressions replaced; what cannot be computed is noted and stays a text in ‹ ›."""
        try:
            return interpolate(text, self.contexts)
        except (Unclear, ExpressionError) as error:
            self.unclear.append(f"{what} ({error})")
            return f"‹{what}›"

    def decides(self, text: str, functions: Mapping[str, Callable[..., Any]], what: str) -> bool:
        """What an `if:` decides; `assume` where that is not known."""
        try:
            return condition(text, self.contexts, functions)
        except (Unclear, ExpressionError) as error:
            self.unclear.append(f"{what} ({error})")
            return self.assume


def run_steps(steps: tuple[Step, ...], ground: Ground) -> tuple[StepRun, ...]:
    """Run the steps in order. A job that the scenario fails, fails in its first script, or at its end."""
    done: list[StepRun] = []
    failing = _failing_step(steps) if ground.fails or ground.cancelled else None
    failed = cancelled = False
    for step in steps:
        functions = _status(failed, cancelled)
        if not ground.decides(step.condition, functions, f"if of {step.title!r}"):
            done.append(StepRun(step, SKIPPED))
            _publish(ground, step, SKIPPED, {})
            continue
        ran = _run_step(step, ground, fails=step is failing and not ground.cancelled)
        if step is failing and ground.cancelled:
            cancelled = True
        done.append(ran)
        goes_on = _flag(ground, step.goes_on)
        failed = failed or (ran.result == FAILURE and not goes_on)
    return tuple(done)


def result_of(done: tuple[StepRun, ...], ground: Ground) -> str:
    """The result of a job whose steps are done."""
    if ground.cancelled:
        return CANCELLED
    failed = any(one.result == FAILURE and not _flag(ground, one.step.goes_on) for one in done)
    return FAILURE if failed or (ground.fails and not any(one.result == FAILURE for one in done)) else SUCCESS


def _failing_step(steps: tuple[Step, ...]) -> Step | None:
    scripts = [step for step in steps if step.run]
    return scripts[-1] if scripts else steps[-1] if steps else None


def _flag(ground: Ground, value: Any) -> bool:
    try:
        return truth(interpolate(value, ground.contexts)) if value else False
    except (Unclear, ExpressionError):
        return False


def _status(failed: bool, cancelled: bool) -> dict[str, Callable[..., Any]]:
    return {
        "success": lambda: not failed and not cancelled,
        "failure": lambda: failed,
        "cancelled": lambda: cancelled,
        "always": lambda: True,
    }


def _run_step(step: Step, ground: Ground, *, fails: bool) -> StepRun:
    own = {key: to_text(ground.value(value, f"env {key}")) for key, value in step.env.items()}
    env = ground.env | own
    ground.contexts["env"] = env
    given = {key: ground.value(value, f"{step.title}, {key}") for key, value in step.given.items()}
    commands: tuple[shell.Command, ...] = ()
    outputs: dict[str, Any] = {}
    named = step.shell or ground.shell
    fails = fails or bool(step.uses and ground.fault.step and ground.fault.step(step))
    if step.run and not named.startswith(("python", "pwsh", "node")):
        text = to_text(ground.value(step.run, f"run of {step.title!r}"))
        modes = _modes(named)
        folder = to_text(ground.value(step.folder or ground.folder, f"folder of {step.title!r}"))
        script = shell.read(text, _defaults(ground) | env | _paths(), folder=folder, **modes)
        commands, fails = _until_fault(script.commands, ground.fault, fails)
        if ground.fault.command and not any(one.ends_well for one in script.commands):
            fails = _script_fails(text, script, ground.fault.command, modes, otherwise=fails)
            commands = commands if fails else script.commands
        outputs = {key: _told(ground, step, key, value) for key, value in script.written("OUTPUT_FILE").items()}
        ground.env |= script.written("ENV_FILE")
    ground.contexts["env"] = ground.env
    result = FAILURE if fails else SUCCESS
    _publish(ground, step, result, outputs or _of_action(ground, step, given))
    return StepRun(step, result, given, commands)


def _modes(named: str) -> dict[str, bool]:
    """How GitHub starts a shell: `bash` with pipefail, a template of one's own as it is written, others with -e."""
    if "{0}" in named:
        return {"errexit": bool(re.search(r"\s-\w*e|errexit", named)), "pipefail": "pipefail" in named}
    return {"errexit": True, "pipefail": named == "bash"}


def _paths() -> dict[str, str]:
    return {"GITHUB_OUTPUT": "OUTPUT_FILE", "GITHUB_ENV": "ENV_FILE", "GITHUB_STEP_SUMMARY": "SUMMARY_FILE"}


def _defaults(ground: Ground) -> dict[str, str]:
    """The variables that every runner sets: GITHUB_SHA and its kin, RUNNER_TEMP and its kin."""
    github = ground.contexts.get("github", {})
    found = {f"GITHUB_{key.upper()}": to_text(value) for key, value in github.items() if isinstance(value, str)}
    return found | {name: f"‹{name}›" for name in ("RUNNER_TEMP", "RUNNER_OS", "RUNNER_ARCH", "HOME", "PATH", "USER")}


def _until_fault(
    commands: tuple[shell.Command, ...], fault: Fault, fails: bool
) -> tuple[tuple[shell.Command, ...], bool]:
    """The commands that are reached, and whether the step fails; a masked failure is passed over."""
    for number, command in enumerate(commands):
        if fault.command and not command.masked and fault.command(command):
            return commands[: number + 1], True
    return commands, fails


def _script_fails(
    text: str, script: shell.Script, failing: Callable[[shell.Command], bool], modes: Mapping[str, bool], *,
    otherwise: bool,
) -> bool:  # fmt: skip
    """Whether a script ends with another code than 0 when these commands fail; `otherwise` where that is unclear."""
    reached = []
    folders = {one.words: one.folder for one in script.commands}

    def program(words: tuple[str, ...], given: str | None) -> Ended | None:
        if not failing(shell.Command(words, env=script.variables, folder=folders.get(words, ""))):
            return built_in(words, given) or Ended(0, None)
        reached.append(words)
        return Ended(1, None)

    try:
        code = lines.ends(text, program, **modes).code
    except lines.Unclear:
        return otherwise
    return otherwise if code is None or not reached else bool(code)


def _told(ground: Ground, step: Step, key: str, value: str) -> str:
    """An output that a script wrote; the part that only a run knows gets a name that leads back to the step."""
    if "‹" not in value:
        return value
    known = f"‹{ground.job}.{step.id or step.place[-1]}.{key}›"
    ground.origins[known] = Origin(ground.job, step, value)
    return f"{value[: value.index('‹')]}{known}{value[value.rindex('›') + 1 :]}"


def _of_action(ground: Ground, step: Step, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Outputs of the actions that this knows; a digest looks like one, so that it can be followed."""
    if step.action == BUILD_PUSH:
        digest = f"sha256:{hashlib.sha256(f'{ground.job}/{step.place}'.encode()).hexdigest()}"
        image_id, metadata = f"‹image id of {ground.job}›", f"‹metadata of {ground.job}›"
        if to_text(given.get("load")).lower() == "true" and to_text(given.get("push")).lower() != "true":
            # What was only loaded into the local engine is in no registry, and has no digest there.
            digest = image_id
        ground.origins |= {one: Origin(ground.job, step, one) for one in (digest, image_id, metadata)}
        return {"digest": digest, "imageid": image_id, "metadata": metadata}
    return {}


def _publish(ground: Ground, step: Step, result: str, outputs: Mapping[str, Any]) -> None:
    if not step.id:
        return
    known: Mapping[str, Any] = outputs
    if step.uses and result == SUCCESS and step.action != BUILD_PUSH:
        known = Open(f"{ground.job}.{step.id}", outputs)
    conclusion = SUCCESS if result == FAILURE and _flag(ground, step.goes_on) else result
    entry = {"outputs": known, "outcome": result, "conclusion": conclusion}
    ground.contexts.setdefault("steps", {})[step.id] = entry
