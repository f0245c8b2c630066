"""The lock files name packages and digests, never a host."""

from pathlib import Path

import pytest

from course.start.console import Trouble
from course.start.lock import COMMANDS, refuse_addresses
from course.start.places import Places

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", COMMANDS)
def test_no_lock_file_names_a_host(name):
    refuse_addresses(ROOT / name, Places(ROOT))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_pin_has_a_digest(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]

    assert pins
    assert all(line.endswith("\\") for line in pins)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_lock_file_brings_the_grammar_that_jsonschema_parses_when_imported(name):
    """It comes with jsonschema 4.25 where Jupyter asks for all formats, and costs every process 2 s of CPU."""
    assert "\nrfc3987-syntax==" not in (ROOT / name).read_text(encoding="utf-8")


def test_a_host_is_refused_with_its_line(tmp_path):
    path = tmp_path / "requirements" / "dev.txt"
    path.parent.mkdir()
    path.write_text("anyio==4.1\n--index-url https://packages.example/simple\n", encoding="utf-8")

    with pytest.raises(Trouble) as raised:
        refuse_addresses(path, Places(tmp_path))

    assert str(raised.value) == (
        "error: requirements/dev.txt line 2 names a host: '--index-url https://packages.example/simple'.\n"
        "try: unset UV_INDEX and its like, keep addresses out of pyproject.toml, then make lock."
    )
