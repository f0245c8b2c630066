"""Runs the phases of a plan by CodeBuild's rules. It runs beside untrusted commands and needs nothing of ours.

    python agent.py PLAN

PLAN is a JSON file: phases, variables, and where the stand-ins ask. What is printed is the log; result.json beside
the plan says how each phase ended, and is for the trusted side the word of a stranger.

The rules, from AWS's pages on the buildspec and on phase transitions:
- a command that fails ends its phase; `finally` runs all the same, and the phase has failed
- install or pre_build failed: no further phase. build failed: post_build runs all the same
- on-failure ABORT ends the build, CONTINUE goes to the next phase, RETRY runs the phase again
- from version 0.2 on, all commands share a shell: variables, options and the folder last, from phase to phase too
- CODEBUILD_BUILD_SUCCEEDING is 1 until something failed, then 0

sh is bash here, as on the Amazon Linux image of CodeBuild, so that a grade is the same on every machine.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from typing import Any

# Runs one command in the state that the one before it left, and keeps the state that it leaves.
WRAPPER = """
. "$CK_STATE/variables"
cd "$(cat "$CK_STATE/folder")"
ck_leave() {
  CK_CODE=$?
  { export -p; declare -f; set +o; } > "$CK_STATE/variables"
  pwd > "$CK_STATE/folder"
  exit $CK_CODE
}
trap ck_leave EXIT
. "$CK_STATE/forced"
set -a
. "$CK_STATE/command"
"""
FRESH = """
cd "$(cat "$CK_STATE/start")"
. "$CK_STATE/forced"
. "$CK_STATE/command"
"""
# A stand-in: carries its words to the trusted side and the answer back, in bash alone: a build makes dozens of calls.
# What ends a word and what ends the question are signs that no command line holds.
SHIM = r"""#!{bash}
{before}given=
case " $* " in *" --password-stdin "*) IFS= read -r -d '' -n 65536 given ;; esac
exec 3<> "/dev/tcp/127.0.0.1/$CK_PORT" || exit 70
printf '%s\036' "$CK_TOKEN" "$CK_PHASE" "$given" "${{PYTEST_ADDOPTS-}}" "{name}" "$@" >&3
printf '\035' >&3
IFS= read -r code <&3
IFS= read -r -d '' text <&3
if [ -n "$text" ]; then
  if [ "$code" = 0 ]; then printf '%s\n' "$text"; else printf '%s\n' "$text" >&2; fi
fi
exit "$code"
"""
# python stands for tests and installers only where -m names one; everything else is python.
PYTHON = r"""case "$1 $2" in
"-m pytest" | "-m unittest" | "-m tox" | "-m nox" | "-m pip" | "-m venv" | "-m build" | "-m uv" | "-m coverage") ;;
*) exec "{python}" "$@" ;;
esac
"""


def main(path: str) -> None:
    home = os.path.dirname(os.path.abspath(path))
    with open(path, encoding="utf-8") as plan:
        build = Build(json.load(plan), home)
    build.run()
    with open(os.path.join(home, "result.json"), "w", encoding="utf-8") as result:
        json.dump({"phases": build.ended, "exported": build.exported()}, result)


class Build:
    """One build: its state between commands, and what became of its phases."""

    def __init__(self, plan: dict[str, Any], home: str) -> None:
        self.plan, self.home = plan, home
        self.state = os.path.join(home, "state")
        self.bin = os.path.join(home, "bin")
        self.bash = shutil.which("bash") or "bash"
        self.succeeding = True
        self.phase = ""
        self.ended: list[dict[str, str]] = []
        os.makedirs(self.state)
        os.makedirs(self.bin)
        self._stand_ins()
        self._write("variables", "")
        self._write("folder", plan["folder"])
        self._write("start", plan["folder"])

    def _stand_ins(self) -> None:
        for name in self.plan["programs"]:
            before = PYTHON.format(python=sys.executable) if name.startswith("python") else ""
            path = os.path.join(self.bin, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(SHIM.format(bash=self.bash, before=before, name=name))
            os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)

    def run(self) -> None:
        for phase in self.plan["phases"]:
            self.phase = phase["name"]
            say(f"Entering phase {self.phase.upper()}")
            failed = self._attempts(phase)
            self.ended.append({"name": self.phase, "failed": failed})
            say(f"Phase complete: {self.phase.upper()} State: {'FAILED' if failed else 'SUCCEEDED'}")
            if failed:
                say(f"Phase context status code: COMMAND_EXECUTION_ERROR Message: {failed}")
            if failed and not self._goes_on(phase):
                break

    def _attempts(self, phase: dict[str, Any]) -> str:
        """The sentence of the failure that ends the phase; empty when it succeeds, at once or on a retry."""
        tries = 1 + retries(phase["on_failure"])
        for number in range(tries):
            failed = self._all(phase["commands"])
            # `finally` is told of a failure of its own phase, too.
            if failed and number == tries - 1:
                self.succeeding = False
            if not failed or number == tries - 1:
                break
        late = self._all(phase["last"])
        if late:
            self.succeeding = False
        return failed or late

    def _goes_on(self, phase: dict[str, Any]) -> bool:
        if phase["on_failure"] == "ABORT":
            return False
        return bool(phase["on_failure"] == "CONTINUE" or phase["name"] == "build")

    def _all(self, commands: list[str]) -> str:
        for command in commands:
            say(f"Running command {command}")
            code = self._command(command)
            if code:
                say(f"Command did not exit successfully {command} exit status {code}")
                return f"Error while executing command: {command}. Reason: exit status {code}"
        return ""

    def _command(self, command: str) -> int:
        succeeding = int(self.succeeding)
        self._write("command", command + "\n")
        self._write("forced", f"export CODEBUILD_BUILD_SUCCEEDING={succeeding} CK_PHASE={self.phase}\n")
        shell = [self.bash] if self.plan["shell"] == "bash" else [self.bash, "--posix"]
        wrapper = WRAPPER if self.plan["keeps_state"] else FRESH
        sys.stdout.flush()
        done = subprocess.run([*shell, "-c", wrapper], env=self._env(), stdin=subprocess.DEVNULL, check=False)
        return done.returncode

    def _env(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        path = self.bin + os.pathsep + os.environ.get("PATH", os.defpath)
        own = {"PATH": path, "CK_STATE": self.state, "CK_PORT": str(self.plan["port"]), "CK_TOKEN": self.plan["token"]}
        return {**kept, **self.plan["variables"], **own}

    def exported(self) -> dict[str, str]:
        """The values of exported-variables at the end."""
        names = [name for name in self.plan["exported"] if re.fullmatch(r"[A-Za-z_]\w*", name)]
        if not names:
            return {}
        script = '. "$CK_STATE/variables"; for one in "$@"; do printf "%s\\0" "${!one}"; done'
        command = [self.bash, "-c", script, "bash", *names]
        done = subprocess.run(command, env=self._env(), stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return dict(zip(names, done.stdout.decode("utf-8", "replace").split("\0"), strict=False))

    def _write(self, name: str, text: str) -> None:
        with open(os.path.join(self.state, name), "w", encoding="utf-8") as file:
            file.write(text)


def retries(on_failure: str) -> int:
    """RETRY means three times, RETRY-5 five times; a pattern behind it is not looked at."""
    if not on_failure.startswith("RETRY"):
        return 0
    count = on_failure.split("-")[1:2]
    return min(int(count[0]), 10) if count and count[0].isdigit() else 3


def say(text: str) -> None:
    print(f"[Container] {text}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
