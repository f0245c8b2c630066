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

    # BEGIN SOLUTION 3
    # TODO 3: rows wait in memory here, and a killed process takes them along.
    # What must be true: a row that add() has returned for is shipped once, whenever the process is killed.
    def __init__(self, folder):
        self.rows = []

    def add(self, row):
        self.rows.append(row)

    def batches(self):
        return {uuid.uuid4().hex: self.rows} if self.rows else {}

    def done(self, name):
        self.rows = []
    # END SOLUTION


class Log:
    """The prediction log of one service. `folder` is on its disk, `key` is a secret that only the service has."""

    def __init__(self, folder, key):
        self.spool = Spool(folder)
        self.key = key

    def record(self, prediction):
        """Take the row of one prediction. The answer of the request waits for this."""
        row = self.row(prediction)
        # BEGIN SOLUTION 1
        # TODO 1: one small object per request, and the user waits for the bucket.
        # What must be true: the request leaves the bucket alone; ship() brings what has waited.
        lake.s3().put_object(Bucket=lake.BUCKET, Key=f"{lake.PREFIX}{row['request_id']}.json", Body=json.dumps(row))
        # END SOLUTION

    def ship(self):
        """Bring every batch to the lake, and forget a batch only then."""
        for name, rows in self.spool.batches().items():
            # BEGIN SOLUTION 1
            # TODO 1: a batch becomes one Parquet object per day, in the folder of the day on which rows were made.
            pass
            # END SOLUTION
            self.spool.done(name)

    def row(self, prediction):
        """What is kept of one prediction."""
        kept = {name: prediction[name] for name in lake.SCHEMA.names if name != "user_key"}
        return kept | {"user_key": self.user_key(prediction["user_id"])}

    def user_key(self, user_id):
        """The name under which rows of one user are found, for whoever has the key."""
        # BEGIN SOLUTION 6
        # TODO 6: whoever has the rows and the list of users finds out who is who.
        # What must be true: without the service's key, nobody can; with it, a user keeps one name.
        return hashlib.sha256(str(user_id).encode()).hexdigest()
        # END SOLUTION

    def forget(self, user_id):
        """Take all rows of one user away, those that wait included. The rows of others stay."""
        # BEGIN SOLUTION 6
        # TODO 6: after this, no object and nothing that waits holds a row of this user.
        pass
        # END SOLUTION
