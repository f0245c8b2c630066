"""Draws rows of the report as one page without a request to anybody: HTML with SVG in it. Given.

It stands in for a dashboard of Amazon Quick Sight, which would draw the same queries from Athena.
"""

from html import escape

WIDTH, HEIGHT, EDGE = 760, 190, 46
STYLE = """body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 800px; color: #1b1b1b }
svg { width: 100%; height: auto } text { font-size: 12px; fill: #444 }
.line { fill: none; stroke: #0b5fa5; stroke-width: 2.5 } .grid { stroke: #d5d5d5 }"""
TITLES = {
    "p95_ms": "Nineteen of twenty requests wait at most this long (ms)",
    "mean_score": "Mean score",
    "like_share": "Share of predictions that say: likes it",
}


def html(found):
    """One plot for each column of numbers. `found` maps the name of a query to its rows."""
    plots = [plot(rows, column) for rows in found.values() if rows for column in rows[0] if column != "dt"]
    body = "\n".join(plots) or "<p>No query gave rows.</p>"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Predictions of November 2026</title>\n'
        f"<style>{STYLE}</style></head>\n<body><h1>Predictions of November 2026</h1>\n{body}\n</body></html>\n"
    )


def plot(rows, column):
    """One column over the days, as a line from zero."""
    points = [(str(row["dt"]), number(row[column])) for row in rows if row.get("dt")]
    points = sorted(point for point in points if point[1] is not None)
    title = escape(TITLES.get(column, column))
    if len(points) < 2:
        return f"<h2>{title}</h2><p>Nothing to draw.</p>"
    top = max(value for _, value in points) or 1.0
    step = (WIDTH - 2 * EDGE) / (len(points) - 1)
    places = [(EDGE + n * step, HEIGHT - 30 - (HEIGHT - 50) * value / top) for n, (_, value) in enumerate(points)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    days = "".join(
        f'<text x="{places[n][0]:.0f}" y="{HEIGHT - 10}" text-anchor="middle">{escape(points[n][0][5:])}</text>'
        for n in range(0, len(points), 7)
    )
    low, high = points[0][0], points[-1][0]
    return f"""<h2>{title}</h2>
<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}, {low} to {high}, at most {top:.3g}">
<line class="grid" x1="{EDGE}" x2="{WIDTH - EDGE}" y1="20" y2="20"/>
<line class="grid" x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{HEIGHT - 30}" y2="{HEIGHT - 30}"/>
<text x="{EDGE - 6}" y="24" text-anchor="end">{top:.3g}</text>
<text x="{EDGE - 6}" y="{HEIGHT - 26}" text-anchor="end">0</text>
<polyline class="line" points="{line}"/>{days}</svg>"""


def number(text):
    """A value of Athena as a number, None when it is none."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return None
