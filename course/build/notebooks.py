"""Makes a notebook from its jupytext percent source: no outputs, and the same bytes every time."""

from __future__ import annotations

import copy

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebook(source: str) -> str:
    """Return the text of the .ipynb for a percent source.

    Cell ids count up and nothing of this machine (kernel version, jupytext version) is kept, so that
    making it again changes no byte.
    """
    import jupytext
    import nbformat

    made = jupytext.reads(source, fmt="py:percent")
    made.metadata.clear()
    made.metadata.update(copy.deepcopy(KERNEL))
    for position, cell in enumerate(made.cells):
        cell["id"] = f"cell-{position:02d}"
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    made.nbformat, made.nbformat_minor = 4, 5
    nbformat.validate(made)
    text: str = nbformat.writes(made)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"
