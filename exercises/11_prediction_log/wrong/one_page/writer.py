"""Keeps one row per prediction, and ships rows to the lake.

The service calls record() in every request. A timer beside it calls ship() every few minutes. Both run one at a time.
"""

import hashlib
import hmac
import json
import uuid
from datetime import UTC, datetime
from pathlib import Path

import lake
import pyarrow.compute as pc


class Spool:
    """Rows that wait for the next upload, in batches. A batch has a name."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.open = self.folder / "open.jsonl"

    def add(self, row):
        with self.open.open("a") as file:
            file.write(json.dumps(row) + "\n")

    def batches(self):
        if self.open.exists():
            self.open.rename(self.folder / f"{uuid.uuid4().hex}.batch")
        return {path.stem: list(map(json.loads, path.open())) for path in self.folder.glob("*.batch")}

    def done(self, name):
        (self.folder / f"{name}.batch").unlink()



class Log:
    """The prediction log of one service. `folder` is on its disk, `key` is a secret that only the service has."""

    def __init__(self, folder, key):
        self.spool = Spool(folder)
        self.key = key

    def record(self, prediction):
        """Take the row of one prediction. The answer of the request waits for this."""
        row = self.row(prediction)
        self.spool.add(row)

    def ship(self):
        """Bring every batch to the lake, and forget a batch only then."""
        for name, rows in self.spool.batches().items():
            days = {}
            for row in rows:
                day = datetime.fromtimestamp(row["made_at"] / 1000, UTC).date()
                days.setdefault(day, []).append(row)
            for day, of_day in days.items():
                lake.put(f"{lake.PREFIX}dt={day}/{name}.parquet", of_day)
            self.spool.done(name)

    def row(self, prediction):
        """What is kept of one prediction."""
        kept = {name: prediction[name] for name in lake.SCHEMA.names if name != "user_key"}
        return kept | {"user_key": self.user_key(prediction["user_id"])}

    def user_key(self, user_id):
        """The name under which rows of one user are found, for whoever has the key."""
        return hmac.new(self.key, str(user_id).encode(), hashlib.sha256).hexdigest()

    def forget(self, user_id):
        """Take all rows of one user away, those that wait included. The rows of others stay."""
        self.ship()
        page = lake.s3().list_objects_v2(Bucket=lake.BUCKET, Prefix=lake.PREFIX)
        for key in [one["Key"] for one in page["Contents"]]:
            table = lake.read(key)
            kept = table.filter(pc.not_equal(table["user_key"], self.user_key(user_id)))
            if kept.num_rows < table.num_rows:
                lake.put(key, kept)
