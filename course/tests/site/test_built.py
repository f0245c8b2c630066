"""The built site: strict, whole within three clicks, asks no other host, readable without seeing."""

from __future__ import annotations

import re
from collections import deque
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

# The site is built in the first test of a worker, on a machine that may do much else.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
LOADS = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
}
MAX_CLICKS = 3


class Page(HTMLParser):
    """What a test asks of one page: links, what it loads, headings, pictures, language."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.headings: list[int] = []
        self.pictures: list[str | None] = []
        self.language = ""
        self.places: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.places |= {str(given[name]) for name in ("id", "name") if given.get(name)}
        if tag == "html":
            self.language = given.get("lang") or ""
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        if (
            tag in LOADS
            and given.get(LOADS[tag])
            and not (tag == "link" and given.get("rel") in ("canonical", "next", "prev"))
        ):
            self.loads.append(str(given[LOADS[tag]]))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img":
            self.pictures.append(given.get("alt"))


@pytest.fixture(scope="module")
def pages(html: Path) -> dict[str, Page]:
    return {path.relative_to(html).as_posix(): Page(path) for path in sorted(html.rglob("*.html"))}


def test_nothing_is_loaded_from_another_host(html, pages):
    foreign = [(name, url) for name, page in pages.items() for url in page.loads if re.match(r"(?:[a-z]+:)?//", url)]
    styles = [
        (path.name, url)
        for path in html.rglob("*.css")
        for url in re.findall(r"url\(\s*['\"]?((?:https?:)?//[^'\")]+)", path.read_text(encoding="utf-8"))
    ]

    assert foreign + styles == []


def test_every_page_is_within_three_clicks_of_the_start(pages):
    clicks = {"index.html": 0}
    waiting = deque(clicks)
    while waiting:
        name = waiting.popleft()
        for link in pages[name].links:
            path = unquote(urldefrag(link)[0])
            if not path or re.match(r"[a-z]+:", path):
                continue
            target = (Path(name).parent / path).as_posix()
            target = re.sub(r"[^/]+/\.\./", "", target)
            while "/../" in f"/{target}":
                target = re.sub(r"(?:^|(?<=/))[^/]+/\.\./", "", target)
            if target in pages and target not in clicks:
                clicks[target] = clicks[name] + 1
                waiting.append(target)

    far = {name: clicks.get(name) for name in pages if clicks.get(name, 99) > MAX_CLICKS and name != "404.html"}
    assert far == {}


def test_every_link_leads_to_a_page_and_a_place_that_are_there(html, pages):
    lost = []
    for name, page in pages.items():
        for link in page.links if name != "404.html" else ():
            path, place = urldefrag(link)
            if re.match(r"[a-z]+:|//", path):
                continue
            target = (html / name).parent / unquote(path) if path else html / name
            there = target.is_file() or (target / "index.html").is_file()
            known = pages.get(target.resolve().relative_to(html.resolve()).as_posix()) if there else None
            if not there or (place and known and unquote(place) not in known.places):
                lost.append(f"{name}: {link}")

    assert lost == []


def test_headings_begin_with_one_title_and_skip_no_level(pages):
    faults = {}
    for name, page in pages.items():
        own = page.headings
        if name != "404.html" and (own.count(1) != 1 or any(b - a > 1 for a, b in pairwise(own))):
            faults[name] = own

    assert faults == {}


def test_every_picture_says_what_it_shows_and_every_page_its_language(pages):
    silent = [name for name, page in pages.items() if any(not alt for alt in page.pictures)]

    assert (silent, {page.language for page in pages.values()}) == ([], {"en"})


def test_the_search_knows_what_a_page_says(html):
    index = (html / "search" / "search_index.js").read_text(encoding="utf-8")

    assert "dated facts" in index.lower() and "checker unblock" in index


def test_no_name_is_escaped_twice(html):
    twice = [path.name for path in html.rglob("*.html") if "&amp;amp;" in path.read_text(encoding="utf-8")]

    assert twice == []


def test_no_fence_is_shown_as_text(html):
    shown = [path.name for path in html.rglob("*.html") if "<p>```" in path.read_text(encoding="utf-8")]

    assert shown == []


def test_a_heading_is_read_without_the_sign_of_its_link(html):
    for path in html.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert text.count('class="headerlink"') == text.count('<a aria-hidden="true" tabindex="-1" class="headerlink"')


def test_every_list_of_the_navigation_has_a_name(html):
    """Also where a section has a page of its own, and the theme's switch beside it is a sign without words."""
    for path in html.rglob("*.html"):
        text = "" if path.name == "404.html" else path.read_text(encoding="utf-8")
        for label in re.findall(r'<nav class="md-nav"[^>]* aria-labelledby="(\w+)"', text):
            words = re.search(rf'id="{label}"[^>]*>(.*?)</label>', text, re.DOTALL)
            assert words and re.sub(r"<[^>]+>", "", words[1]).strip(), (path.name, label)


def test_code_out_of_a_class_begins_at_the_edge(html):
    """A region is shown without the indentation that it has in its file."""
    text = (html / "service" / "lifecycle.html").read_text(encoding="utf-8")

    beginnings = [re.sub(r"<[^>]+>", "", one)[:3] for one in re.findall(r"<pre>(.*?)</pre>", text, re.DOTALL)]
    assert beginnings == ["def", "def"]


def test_a_long_name_in_a_table_may_break_behind_a_sign(html):
    text = (html / "service" / "prediction-log.html").read_text(encoding="utf-8")

    assert "<code>MOVIE_<wbr>SERVICE_<wbr>PREDICTION_<wbr>LOG=<wbr>required</code>" in text
    assert "<code>MOVIE_SERVICE_PSEUDONYM_KEY_FILE</code>" in text
