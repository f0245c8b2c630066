"""axe-core over the built site in Chromium: every page in light and in dark, as wide as a desk and as a phone.

axe-core comes from npm and Chromium from the system; neither is part of the environment.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal

from course.build.npm import NotToBeHad, packed

AXE = "4.14.1"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
WIDTHS = (1280, 390)
HEIGHT = 900
# The scheme of the theme that a reader gets who wants light or dark.
Scheme = Literal["light", "dark"]
SCHEMES: dict[Scheme, str] = {"light": "default", "dark": "slate"}
# Colors change nothing else than these; all other rules are asked in light.
COLOR_RULES = ("color-contrast", "link-in-text-block")
TABS = 3
PATIENCE_MS = 300_000
# The resolver rule is a second lock: whatever a page asks for cannot leave this machine.
CHROMIUM = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
ASK = """async rules => {
  const still = document.createElement("style");
  still.textContent = "*,*::before,*::after{transition:none!important;animation:none!important}";
  document.head.append(still);
  // What scripts do when they see the first layout is done two frames later; a tab that is not painted has no frames.
  const frame = () => new Promise(next => requestAnimationFrame(next));
  await Promise.race([frame().then(frame), new Promise(next => setTimeout(next, 5000))]);
  const only = rules ? {runOnly: {type: "rule", values: rules}} : {};
  const said = await axe.run(document, {...only, resultTypes: ["violations"]});
  const found = said.violations.filter(one => ["serious", "critical"].includes(one.impact)).flatMap(one =>
    one.nodes.map(node => [one.id, node.target.join(" "), node.failureSummary.split("\\n").at(-1).trim()]));
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide > 0) found.push(["page-scrolls-sideways", "html", `It is ${wide} pixels wider than the window.`]);
  return {scheme: document.body.dataset.mdColorScheme, found};
}"""


@dataclass(frozen=True, order=True)
class Finding:
    """One serious or critical fault of one page, with how the page was looked at."""

    page: str
    rule: str
    where: str
    says: str
    seen_in: str

    def __str__(self) -> str:
        return f"{self.page}: {self.rule} at {self.where} ({self.seen_in}). {self.says}"


@dataclass(frozen=True)
class Looked:
    """What came of looking at pages: faults, and every address that was asked for and is no file of the site."""

    findings: tuple[Finding, ...]
    elsewhere: tuple[str, ...]
    errors: tuple[str, ...]


def chromium() -> str:
    """Raises NotToBeHad."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise NotToBeHad("Chromium is not on the PATH. On Debian: apt-get install chromium")
    return program


def axe_core(cache: Path) -> Path:
    """The script, fetched once by npm into a folder and compared with its digest. Raises NotToBeHad."""
    path = cache / f"axe-core-{AXE}.js"
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            _fetched(Path(folder)).replace(path)
    if hashlib.sha256(path.read_bytes()).hexdigest() != AXE_SHA256:
        path.unlink()
        raise NotToBeHad(f"axe-core {AXE} is not the file that this course knows; it was removed again.")
    return path


def _fetched(folder: Path) -> Path:
    with tarfile.open(packed("axe-core", AXE, folder)) as archive:
        script = archive.extractfile("package/axe.min.js")
        assert script is not None
        (folder / "axe.js").write_bytes(script.read())
    return folder / "axe.js"


def pages_of(html: Path) -> list[str]:
    """Every page of a built site by its path, but for the one that a server shows where there is none.

    That one names its style from the server's root, so from the disk it is bare.
    """
    found = (path.relative_to(html).as_posix() for path in html.rglob("*.html"))
    return sorted(page for page in found if page != "404.html")


def look(
    html: Path,
    pages: Iterable[str],
    axe: Path,
    program: str,
    told: Callable[[int, int], None] = lambda left, found: None,
) -> Looked:
    """Ask axe about pages of the built site, several at once, opened from the disk.

    `told` hears, page after page, how many looks are left and how many findings there are.
    """
    return asyncio.run(_look(html, sorted(pages), axe.read_text(encoding="utf-8"), program, told))


async def _look(html: Path, pages: list[str], axe: str, program: str, told: Callable[[int, int], None]) -> Looked:
    from playwright.async_api import async_playwright

    findings: list[Finding] = []
    asked: list[str] = []
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(CHROMIUM), timeout=PATIENCE_MS)

        async def tab(queue: list[tuple[str, Scheme]]) -> None:
            while queue:
                page, scheme = queue.pop()
                context = await browser.new_context(color_scheme=scheme, reduced_motion="reduce")
                context.set_default_timeout(PATIENCE_MS)
                context.on("request", lambda request: asked.append(request.url))
                context.on(
                    "weberror", lambda error: errors.append(f"{error.page.url if error.page else '?'}: {error.error}")
                )
                findings.extend(await _page(await context.new_page(), html, page, scheme, axe))
                await context.close()
                told(len(queue), len(set(findings)))

        queue = [(page, scheme) for page in pages for scheme in SCHEMES]
        await asyncio.gather(*(tab(queue) for _ in range(TABS)))
        await browser.close()
    here = html.resolve().as_uri()
    elsewhere = {url for url in asked if not url.startswith((here, "data:", "blob:"))}
    return Looked(tuple(sorted(set(findings))), tuple(sorted(elsewhere)), tuple(sorted(set(errors))))


async def _page(tab: Any, html: Path, page: str, scheme: Scheme, axe: str) -> list[Finding]:
    """One page in one scheme, opened anew at each width."""
    found: list[Finding] = []
    for width in WIDTHS:
        await tab.set_viewport_size({"width": width, "height": HEIGHT})
        await tab.goto((html / page).resolve().as_uri())
        await tab.evaluate(axe)
        said = await tab.evaluate(ASK, list(COLOR_RULES) if scheme == "dark" else None)
        faults = said["found"]
        if said["scheme"] != SCHEMES[scheme]:
            faults.append(["page-in-another-scheme", "body", f"It is shown in {said['scheme']!r}."])
        found += [Finding(page, rule, where, says, f"{scheme}, {width} px") for rule, where, says in faults]
    return found


class _Kinds(HTMLParser):
    """The kinds of elements that a page holds: each tag with its classes, below the tag with its classes above it."""

    VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.kinds: set[str] = set()
        self._open: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        own = f"{tag}.{'.'.join(sorted((given.get('class') or '').split()))}"
        self.kinds.add(f"{self._open[-1][1] if self._open else ''} > {own}")
        if tag not in self.VOID:
            self._open.append((tag, own))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass


def covering(html: Path, pages: Sequence[str]) -> list[str]:
    """Few pages that hold together every kind of element that any page holds: a sample that leaves no kind out."""
    kinds = {page: _Kinds((html / page).read_text(encoding="utf-8")).kinds for page in pages}
    left = set().union(*kinds.values())
    chosen: list[str] = []
    while left:
        best = max(sorted(kinds), key=lambda page: len(kinds[page] & left))
        chosen.append(best)
        left -= kinds.pop(best)
    return chosen
