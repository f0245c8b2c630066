"""jsonschema without the formats that no schema here asks for: one of them builds a grammar, which takes a second."""

from __future__ import annotations

import sys
from functools import cache
from types import ModuleType

FORMAT_PACKAGES = ("rfc3987_syntax", "rfc3987", "isoduration", "webcolors", "jsonpointer", "uri_template", "fqdn")


@cache
def jsonschema() -> ModuleType:
    """The module, imported at its first use and without those packages."""
    hidden = [name for name in FORMAT_PACKAGES if name not in sys.modules]
    # None in sys.modules makes an import fail, and jsonschema goes on without that format.
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        import jsonschema as module
    finally:
        for name in hidden:
            del sys.modules[name]
    return module
