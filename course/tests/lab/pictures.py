"""Takes pictures of START_HERE and of a notebook, to be looked at: `python -m course.tests.lab.pictures`.

Starter and solution, light and dark, 1280 and 1600 pixels wide; needs build/data and build/model of `make start`.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect

from course.start.places import this_clone
from course.start.session import Open
from course.tests.lab.browser import Notebook, Seen, chromium
from course.tests.lab.desk import copy_of_the_course, opened, solve

HEIGHT = 1500
WIDTHS = (1280, 1600)


def main() -> None:
    build = this_clone().build
    parser = argparse.ArgumentParser(prog="python -m course.tests.lab.pictures", description=__doc__)
    parser.add_argument("--out", type=Path, default=build / "screenshots")
    parser.add_argument("--exercise", default="01_prediction_endpoint")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        places = copy_of_the_course(Path(temporary) / "a course", build / "data", build / "model")
        with opened(places) as lab, chromium(Path(temporary) / "profile", Seen(), height=HEIGHT) as context:
            page = context.new_page()
            page.goto(f"{lab.lab_url}&reset")
            Notebook(page).ready()
            for state in ("starter", "solution"):
                if state == "solution":
                    solve(places, arguments.exercise[:2])
                _pictures(page, lab, arguments.exercise, arguments.out / state)


def _pictures(page: Page, lab: Open, slug: str, out: Path) -> None:
    for name, path in (("start_here", "START_HERE.ipynb"), (slug, f"{slug}/{slug}.ipynb")):
        notebook = Notebook.opened(page, path)
        _run_all(notebook)
        for theme in ("Light", "Dark"):
            _theme(page, theme)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": HEIGHT})
                _scroll_through(notebook, out / f"{name}-{theme.lower()}-{width}")
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
        _theme(page, "Light")


def _run_all(notebook: Notebook) -> None:
    page = notebook.page
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    prompts = notebook.panel.locator(".jp-CodeCell .jp-InputArea-prompt")
    expect(prompts.last).to_have_text(re.compile(r"^\[\d+\]:$"))
    notebook.ready()


def _theme(page: Page, name: str) -> None:
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Theme", exact=True).hover()
    page.locator(".lm-Menu-itemLabel").get_by_text(f"JupyterLab {name}", exact=True).click()
    page.locator(f'body[data-jp-theme-name="JupyterLab {name}"]').wait_for(state="attached")


def _scroll_through(notebook: Notebook, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    view = notebook.panel.locator(".jp-WindowedPanel-outer")
    view.evaluate("e => { e.scrollTop = 0 }")
    number, end = 0, False
    while not end:
        notebook.page.screenshot(path=out / f"{number:02}.png")
        end = view.evaluate(
            "e => { const y = e.scrollTop; e.scrollTop += e.clientHeight * .95; return e.scrollTop === y }"
        )
        number += 1


if __name__ == "__main__":
    main()
