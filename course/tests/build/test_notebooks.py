"""Notebooks: made from percent source, without outputs, the same bytes every time."""

import json

from course.build.notebooks import notebook

SOURCE = "# %% [markdown]\n# # Title\n\n# %% tags=['keep']\nprint(1)\n\n# %%\nprint(2)\n"


def test_cells_are_made_in_order_with_ids_that_count_up():
    made = json.loads(notebook(SOURCE))

    assert [(cell["id"], cell["cell_type"]) for cell in made["cells"]] == [
        ("cell-00", "markdown"),
        ("cell-01", "code"),
        ("cell-02", "code"),
    ]


def test_making_it_again_changes_no_byte():
    assert notebook(SOURCE) == notebook(SOURCE)


def test_no_output_and_nothing_of_this_machine_is_kept():
    made = json.loads(notebook(SOURCE))

    assert [cell["outputs"] for cell in made["cells"][1:]] == [[], []]
    assert sorted(made["metadata"]) == ["kernelspec", "language_info"]
    assert made["metadata"]["language_info"] == {"name": "python"}
