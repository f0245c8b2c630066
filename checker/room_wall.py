"""The wall of a room: a page for the screen in front. Words and numbers, no script, no code, no name of anybody."""

from __future__ import annotations

import html

from checker.room_state import Stop, Wall

EVERY_SECONDS = 10
STYLE = """
:root{color-scheme:light dark;--paper:#fbfcfc;--card:#fff;--ink:#16242a;--soft:#4c5f66;--line:#d5dfe1;--accent:#00695c;
  --bar:#3fae9f;--warn:#f9cdb4;--warn-ink:#7c2a00}
@media (prefers-color-scheme:dark){:root{--paper:#10181b;--card:#172226;--ink:#e4edef;--soft:#a3b5bb;--line:#2f3f45;
  --accent:#6fd3c4;--bar:#1d8174;--warn:#63290d;--warn-ink:#ffcdb2}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);
  font:clamp(16px,1.45vw,26px)/1.4 system-ui,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:74rem;margin:0 auto;padding:1.2em clamp(1rem,3vw,3rem)}
h1{font-size:1.5em;margin:0}h2{font-size:1.15em;margin:1.4em 0 .4em}a{color:var(--accent)}
.top{display:flex;flex-wrap:wrap;gap:.3em 1.5em;align-items:baseline;justify-content:space-between}
.soft{color:var(--soft)}.big{font-size:2.6em;font-weight:700;line-height:1}
.numbers{display:flex;gap:2.5em;margin:1em 0;padding:0;list-style:none}.numbers b{display:block}
.shared{background:var(--warn);color:var(--warn-ink);border-radius:.4em;padding:.7em 1em;margin:.8em 0}
.shared b{font-size:1.25em}
table{border-collapse:collapse;width:100%;background:var(--card);border:1px solid var(--line)}
caption{text-align:left;color:var(--soft);padding:.3em 0}
th,td{text-align:left;padding:.4em .7em;border-top:1px solid var(--line);vertical-align:top}
td.n,th.n{text-align:right;white-space:nowrap}th[scope=row]{white-space:nowrap}
.bar{display:block;height:.55em;background:var(--bar);border-radius:.2em;margin-top:.35em;min-width:.3em}
@media (max-width:40rem){th[scope=row]{white-space:normal}.wide{display:none}}
"""


def wall_page(wall: Wall, stuck_minutes: int, *, still: bool = False) -> str:
    """The page as it is now; `still` is the one that does not load itself again."""
    again = "" if still else f'<meta http-equiv="refresh" content="{EVERY_SECONDS}">'
    other = '<a href="/">Load again by itself</a>' if still else '<a href="/?still">Hold still</a>'
    shared = "".join(_shared(stop, wall.people) for stop in wall.shared)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>The room</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{again}<style>{STYLE}</style></head>'
        f'<body><main><div class="top"><h1>The room</h1><span class="soft">{other}</span></div>'
        f"{_numbers(wall)}{shared}{_stops(wall)}{_stuck(wall, stuck_minutes)}</main></body></html>\n"
    )


def _numbers(wall: Wall) -> str:
    stopped = sum(stop.people for stop in wall.stops)
    pairs = ((wall.people, "in the room"), (wall.done, "done with theirs"), (stopped, "at a check"))
    return "<ul class='numbers'>" + "".join(f'<li><b class="big">{n}</b>{said}</li>' for n, said in pairs) + "</ul>"


def _shared(stop: Stop, people: int) -> str:
    return (
        f'<p class="shared"><b>{html.escape(stop.check.name)} stops {stop.people} of {people}.</b><br>'
        f"{html.escape(stop.check.title)} Stop, and show it to all.</p>"
    )


def _stops(wall: Wall) -> str:
    if not wall.stops:
        return "<p>No check stops anybody.</p>" if wall.people else "<p>Nobody has checked anything yet.</p>"
    rows = "".join(_stop_row(stop, wall.people) for stop in wall.stops)
    return (
        "<h2>Which check stops how many</h2><table><thead><tr>"
        '<th scope="col">Check</th><th scope="col" class="wide">What it asks</th>'
        '<th scope="col" class="n">People</th><th scope="col" class="n">Longest</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _stop_row(stop: Stop, people: int) -> str:
    width = 100 * stop.people / people
    return (
        f'<tr><th scope="row">{html.escape(stop.check.name)}</th><td class="wide">{html.escape(stop.check.title)}'
        f'<span class="bar" style="width:{width:.0f}%"></span></td>'
        f'<td class="n">{stop.people}</td><td class="n">{stop.longest} min</td></tr>'
    )


def _stuck(wall: Wall, minutes: int) -> str:
    if not wall.stuck:
        return ""
    items = "".join(
        f'<tr><th scope="row">{html.escape(one.name)}</th><td>{html.escape(one.check.name)}</td>'
        f'<td class="n">{one.minutes} min</td></tr>'
        for one in wall.stuck[:12]
    )
    left = len(wall.stuck) - 12
    more = f'<p class="soft">and {left} more</p>' if left > 0 else ""
    return (
        f"<h2>At the same check for {minutes} minutes or more</h2><table><caption>Names are made up; "
        "everybody sees their own with <code>checker room</code>.</caption><thead><tr>"
        '<th scope="col">Who</th><th scope="col">Check</th><th scope="col" class="n">For</th></tr></thead>'
        f"<tbody>{items}</tbody></table>{more}"
    )
