"""A pack's briefs lead nowhere that the pack does not hold."""

from __future__ import annotations

import json

from checker.release.links import cut_links


def test_links_to_the_reading_room_are_cut(tmp_path):
    brief = tmp_path / "README.md"
    brief.write_text("Read [why this answer](../../solutions/01_greeting/README.md) when done. See [app](app.py).\n")
    notebook = tmp_path / "starter" / "01_greeting.ipynb"
    notebook.parent.mkdir()
    notebook.write_text('"Read `solutions/01_greeting/README.md`, in the folder beside `work`."')

    cut_links(tmp_path)

    assert brief.read_text() == "Read why this answer (your instructor has it) when done. See [app](app.py).\n"
    assert notebook.read_text() == '"Read the walkthrough (your instructor has it)."'


def test_other_files_stay_as_they_are(tmp_path):
    (tmp_path / "app.py").write_text("# `solutions/x`\n")

    cut_links(tmp_path)

    assert (tmp_path / "app.py").read_text() == "# `solutions/x`\n"


def test_a_notebook_stays_one_when_a_link_stands_below_a_title(tmp_path):
    cell = {
        "cell_type": "markdown",
        "source": ["## All of it\n", "\n", "Then read [why](../../solutions/01_x/README.md)."],
    }
    path = tmp_path / "lab.ipynb"
    path.write_text(json.dumps({"cells": [cell]}, indent=1))

    cut_links(tmp_path)

    lines = json.loads(path.read_text())["cells"][0]["source"]
    assert lines == ["## All of it\n", "\n", "Then read why (your instructor has it)."]
