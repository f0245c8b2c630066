"""What the theme's own HTML lacks for readers, and a script that it would fetch from another host."""

import re
from typing import Any

from mkdocs.plugins import event_priority

SHIM = "assets/iframe-worker-shim.js"
TWICE = re.compile(r'aria-label="[^"]*&amp;amp;[^"]*"')
# A long name in the narrow column of a phone breaks behind a sign, not within a word.
CELL = re.compile(r"<td[ >].*?</td>", re.DOTALL)
CODE = re.compile(r"(?<=<code>)[^<]+(?=</code>)")
SIGN = re.compile(r"(?<=\w)(?:[_/=:]|\.(?=[a-z]))(?=\w)")
# The switch of a section that has a page of its own is a sign without words, and its list takes its name from there.
SWITCH = re.compile(r'(id="(__nav_[\d_]+)_label"[^>]*>\s*<span class="md-nav__icon md-icon"></span>)(?=\s*</label>)')
TITLE = r'<label class="md-nav__title" for="{}">\s*<span class="md-nav__icon md-icon"></span>\s*(.*?)\s*</label>'
NAMES = (
    ('data-md-component="search" role="dialog"', 'data-md-component="search" role="dialog" aria-label="Search"'),
    (
        'class="md-nav md-nav--secondary" aria-label="Table of contents"',
        'class="md-nav md-nav--secondary" aria-label="On this page"',
    ),
    # Else each heading is read with its sign, and is one more stop for the Tab key; the table of contents has the link.
    ('<a class="headerlink"', '<a aria-hidden="true" tabindex="-1" class="headerlink"'),
)


@event_priority(-100)
def on_config(config: Any) -> Any:
    config.extra_javascript[:] = [SHIM if "iframe-worker" in str(one) else one for one in config.extra_javascript]
    return config


@event_priority(-100)
def on_post_page(output: str, **_: Any) -> str:
    for old, new in NAMES:
        output = output.replace(old, new)
    output = CELL.sub(lambda cell: CODE.sub(lambda code: SIGN.sub(r"\g<0><wbr>", code[0]), cell[0]), output)
    output = SWITCH.sub(lambda found: f'{found[1]}<span class="unseen">{_title(found[2], output)}</span>', output)
    # The theme escapes a title twice in the names of its links: Q&A would be read as "Q and amp A".
    return TWICE.sub(lambda found: found[0].replace("&amp;amp;", "&amp;"), output)


def _title(section: str, output: str) -> str:
    found = re.search(TITLE.format(section), output, re.DOTALL)
    assert found, f"The theme shows no title of {section}; look at docs/hooks/accessible.py."
    return found[1]
