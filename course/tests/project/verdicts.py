"""What a check of the final project says of what it is given."""

from __future__ import annotations

from typing import Any

import pytest

from checker.errors import Verdict


def said(check: Any, *given: Any) -> Any:
    """The verdict that the check ends with."""
    with pytest.raises(Verdict) as verdict:
        check(*given)
    return verdict.value
