"""Which machines a room may have, what they are called, and which packages and wheels are theirs."""

import pytest

from course.classroom.pins import read_pins
from course.classroom.targets import Target, targets
from course.start.console import Trouble
from course.start.source import this_platform, this_python
from course.tests.classroom.conftest import lock_of, wheel

LINUX = Target("linux-x86_64", "3.12")
MAC = Target("macos-arm64", "3.12")


def test_without_words_it_is_this_machine():
    assert targets(None, None) == [Target(this_platform(), this_python())]


def test_windows_is_the_linux_of_wsl_and_counts_once():
    assert targets(["windows-x86_64", "linux-x86_64"], ["3.12"]) == [LINUX]


@pytest.mark.parametrize(
    ("platforms", "pythons", "text"),
    [
        (
            ["solaris"], ["3.12"],
            "error: there is no platform 'solaris'; known are linux-x86_64, linux-arm64, macos-x86_64, macos-arm64, "
            "windows-x86_64, windows-arm64.\n"
            "try: on such a machine: python3 -c 'import platform; print(platform.system(), platform.machine())'",
        ),
        (
            ["linux-x86_64"], ["3.10"],
            "error: '3.10' is no Python for the course, which needs 3.11 or newer.\n"
            "try: two numbers for each: --python 3.12 3.13",
        ),
        (
            ["linux-x86_64"], ["3.12.4"],
            "error: '3.12.4' is no Python for the course, which needs 3.11 or newer.\n"
            "try: two numbers for each: --python 3.12 3.13",
        ),
    ],
)  # fmt: skip
def test_what_is_not_known_is_named(platforms, pythons, text):
    with pytest.raises(Trouble) as raised:
        targets(platforms, pythons)

    assert (str(raised.value), raised.value.code) == (text, 2)


@pytest.mark.parametrize(
    ("tag", "takes"),
    [
        ("py3-none-any", (True, True)),
        ("cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64", (True, False)),
        ("cp310-abi3-manylinux_2_28_x86_64", (True, False)),
        ("cp312-cp312-manylinux_2_39_x86_64", (False, False)),
        ("cp313-cp313-manylinux_2_17_x86_64", (False, False)),
        ("cp312-cp312-manylinux_2_17_aarch64", (False, False)),
        ("cp312-cp312-musllinux_1_2_x86_64", (False, False)),
        ("cp312-cp312-macosx_12_0_arm64", (False, True)),
        ("cp312-cp312-macosx_10_13_universal2", (False, True)),
        ("cp312-cp312-macosx_26_0_arm64", (False, False)),
        ("cp312-cp312-win_amd64", (False, False)),
    ],
)
def test_a_wheel_serves_the_machines_of_its_tags(tmp_path, tag, takes):
    file = wheel(tmp_path, "one", tag)
    (tmp_path / "lock.txt").write_text(lock_of(file))
    (pin,) = read_pins([tmp_path / "lock.txt"])
    there = {file.name: next(iter(pin.hashes))}

    assert tuple(bool(pin.serving(target, there)) for target in (LINUX, MAC)) == takes
    assert pin.serving(LINUX, {file.name: "another digest"}) == []


@pytest.mark.parametrize(
    ("marker", "wanted"),
    [
        ("sys_platform == 'darwin'", (False, True)),
        ("sys_platform == 'win32'", (False, False)),
        ("os_name != 'nt' or (sys_platform != 'emscripten' and sys_platform != 'win32')", (True, True)),
        ("platform_python_implementation == 'CPython'", (True, True)),
        ("python_full_version < '3.12'", (False, False)),
        # Which patch a laptop has is not known: both forms are brought.
        ("python_full_version < '3.12.5'", (True, True)),
        ("python_full_version >= '3.12.5'", (True, True)),
    ],
)
def test_a_marker_is_asked_for_the_laptop_and_not_for_this_machine(tmp_path, marker, wanted):
    file = wheel(tmp_path, "one")
    (tmp_path / "lock.txt").write_text(lock_of(file, markers={"one": marker}))
    (pin,) = read_pins([tmp_path / "lock.txt"])

    assert (pin.wanted(LINUX), pin.wanted(MAC)) == wanted
    assert str(pin) == "one 1.0"
    assert pin.line == f"one==1.0 --hash=sha256:{next(iter(pin.hashes))}"
