"""What Docker refuses in a HEALTHCHECK: its flags and the durations in them, and what comes behind."""

from __future__ import annotations

import re

DURATIONS = ("interval", "timeout", "start-period", "start-interval")
UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
NUMBER = r"(?:\d+\.?\d*|\.\d+)"
PART = re.compile(rf"({NUMBER})(h|ms|us|µs|ns|m|s)")
WHOLE = re.compile(rf"[-+]?(?:0|(?:{PART.pattern})+)")
SHORTEST = 0.001


def seconds(duration: str) -> float:
    """A duration such as 1m30s, without its sign; 0 for a text that is none."""
    return sum(float(number) * UNITS[unit] for number, unit in PART.findall(duration))


def refused(flags: tuple[tuple[str, str], ...], text: str) -> str:
    """Why Docker does not read this HEALTHCHECK; "" where it does."""
    faults = (_flag_fault(name, value) for name, value in flags)
    return next(filter(None, faults), "") or _rest_fault(text)


def _flag_fault(name: str, value: str) -> str:
    if name not in (*DURATIONS, "retries"):
        return f"HEALTHCHECK has no flag --{name}"
    if not value:
        return f"--{name} has no value: it stands behind an equals sign, such as --{name}={_example(name)}"
    if name == "retries":
        # 0 is refused too: Docker asks for at least one.
        return "" if value.isascii() and value.isdigit() and int(value) else f"--retries={value} is no number from 1"
    return _duration_fault(name, value)


def _duration_fault(name: str, value: str) -> str:
    if re.fullmatch(rf"[-+]?{NUMBER}", value) and float(value):
        return f"--{name}={value} has no unit, and Docker takes no duration without one, such as {value.lstrip('-+')}s"
    if not WHOLE.fullmatch(value):
        return f"--{name}={value} is no duration, such as {_example(name)}"
    if seconds(value) and (value.startswith("-") or seconds(value) < SHORTEST):
        return f"--{name}={value} is less than a millisecond, the least that Docker takes"
    return ""


def _rest_fault(text: str) -> str:
    """What stands behind the flags: CMD with a command, or NONE alone."""
    kind, _, rest = text.partition(" ")
    flag = re.match(r"--([^\s=]*)", text)
    if flag:
        return f"HEALTHCHECK has no flag --{flag[1]}"
    if kind.upper() == "CMD":
        return "" if rest.strip() else "HEALTHCHECK CMD has no command behind it"
    if kind.upper() == "NONE":
        return "HEALTHCHECK NONE takes nothing behind it" if rest.strip() else ""
    return f"HEALTHCHECK takes its flags and then CMD, or NONE alone, and {kind!r} is neither"


def _example(name: str) -> str:
    return "3" if name == "retries" else "10s"
