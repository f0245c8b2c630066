"""`python -m course site [--serve]`: builds the site into build/site, to be opened from the disk or served.

With --axe each page of it is looked at by axe-core in Chromium.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import os
import shutil
import sys
from pathlib import Path

import yaml

from course.build.browser import assets
from course.build.npm import NotToBeHad
from course.build.site import axe
from course.build.site.parts import PageError
from course.build.site.plan import Site, plan
from course.build.site.values import Values
from course.outline import load
from course.start import products
from course.start.console import Trouble, console_for
from course.start.logged import run
from course.start.places import Places, this_clone

FOLDER = "site"
# The theme's advertisement of its successor's absence of plugins; the settings keep to bundled ones.
QUIET = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}


def main(argv: list[str], verb: str = "site") -> int:
    """0: built, 1: a page is at fault, 2: misuse, 3: axe-core or Chromium is missing."""
    parser = argparse.ArgumentParser(prog=f"python -m course {verb}", description=__doc__)
    parser.add_argument("--axe", action="store_true", help="look at every page with axe-core in Chromium, some minutes")
    parser.add_argument(
        "--part", metavar="N/OF", type=_part, default=(1, 1), help="with --axe: these pages alone, such as 2/4"
    )
    parser.add_argument("--serve", type=int, metavar="PORT", nargs="?", const=8800, help="show it on 127.0.0.1")
    parser.add_argument("--out", type=Path, help="another folder than build/site")
    options = parser.parse_args(argv)
    places = this_clone()
    out = (options.out or places.build / FOLDER).resolve()
    try:
        for product in (products.DATA, products.MODEL):
            products.ensure(product, places, console_for(sys.stderr))
        pages = build(places, out, Values(places.build / "model", places.build / "data"))
    except (PageError, Trouble) as trouble:
        print(trouble if isinstance(trouble, Trouble) else f"error: {trouble}", file=sys.stderr)
        return 1
    print(f"{pages} pages. Open {places.named(out / 'html' / 'index.html')} in a browser; it needs no server.")
    if assets.fetched(places.build / assets.CACHE):
        size = assets.lay(places.root, places.build / assets.CACHE, out / "html")
        print(
            f"Python for exercise 1 lies beside them, {size / 1e6:.0f} MB; that page needs a server, such as --serve."
        )
    code = accessible(out / "html", places.build / "axe", options.part) if options.axe else 0
    if options.serve is not None:
        _serve(out / "html", options.serve)
    return code


def _part(text: str) -> tuple[int, int]:
    number, _, of = text.partition("/")
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise argparse.ArgumentTypeError(f"{text!r} is no part; the second of four is 2/4")
    return int(number), int(of)


def accessible(html: Path, cache: Path, part: tuple[int, int] = (1, 1)) -> int:
    """Look at every page, or at every page of a part, and print what is serious or critical."""
    try:
        script, program = axe.axe_core(cache), axe.chromium()
    except NotToBeHad as missing:
        print(f"error: {missing}\ntry: python -m course site --axe", file=sys.stderr)
        return 3
    number, of = part
    pages = axe.pages_of(html)[number - 1 :: of]
    with console_for(sys.stderr).step("axe", f"looking at {len(pages)} pages") as step:
        looked = axe.look(
            html, pages, script, program, lambda left, found: step.doing(f"{left} looks left, {found} findings")
        )
        step.done(f"{len(pages)} pages in light and dark, {' and '.join(map(str, axe.WIDTHS))} px")
    for said in (*looked.findings, *looked.elsewhere, *looked.errors):
        print(said)
    print(f"{len(looked.findings)} serious or critical findings, {len(looked.elsewhere)} requests to other places.")
    return 1 if looked.findings or looked.elsewhere or looked.errors else 0


def build(places: Places, out: Path, values: Values) -> int:
    """Lay out all pages and build them strictly; the number of pages. Raises PageError or Trouble."""
    site = plan(places.root, load())
    for name in ("pages", "html"):
        shutil.rmtree(out / name, ignore_errors=True)
    site.write(out / "pages", values)
    (out / "mkdocs.yml").write_text(_config(places.root, site), encoding="utf-8")
    with console_for(sys.stderr).step("site", "building") as step:
        argv = [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--strict",
            "-q",
            "-f",
            str(out / "mkdocs.yml"),
            "-d",
            str(out / "html"),
        ]
        done = run(argv, step, log=places.logs / "site.log", cwd=places.root, env=places.surroundings() | QUIET)
        if done.code != 0:
            raise Trouble(
                f"The site could not be built:\n{done.tail}", f"all that was said: {places.named(done.log)}", code=1
            )
        count = sum(path.suffix == ".md" for path in site.pages)
        step.done(f"{count} pages")
    return count


def _config(root: Path, site: Site) -> str:
    """The settings of docs/mkdocs.yml, with what is known only now."""
    own = {
        "INHERIT": str(root / "docs" / "mkdocs.yml"),
        "docs_dir": "pages",
        "nav": site.nav,
        "hooks": [str(root / "docs" / "hooks" / "accessible.py")],
        "markdown_extensions": _extensions(root),
    }
    return yaml.safe_dump(own, sort_keys=False, allow_unicode=True)


def _extensions(root: Path) -> list[object]:
    """A list is replaced by INHERIT, not joined; code is included from the repository, by region."""
    listed = yaml.safe_load((root / "docs" / "mkdocs.yml").read_text(encoding="utf-8"))["markdown_extensions"]
    return [*listed, {"pymdownx.snippets": {"base_path": [str(root)], "check_paths": True, "dedent_subsections": True}}]


def _serve(folder: Path, port: int) -> None:
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        try:
            print(f"http://127.0.0.1:{server.server_address[1]}/  (Ctrl-C ends it)", flush=True)
            server.serve_forever()
        except KeyboardInterrupt:
            os.write(1, b"\n")
