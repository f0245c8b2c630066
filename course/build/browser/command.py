"""`python -m course browser`: fetches what exercise 1 needs in a browser, then builds the site with it.

What follows is handed on to `python -m course site`; a browser needs a server for this page: `--serve`.
"""

from __future__ import annotations

import sys

from course.build.browser import assets
from course.build.npm import NotToBeHad
from course.build.site import command
from course.start.console import console_for
from course.start.places import this_clone


def main(argv: list[str]) -> int:
    """As `site`, and 3 when a part cannot be had."""
    places = this_clone()
    cache = places.build / assets.CACHE
    if not {"-h", "--help"} & set(argv):
        try:
            with console_for(sys.stderr).step("browser", "fetching Python for the browser") as step:
                assets.fetch(places.root, cache)
                step.done(f"Pyodide {assets.PYODIDE} and {assets.WHEEL}, in {places.named(cache)}")
        except NotToBeHad as missing:
            print(f"error: {missing}\ntry: python -m course browser", file=sys.stderr)
            return 3
    return command.main(argv, "browser")
