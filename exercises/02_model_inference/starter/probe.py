"""Shows which number the model reads at which place, and what a wrong order costs.

    python probe.py            three rows, place by place, and how well your rows rank 160 labelled requests
    python probe.py damage     300 drawn requests, scored with your rows and with columns in alphabetical order
    python probe.py spoiled    loads a copy of the bundle whose model.txt is cut in half, in a process of its own

Given; there is nothing to change here. It takes rows from inference.row() and scores them itself.
"""

# ruff: noqa: E402
import os
import sys

# A second thread costs more than a row.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# LightGBM imports these two where they are installed. That takes seconds, and it needs neither here.
sys.modules["pandas"] = sys.modules["sklearn"] = None
import lightgbm as lgb

# Your own code may.
del sys.modules["pandas"], sys.modules["sklearn"]

import csv
import json
import random
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import draw
import inference
import numpy as np

HERE = Path(__file__).resolve().parent
MODEL = HERE / "model"
ROWS = 300
# A row without reading files takes some 20 microseconds.
SLOW = 0.002


def main(arguments):
    if not (MODEL / "manifest.json").is_file():
        sys.exit(f"There is no model in {MODEL}. `checker start 2` puts it there.")
    if arguments == ["spoiled"]:
        load_spoiled()
        return
    if arguments[:1] == ["first-request"]:
        first_request(*map(Path, arguments[1:]))
        return
    manifest = json.loads((MODEL / "manifest.json").read_text("utf-8"))
    model = inference.load(str(MODEL))
    booster = lgb.Booster(model_file=MODEL / "model.txt")
    if arguments == ["damage"]:
        damage(model, manifest, booster)
    else:
        show_rows(model, manifest["features"])
        show_ranking(model, manifest, booster)


def drawn(count):
    """The first requests of your seed."""
    online = json.loads((MODEL / "online.json").read_text("utf-8"))
    return draw.requests(online, count, random.Random(draw.seed()))


def neighbors():
    """Three requests: one, the same with another movie, and the same with another user."""
    first, *others = drawn(ROWS)
    items = json.loads((MODEL / "online.json").read_text("utf-8"))["items"]
    genres = {movie: items[str(movie)]["genres"] for movie in (one["movie_id"] for one in [first, *others])}
    movie = next(one["movie_id"] for one in others if genres[one["movie_id"]] != genres[first["movie_id"]])
    user = next(one["user_id"] for one in others if one["user_id"] != first["user_id"])
    return [first, first | {"movie_id": movie}, first | {"user_id": user}]


def show_rows(model, names):
    requests = neighbors()
    print("A, one request:         ", json.dumps(requests[0]))
    print("B, with another movie:   movie_id", requests[1]["movie_id"])
    print("C, with another user:    user_id", requests[2]["user_id"])
    print(f"\nplace  the model reads it as  {'your row A':>12} {'your row B':>12} {'your row C':>12}")
    rows = [inference.row(model, request) for request in requests]
    for place, (name, *values) in enumerate(zip(names, *rows, strict=True)):
        print(f"{place:5}  {name:21} ", *(f"{value:12.4f}" for value in values))
    asked = draw.asked(names, draw.seed())
    print(f"\nYour question: whose number did the starter put where the model reads {asked!r}?")
    if repaired(names, requests[0], rows[0]):
        print("The rows above are no longer the starter's: it had an order of its own, the one that row() took then.")


def repaired(names, request, row):
    """Say whether two numbers of the movie stand where the model reads them."""
    item = json.loads((MODEL / "online.json").read_text("utf-8"))["items"][str(request["movie_id"])]
    return (row[names.index("item_n")], row[names.index("item_like")]) == (item["n"], item["like"])


def show_ranking(model, manifest, booster):
    with (HERE / "sample.csv").open(encoding="utf-8") as file:
        sample = list(csv.DictReader(line for line in file if not line.startswith("#")))
    known = json.loads((MODEL / "online.json").read_text("utf-8"))
    sample = [one for one in sample if one["movie_id"] in known["items"]]
    for one in sample:
        one |= {"user_id": int(one["user_id"]), "movie_id": int(one["movie_id"]), "age": int(one["age"])}
    scores = booster.predict(np.array([inference.row(model, one) for one in sample]))
    liked = np.array([one["liked"] == "1" for one in sample])
    print(f"\n{len(sample)} labelled requests, scored with your rows: AUC {auc(scores, liked):.2f}")
    print(f"The training reported {manifest['metrics'].get('auc', float('nan')):.2f}. Guessing gives 0.50.")


def auc(scores, liked):
    """Of all pairs of a liked and a not liked movie: the share in which the liked one has the higher score."""
    above = scores[liked][:, None] - scores[~liked][None, :]
    return float(((above > 0) + 0.5 * (above == 0)).mean())


def load_spoiled():
    with tempfile.TemporaryDirectory() as name:
        folder, said = Path(name) / "spoiled", Path(name) / "said"
        shutil.copytree(MODEL, folder)
        text = (folder / "model.txt").read_bytes()
        (folder / "model.txt").write_bytes(text[: len(text) // 2])
        # A process of its own, as it may be ended. What LightGBM prints meanwhile is the memory behind the text.
        command = [sys.executable, __file__, "first-request", str(folder), str(said)]
        code = subprocess.run(command, capture_output=True, check=False).returncode
        last = said.read_text("utf-8") if said.is_file() else "inference.py"
    print("a process of its own called load() and predict() on a bundle whose model.txt is cut in half")
    print(last if code == 0 else f"in {last} {ended(code)}; no except and no line of Python ran after that")


def first_request(folder, said):
    """What a service does with a bundle, up to its first answer; each step is written down before it begins."""
    try:
        said.write_text("load()", "utf-8")
        model = inference.load(str(folder))
        said.write_text("predict()", "utf-8")
        inference.predict(model, drawn(1)[0])
    except Exception as refusal:
        said.write_text(f"{said.read_text('utf-8')} raised {type(refusal).__name__}: {refusal}", "utf-8")
    else:
        said.write_text("load() and predict() took it, and nobody was told", "utf-8")


def ended(code):
    """Name the end of a process as a shell does: a signal counts from 128."""
    if code > 0:
        return f"the process ended with exit code {code}"
    return f"the process was ended by signal {-code}, {signal.Signals(-code).name} (exit code {128 - code})"


def reads_files(model, request):
    """Say so when a row takes as long as reading files does; the best of five, as machines are busy."""
    best = min(seconds(lambda: inference.row(model, request)) for _ in range(5))
    if best > SLOW:
        print(f"One row takes {best * 1000:.1f} ms. Is a file read for each? Task 2 comes before this measurement.")
    return best > SLOW


def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def damage(model, manifest, booster):
    names, requests = manifest["features"], drawn(ROWS)
    if reads_files(model, requests[0]):
        return
    rows = np.array([inference.row(model, request) for request in requests])
    right = booster.predict(rows)
    wrong = booster.predict(rows[:, [names.index(name) for name in sorted(names)]])
    changed = int(((right >= manifest["threshold"]) != (wrong >= manifest["threshold"])).sum())
    print("the first five    your rows   alphabetical")
    for before, after in list(zip(right, wrong, strict=True))[:5]:
        print(f"{before:27.4f} {after:14.4f}")
    print(f"\n{ROWS} drawn requests (seed {draw.seed()}), no error and no warning for any of them")
    print(f"change class:     {changed}")
    print(f"largest change:   {np.abs(right - wrong).max():.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
