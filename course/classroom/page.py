"""README.html of a classroom's folder: what a trainee does with it, from a stick or over the room's network."""

from __future__ import annotations

import html
from pathlib import Path

from course.classroom.folder import Listed, mega

# Where the served page shows the line with its address.
HERE = "<!-- over the network -->"
UNPACK = "mkdir ~/course && tar xzf {pack} -C ~/course --strip-components 1 && cd ~/course"
FROM_FOLDER = f'export COURSE_CLASSROOM="$PWD" && {UNPACK.format(pack="pack.tar.gz")} && python3 start.py'  # fmt: skip
STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;"
    "background:#fff}pre{background:#eef3f3;padding:.8rem;white-space:pre-wrap;overflow-wrap:anywhere}"
    "td,th{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}td:not(:last-child){white-space:nowrap}"
    "a{color:#00594f}"
)


def line(url: str) -> str:
    """What a trainee types to get course and environment from a server. The folder of before is left alone."""
    return (
        f"curl -fsS -o ~/pack.tar.gz {url}/pack.tar.gz && {UNPACK.format(pack='~/pack.tar.gz')} "
        f"&& COURSE_CLASSROOM={url} python3 start.py"
    )


def served(text: str, url: str) -> str:
    """The page as a server shows it: with the line that has its address."""
    told = f"<h2>Over this network</h2>\n<p>In a terminal:</p>\n<pre>{html.escape(line(url))}</pre>"
    return text.replace(HERE, told)


def readme(listed: Listed, folder: Path) -> str:
    """The page as it lies in the folder."""
    rows = "".join(
        f"<tr><td>{one.platform}</td><td>{one.python}</td><td>{one.packages}</td><td>{mega(one.bytes)}</td>"
        f"<td>{html.escape(', '.join(one.missing)) or 'nothing'}</td></tr>\n"
        for one in listed.targets
    )
    titles = (("site", "The pages of the course"), ("slides", "The slides"))
    reads = "".join(
        f'<li><a href="{name}/index.html">{title}</a></li>\n'
        for name, title in titles
        if (folder / name / "index.html").is_file()
    )
    to_read = f"<h2>To read</h2>\n<ul>\n{reads}</ul>" if reads else ""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="icon" href="data:,"><title>The course without the internet</title><style>{STYLE}</style></head><body><main>
<h1>The course without the internet</h1>
<p>Everything that the exercises need lies in this folder, but for Python itself: 3.11 or newer, one of the table below.
On Windows work in WSL; on a Mac LightGBM needs libomp.</p>
{HERE}
<h2>From this folder</h2>
<p>Open a terminal in this folder, on the stick or in your copy of it:</p>
<pre>{html.escape(FROM_FOLDER)}</pre>
<p>In WSL a stick is mounted first, here as drive E:
<code>sudo mkdir -p /mnt/e &amp;&amp; sudo mount -t drvfs E: /mnt/e</code></p>
<p>The course is then in <code>~/course</code>; the folder or stick is needed no more.
If <code>~/course</code> is there already, the line stops and changes nothing.</p>
<h2>For which machines</h2>
<table><thead><tr><th>Machine</th><th>Python</th><th>Packages</th><th>Size</th><th>Lacks</th></tr></thead>
<tbody>
{rows}</tbody></table>
{to_read}
</main></body></html>
"""
