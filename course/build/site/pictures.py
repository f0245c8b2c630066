"""Drawn while the site is built: `{{picture:rollout}}` from the diagrams of the slides, `{{bench:peers}}` from rows."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from course.benchmarks import graphs, published
from course.benchmarks.report import Row
from course.build import charts
from course.build.charts import Bar, Chart
from course.build.schedule import RECOMMENDED
from course.build.slides import html, look
from course.build.slides.geometry import AROUND, Drawn, draw
from course.build.slides.grid import TooBig
from course.build.slides.model import DeckError, Picture
from course.build.slides.picture import read_picture
from course.build.slides.svg import as_variable, svg
from course.build.slides.values import Values, load_values
from course.start.places import this_clone

STYLES = "assets/charts.css"
# Words of a picture have the place that these letters take, and a reader may not have them.
FONTS = {400: "inter/inter-latin-400-normal.woff2", 700: "inter/inter-latin-700-normal.woff2"}
# A page gives a picture less room than a slide does: so wide, and so much for each row of shapes.
ROOM, ROW = 900.0, 132.0


def pages() -> dict[Path, Path | str]:
    """The styles of the charts, by path in the site."""
    fonts = "".join(html.face("Picture", weight, "normal", path) for weight, path in FONTS.items())
    return {Path(STYLES): fonts + charts.styles()}


def bench(name: str) -> str:
    """A picture of the benchmark. Raises KeyError for a name that it does not draw."""
    chart = graphs.chart(name, _published())
    if chart is None:
        missing = [row for row in graphs.PICTURES[name][0] if row not in _published()]
        return f"<p>Not drawn: nobody has published a measurement of {', '.join(missing)} yet.</p>"
    return charts.figure(chart)


def diagram(name: str) -> str:
    """A diagram of the slides, in their look. Raises KeyError for a name without a file, DeckError for a bad one."""
    root = this_clone().root
    path = root / "slides" / "diagrams" / f"{name}.yaml"
    if not path.is_file():
        raise KeyError(name)
    picture = read_picture(path, lambda text: _values().filled(text, path.name)[0])
    if picture.bars:
        return f'<div class="read"><div class="chart">{charts.svg(_chart(picture))}</div></div>'
    # Its arrowheads have names; a page that shows it twice would be told apart by nobody.
    drawn = svg(_laid_out(picture), picture.alt, picture.name, as_variable)
    return f'<div class="read"><div class="picture">{drawn}</div></div>'


def _chart(picture: Picture) -> Chart:
    """Bars are as wide as the page, and so can be read on a phone."""
    bars = (Bar(one.label, one.value, one.value, one.value, one.kind == "main", text=one.text) for one in picture.bars)
    return Chart(picture.name, picture.alt, "", tuple(bars), "", "")


def _laid_out(picture: Picture) -> Drawn:
    """At the largest step of size at which its words fit."""
    ways = {edge.way for edge in picture.edges} - {"straight"}
    high = picture.rows * ROW + AROUND * len(ways)
    for step in look.STEPS[look.STEPS.index(1.0) :]:
        try:
            return draw(picture, step, ROOM, high)
        except TooBig as error:
            reason = str(error)
    raise DeckError(f"slides/diagrams/{picture.name}.yaml: on a page {reason}")


@lru_cache(maxsize=1)
def _published() -> dict[str, Row]:
    return published.rows()


@lru_cache(maxsize=1)
def _values() -> Values:
    return load_values(this_clone().root, RECOMMENDED)
