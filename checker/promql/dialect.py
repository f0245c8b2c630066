"""In which way versions of Prometheus compute the same query differently.

Two changes matter for rates, and one for shares of buckets. All are in Prometheus' changelog:

- Since 3.0.0 (pull request 13904) ranges and the look-back are open to the left. A sample that lies exactly on the
  left edge is no longer part of `[5m]`: a minute's scrapes put five samples into it, six before.
- Since 2.51.0 (pull request 13725) a rate that begins inside its range is extended by half a sample's distance at
  most, also when the counter would have been zero later than that.
- histogram_fraction() gave nothing for buckets with a label `le`. Since 3.4.0 it computes their share (pull request
  16095), since 3.8.0 also where the share begins in the lowest bucket (17424). The versions between these two are
  taken here as those before.

A check evaluates in the way of today's version, CURRENT. Debian 12 has 2.42, which knows neither change, and the
live test compares in the way of whatever version it finds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LEFT_OPEN_SINCE = (3, 0)
HALF_INTERVAL_SINCE = (2, 51)
FRACTIONS_SINCE = (3, 8)


@dataclass(frozen=True)
class Dialect:
    """How one version computes."""

    # Is a sample on the left edge of a range outside of it?
    left_open: bool = True
    # Is the start of a series looked for within half a sample's distance only?
    half_interval: bool = True
    # Does histogram_fraction() read buckets with a label `le`?
    fractions: bool = True


CURRENT = Dialect()


def dialect_of(version: str) -> Dialect:
    """The way of a version such as `2.42.0+ds`."""
    found = re.match(r"v?(\d+)\.(\d+)", version)
    if not found:
        raise ValueError(f"{version!r} is no version of Prometheus.")
    number = (int(found[1]), int(found[2]))
    return Dialect(
        left_open=number >= LEFT_OPEN_SINCE,
        half_interval=number >= HALF_INTERVAL_SINCE,
        fractions=number >= FRACTIONS_SINCE,
    )
