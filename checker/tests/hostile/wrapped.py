"""python -m checker.tests.hostile.wrapped: run the corpus in bubblewrap; prints which attacks succeed, as JSON."""

from __future__ import annotations

import json

from checker.tests.hostile.attacks import corpus
from checker.tests.hostile.disposable import hits_at

if __name__ == "__main__":
    print(json.dumps({"bubblewrap": hits_at("bubblewrap", corpus())}))
