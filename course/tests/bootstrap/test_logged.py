"""A program that is run into a log says how far it is, and the step shows it."""

import io
import sys

import pytest

from course.start.console import Console
from course.start.logged import run

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("last", "shown"),
    [
        ("1,200 of 10,273\n", "compiling: 1,200 of 10,273 … "),
        ("1,200 of 10,273\n1,3", "compiling: 1,200 of 10,273 … "),
        ("1,200 of 10,273\nwarning\n", "compiling … "),
        ("half of it\n", "compiling … "),
        ("", "compiling … "),
    ],
)
def test_the_step_shows_how_far_the_program_says_it_is(tmp_path, last, shown):
    # It is there for two looks at least.
    code = f"import time, sys; sys.stdout.write({last!r}); sys.stdout.flush(); time.sleep(1.3)"
    console = Console(io.StringIO(), live=True)

    with console.step("environment", "compiling") as step:
        ended = run([sys.executable, "-c", code], step, log=tmp_path / "log", cwd=tmp_path)
        looks = console.stream.getvalue().split("\r\033[K")

    assert ended.code == 0
    assert looks[-1].startswith(f"  environment   {shown}")
