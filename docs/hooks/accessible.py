"""What the theme's own HTML lacks for a screen reader, and a script that it would fetch from another host."""

from typing import Any

from mkdocs.plugins import event_priority

SHIM = "assets/iframe-worker-shim.js"
NAMES = (
    ('data-md-component="search" role="dialog"', 'data-md-component="search" role="dialog" aria-label="Search"'),
    (
        'class="md-nav md-nav--secondary" aria-label="Table of contents"',
        'class="md-nav md-nav--secondary" aria-label="On this page"',
    ),
)


@event_priority(-100)
def on_config(config: Any) -> Any:
    config.extra_javascript[:] = [SHIM if "iframe-worker" in str(one) else one for one in config.extra_javascript]
    return config


@event_priority(-100)
def on_post_page(output: str, **_: Any) -> str:
    for old, new in NAMES:
        output = output.replace(old, new)
    return output
