"""A training as a job of its own: another process with a lower priority, so that no request waits for it.

`python -m course.project.training_job KIND VERSION DATA BUNDLE FOLDER` writes a bundle and prints its facts as JSON.
KIND is `worse`, or the scenario whose newest labels the model learns from.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from course.project.models import another, retrained_model, worse_model
from course.project.platform import leash
from course.training.errors import TrainingError
from course.training.fit import prepare
from course.training.live import LiveWorld
from course.training.loader import load

_NICE = 5
ROOT = Path(__file__).parents[2]


async def trained(kind: str, version: str, *, data: Path, bundle: Path, folder: Path) -> dict[str, Any]:
    """Run the job; what it says of its model. It ends with us, however we end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", str(leash.__file__), str(os.getpid())),
        *(sys.executable, "-m", "course.project.training_job"),
        *(kind, version, str(data.resolve()), str(bundle.resolve()), str(folder.resolve())),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # Ctrl-C is ours; the job is ended, not interrupted.
        start_new_session=True,
    )
    try:
        said, complaint = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        lines = complaint.decode(errors="replace").strip().splitlines() or ["no word"]
        raise TrainingError(f"The training of {version} ended with {lines[-1]!r}.", "look at free memory and disk")
    facts: dict[str, Any] = json.loads(said)
    return facts


def main(argv: list[str]) -> int:
    kind, version, data_folder, bundle, folder = argv
    os.nice(_NICE)
    data = load(Path(data_folder))
    prepared = prepare(data)
    facts: dict[str, Any] = {"version": version}
    if kind == "worse":
        model, facts["auc"] = worse_model(data, prepared)
    else:
        model = retrained_model(data, prepared, LiveWorld(data), scenario=kind)
    another(Path(bundle), Path(folder), version, model=model)
    print(json.dumps(facts))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
