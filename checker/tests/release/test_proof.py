"""The proof finds an answer wherever it is put, and nothing where there is none."""

import base64
import gzip
import io
import json
import zipfile

import pytest

from checker.release.proof import Leak, Needles, leaks, secret_lines

ANSWER = 'return f"Hello {name}"'
SOURCE = "01_greeting/solution/greeting.py:10"


def zipped(name, content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


CODE = f"def greet(name):\n        {ANSWER}  # done\n".encode()
HIDDEN = {
    "plain": (CODE, "leak:2"),
    "in a list of texts": (f"x = ['{ANSWER}']".encode(), "leak:1"),
    "wheel": (zipped("pkg/a.py", CODE), "leak!pkg/a.py:2"),
    "zip in a zip": (zipped("b.zip", zipped("a.py", CODE)), "leak!b.zip!a.py:2"),
    "gzip": (gzip.compress(CODE), "leak!:2"),
    "notebook": (json.dumps({"source": [ANSWER + "\n"]}).encode(), "leak (escaped)"),
    "one JSON text": (json.dumps(CODE.decode()).encode(), "leak (escaped)"),
    "base64": (b"\nkey: " + base64.b64encode(CODE), "leak:2 (base64):2"),
    "base64 in lines": (base64.encodebytes(CODE * 3), "leak:1 (base64):2"),
    "base64 for addresses": (base64.urlsafe_b64encode(b"\xff\xef" * 9 + CODE), "leak:1 (base64):2"),
    "zip in base64": (base64.b64encode(zipped("a.py", CODE)), "leak:1 (base64)!a.py:2"),
}


@pytest.fixture
def needles():
    needles = Needles()
    needles.add(ANSWER, SOURCE)
    return needles


def test_a_line_inside_another_is_found_too(needles):
    whole = f"if polite: {ANSWER}"
    needles.add(whole, "whole:1")
    needles.add(f"{ANSWER} + mark", "other:1")

    found = list(needles.inside("leak", f"one\n  {whole}\n".encode()))

    assert found == [Leak("leak:2", "whole:1", whole), Leak("leak:2", SOURCE, ANSWER)]


@pytest.mark.parametrize("how", HIDDEN)
def test_an_answer_is_found_where_it_was_put(needles, how):
    content, where = HIDDEN[how]

    assert Leak(where, SOURCE, ANSWER) in list(needles.inside("leak", content))


@pytest.mark.parametrize(
    "content",
    [b"", b"return f'Hello {other}'", b"PK\x03\x04 not a zip", b"\x1f\x8b not gzip", b"\xff\xfe\x00", b"A" * 300],
)
def test_nothing_is_found_in_what_holds_no_answer(needles, content):
    assert list(needles.inside("file", content)) == []


def test_what_is_looked_for_are_lines_that_say_something(greeting):
    assert secret_lines(greeting) == {
        ANSWER: SOURCE,
        'body = json.dumps({"greeting": greet(scope["path"][1:]), "length": len(scope["path"]) - 1}).encode()': (
            "01_greeting/solution/greeting.py:18"
        ),
    }


def test_a_line_of_a_variant_is_looked_for_unless_the_starter_has_it(packed):
    found = secret_lines(packed.exercise(1))

    assert found["return name.upper().join(GREETINGS)"] == "01_greeting/wrong/shouts/greeting.py:2"
    assert "def greet(name):" not in found


def test_what_is_given_on_purpose_is_no_secret(packed, tmp_path):
    (tmp_path / "given.txt").write_text(f"{ANSWER}\n")

    assert ANSWER not in secret_lines(packed.exercise(1), given=[tmp_path])


def test_a_file_that_never_travels_is_found_by_its_name(packed, tmp_path):
    for name in ("pack/exercises/01/solution/app.py", "pack/variants.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x\n")

    assert [str(leak) for leak in leaks(packed, tmp_path / "pack")] == [
        "exercises/01/solution/app.py shows a file that never travels: 'app.py'.",
        "variants.toml shows a file that never travels: 'variants.toml'.",
    ]
