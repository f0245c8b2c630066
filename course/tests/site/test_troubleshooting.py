"""Error texts: each is proven to be what a program says, and found on the site's page."""

import re
import subprocess
import sys

import pytest

from course.build.site.troubleshooting import page
from course.build.sync import ROOT
from course.troubleshooting import TroubleshootingError, load

ENTRIES = load()


def _proven_by(kind):
    return [entry for entry in ENTRIES if getattr(entry, kind)]


def test_there_are_at_least_sixty():
    assert len(ENTRIES) >= 60


@pytest.mark.parametrize("entry", _proven_by("found"), ids=lambda entry: entry.says)
def test_a_text_of_ours_stands_in_the_file_that_says_it(entry):
    code = (ROOT / entry.found).read_text(encoding="utf-8")

    assert entry.fixed
    assert [part for part in entry.fixed if part not in code] == []


@pytest.mark.parametrize("entry", _proven_by("recorded"), ids=lambda entry: entry.says)
def test_a_text_of_an_engine_was_recorded(entry):
    folder = ROOT / "course" / "engines" / "recorded" / entry.recorded
    runs = " ".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json")))

    assert [part for part in entry.fixed if part not in runs] == []


@pytest.mark.parametrize("entry", _proven_by("tried"), ids=lambda entry: entry.says)
def test_a_text_of_a_library_is_said_when_it_is_tried(entry, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", entry.tried], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode != 0
    assert [part for part in entry.fixed if part not in done.stderr] == []


def test_the_page_shows_every_text_under_its_area():
    text = page()

    for entry in ENTRIES:
        assert f"### `{entry.says}`\n" in text
        assert f"**Do:** {entry.do}" in text
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == list(dict.fromkeys(entry.area for entry in ENTRIES))


GOOD = '[[entry]]\narea = "a"\nsays = "s"\nmeans = "m"\ndo = "d"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD, "'s' has 0 proofs. Give one of: found, recorded, tried, source."),
        (GOOD + 'found = "x"\nsource = "y"\n', "'s' has 2 proofs. Give one of: found, recorded, tried, source."),
        ((GOOD + 'source = "y"\n') * 2, "'s' is there twice. Keep one."),
        ('[[entry]]\narea = "a"\n', "entry 1 has no 'says'. Add it."),
    ],
)
def test_an_entry_that_cannot_be_used_is_named(tmp_path, text, message):
    (tmp_path / "troubleshooting.toml").write_text(text)

    with pytest.raises(TroubleshootingError) as refused:
        load(tmp_path / "troubleshooting.toml")

    assert str(refused.value) == f"troubleshooting.toml: {message}"
