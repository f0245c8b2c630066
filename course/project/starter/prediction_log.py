"""Keeps what was answered: one line of JSON per answer, in a file that all processes share."""

import json
import os
import time

# BEGIN SOLUTION 4
PATH = os.environ.get("PREDICTION_LOG", "predictions.jsonl")
_waiting = []


def record(request_id, model_version, answer):
    """app.py calls this before it answers."""
    # TODO 4: what was answered is in the file, whatever happens to this process a moment later.
    _waiting.append({"request_id": request_id, "model_version": model_version, "time": time.time(), **answer})
    if len(_waiting) >= 25:
        with open(PATH, "a", encoding="utf-8") as file:
            file.writelines(json.dumps(one) + "\n" for one in _waiting)
        _waiting.clear()
# END SOLUTION
