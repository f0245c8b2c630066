"""A headless Chromium that notes every request and every error of a page, and reads JupyterLab as a person does."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium")
# The resolver rule is a second lock: whatever the settings miss cannot leave this machine.
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
# Loading JupyterLab and a kernel's first import take their time on a busy machine; a wait ends when it is true.
PATIENCE_MS = 120_000


@dataclass
class Seen:
    """What a context asked for and what went wrong in its pages."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: self.requests.append(socket.url)))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def elsewhere(self) -> list[str]:
        """Requests to any host but this machine's loopback address; data: and blob: ask nobody."""
        parts = [(url, urlsplit(url)) for url in self.requests]
        return [url for url, part in parts if part.scheme not in {"data", "blob"} and part.hostname != "127.0.0.1"]


@contextlib.contextmanager
def chromium(
    profile: Path, seen: Seen, *, width: int = 1280, height: int = 900, javascript: bool = True
) -> Iterator[BrowserContext]:
    """A browser with a fresh profile."""
    assert CHROMIUM
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            args=list(QUIET),
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
        )
        context.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        seen.watch(context)
        try:
            yield context
        finally:
            context.close()


@dataclass(frozen=True)
class Notebook:
    """The notebook in front in a page of JupyterLab."""

    page: Page

    @classmethod
    def opened(cls, page: Page, path: str) -> Notebook:
        """Open a notebook of work/ alone in Lab, as a link to it does."""
        page.goto(f"{page.url.partition('/lab')[0]}/lab/tree/{path}?reset")
        return cls(page).ready()

    @property
    def panel(self) -> Locator:
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def ready(self) -> Notebook:
        """Wait until the kernel answers: a cell that is run before that is lost without a word."""
        bar = self.page.locator("#jp-main-statusbar")
        expect(bar).to_contain_text("Python 3 (ipykernel) | Idle")
        return self

    def cell(self, source: str) -> Locator:
        """The code cell that begins so."""
        editor = self.page.locator(".cm-content").filter(has_text=re.compile(f"^{re.escape(source)}"))
        return self.panel.locator(".jp-CodeCell").filter(has=editor)

    def run(self, source: str) -> Locator:
        """Run a cell with Shift+Enter, as the course says, and return what it shows."""
        cell = self.cell(source)
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")
        expect(prompt).not_to_have_text(before)
        expect(prompt).to_have_text(re.compile(r"^\[\d+\]:$"))
        return cell.locator(".jp-OutputArea-output")

    def validated(self) -> str:
        """What nbgrader's own button says about the notebook as it is saved."""
        self.page.get_by_role("button", name="Validate").click()
        message = self.page.locator("#validation-message")
        message.wait_for(timeout=2 * PATIENCE_MS)
        said = message.inner_text().strip()
        self.page.get_by_role("button", name="Ok", exact=True).click()
        message.wait_for(state="detached")
        return said
