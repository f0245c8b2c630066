"""Colors and counting in place are for terminals; a log gets plain lines."""

import io

from course.start.console import Trouble, console_for


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown(stream, environ):
    with console_for(stream, environ).step("data", "python -m course data") as step:
        step.done("build/data, made")
    return stream.getvalue()


def test_a_log_gets_one_plain_line():
    text = shown(io.StringIO(), {})

    assert "\033" not in text
    assert text.startswith("  data          build/data, made ")
    assert text.count("\n") == 1
    assert text.endswith(" s\n")


def test_a_terminal_gets_color_unless_it_asks_for_none():
    assert "\033[1m" in shown(Terminal(), {})
    assert "\033[1m" not in shown(Terminal(), {"NO_COLOR": "1"})
    assert "\033" not in shown(Terminal(), {"TERM": "dumb"})


def test_trouble_is_two_lines():
    assert str(Trouble("it broke.", "mend it")) == "error: it broke.\ntry: mend it"
