"""Compares the files of a model's folder with its manifest. Exit code 1 when one of them is not as it says.

python verify.py model
"""

import hashlib
import json
import sys
from pathlib import Path


def main(folder):
    wrong = 0
    for name, vouched in json.loads((folder / "manifest.json").read_text("utf-8"))["files"].items():
        with open(folder / name, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        same = digest == vouched["sha256"]
        print(f"{'as vouched' if same else 'CHANGED   '}  sha256:{digest[:12]}  {folder / name}")
        wrong += not same
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "model")))
