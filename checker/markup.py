"""How things look in a notebook: one style sheet, and texts of trainees and authors made safe for HTML."""

from __future__ import annotations

import html
import re

# The class is named twice to weigh more than JupyterLab's own rules (fixed columns, text at the right, break-all).
# Grays are half transparent, so that they fit a light and a dark theme.
STYLE = """<style>
.checker{font:14px/1.45 system-ui,sans-serif;max-width:60rem;margin:.2em 0 .6em}
.checker.checker p{margin:.3em 0}.checker.checker code{padding:.05em .3em;font-size:.95em}
.checker.checker pre{margin:.2em 0;padding:.5em .8em;white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;
  font:13px/1.45 var(--jp-code-font-family,ui-monospace,monospace);border-left:3px solid #8888;background:#8881}
.checker.checker pre b{font-weight:600}
.checker.checker table{border-collapse:collapse;width:100%;table-layout:auto;margin:0}
.checker.checker table.narrow{width:auto}
.checker.checker caption{text-align:left;font-size:1.1em;font-weight:600;padding:.2em 0 .5em}
.checker caption span{float:right}
.checker.checker td,.checker.checker th{text-align:left;vertical-align:top;
  padding:.3em .6em;border-top:1px solid #8884;background:none}
.checker.checker thead th{border-top:0}
.checker th[scope=row]{white-space:nowrap;font-weight:600}
.checker .good{color:#1a7f37}.checker .lost{color:#b35900}.checker .bad{color:#c62828}.checker .rest{opacity:.7}
.checker.checker tr{background:none}
.checker.checker td.points{white-space:nowrap;text-align:right}
.checker.checker dl{display:grid;grid-template-columns:5.5em 1fr;margin:.3em 0 .1em;gap:.1em .6em}
.checker.checker dt,.checker.checker dd{float:none;width:auto;margin:0;text-align:left}
.checker dt{opacity:.7}.checker dd{overflow-wrap:anywhere}
.checker .question{border:1px solid #8884;border-radius:4px;padding:.4em .9em;margin:.5em 0}
.checker.checker .question>p:first-child{font-weight:600}
.checker.checker ul.options{list-style:none;margin:.4em 0;padding:0}
.checker.checker ul.options li{display:grid;grid-template-columns:1.4em 1.4em 1fr;padding:.15em 0}
.checker ul.options li::before{content:"\\25CB"}.checker ul.options li.chosen::before{content:"\\25CF"}
.checker ul.options li.chosen{font-weight:600}
.checker summary{cursor:pointer}
.checker progress{width:9em;margin-right:.8em;vertical-align:middle;accent-color:#1a7f37}
[data-jp-theme-light=false] .checker .good{color:#4cc46a}[data-jp-theme-light=false] .checker .lost{color:#f0a35e}
[data-jp-theme-light=false] .checker .bad{color:#ff8a80}
[data-jp-theme-light=false] .checker progress{accent-color:#4cc46a}
</style>"""


def framed(body: str) -> str:
    """A cell's output: the style travels with it, for a notebook is read in other places than this Lab, too."""
    return f'{STYLE}<div class="checker">{body}</div>'


def inline(text: str) -> str:
    """Escaped, with `code` between backticks shown as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def terminal(text: str) -> str:
    """What a terminal would show; the line with the command stands out."""
    first, line_end, rest = html.escape(text).partition("\n")
    return f"<pre>{f'<b>{first}</b>' if first.startswith('$ ') else first}{line_end}{rest}</pre>"
