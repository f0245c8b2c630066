"""A classroom whose packages cannot be installed is told as such; pip is a program here that always fails."""

import io
import shutil

import pytest

from course.start import environment, pack
from course.start.console import Console, Step, Trouble
from course.start.places import Places
from course.start.source import Source

SAID = "pip: one.whl is no zip file"


@pytest.fixture
def broken(tmp_path):
    places = Places(tmp_path)
    for name in (environment.LOCK, pack.LEARN, places.python, places.build / "uv.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("uv==1 \\\n    --hash=sha256:00\n")
    places.python.write_text(f"#!{shutil.which('sh')}\necho '{SAID}'\nexit 1\n")
    places.python.chmod(0o755)
    return places


@pytest.mark.parametrize(
    ("install", "way_out"),
    [
        (
            pack._install,
            "mend what it says, then python3 start.py again; all that was said: build/logs/start.log",
        ),
        (
            environment._install_locked,
            "ask for another copy of the classroom, then make env. All that was said: build/logs/environment.log",
        ),
    ],
)
def test_what_was_said_and_where_it_stands(broken, install, way_out):
    with pytest.raises(Trouble) as raised:
        install(broken, Step(Console(io.StringIO()), "environment"), Source("/media/stick"))

    assert str(raised.value) == (
        f"error: the packages could not be taken from /media/stick:\n  | {SAID}\ntry: {way_out}"
    )
