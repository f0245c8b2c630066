"""The lab bench: your writer and your queries beside a bucket and an Athena on this machine. Given.

    python -m checker.services lab.py write     your writer ships 300 predictions; what lies in the bucket then
    python -m checker.services lab.py scan      three queries and one_day.sql on a month: what they open
    python -m checker.services lab.py crash     your writer is killed, and started again
    python -m checker.services lab.py table     your table.sql on a month, column by column
    python -m checker.services lab.py report    speed.sql and drift.sql, as numbers and as report.html
    python -m checker.services lab.py forget    who can be found in your rows, and one user forgotten

The bucket is empty at the start and gone at the end.
"""

import hashlib
import os
import random
import signal
import sys
import tempfile
from pathlib import Path

import athena
import draw
import lake
import page
import writer

HERE = Path(__file__).resolve().parent
KEY = b"a key for the lab"
TABLE = f"""CREATE EXTERNAL TABLE predictions (request_id string, made_at timestamp, user_key string, movie_id int,
score double, liked int, latency_ms double, model_version string)
PARTITIONED BY (dt string) STORED AS PARQUET LOCATION 's3://{lake.BUCKET}/{lake.PREFIX}'"""
QUERIES = {
    "WHERE dt": "SELECT count(*) AS n, avg(score) AS mean FROM predictions WHERE dt = '2026-11-17'",
    "WHERE made_at": "SELECT count(*) AS n, avg(score) AS mean FROM predictions "
    "WHERE made_at >= TIMESTAMP '2026-11-17 00:00:00' AND made_at < TIMESTAMP '2026-11-18 00:00:00'",
    "LIMIT 10": "SELECT * FROM predictions ORDER BY made_at DESC LIMIT 10",
}


def write():
    """300 predictions of two days through your writer."""
    log, drawn = writer.Log(tempfile.mkdtemp(), KEY), random.Random(draw.seed())
    made = [one for day in draw.days()[:2] for one in draw.predictions(drawn, day, 150)]
    for one in made:
        log.record(one)
    early = len(bucket())
    log.ship()
    sizes = bucket()
    print(f"{len(made)} predictions recorded; {early} objects were there before ship()")
    print(f"{len(sizes)} objects, {sum(sizes.values()):,} bytes; the first ones:")
    for key in sorted(sizes)[:5]:
        print(f"  {sizes[key]:>7,}  {key}")


def bucket():
    """Size by key."""
    pages = lake.s3().get_paginator("list_objects_v2").paginate(Bucket=lake.BUCKET)
    return {one["Key"]: one["Size"] for found in pages for one in found.get("Contents", [])}


def month():
    """Fill the bucket with your November."""
    for day, batches in draw.month(draw.seed()).items():
        for number, rows in enumerate(batches):
            lake.put(f"{lake.PREFIX}dt={day}/{number}.parquet", rows)


def declared():
    """Your November with a table that is as it should be."""
    month()
    for statement in (TABLE, "MSCK REPAIR TABLE predictions"):
        athena.ask(statement)


def scan():
    """What each query opens, and what it needs of that."""
    declared()
    print(f"{'query':<16}{'objects':>9}{'bytes':>12}{'rows given':>12}")
    for name, sql in (QUERIES | {"one_day.sql": (HERE / "one_day.sql").read_text("utf-8")}).items():
        try:
            rows, read = athena.ask(sql)
            print(f"{name:<16}{read['objects']:>9}{read['DataScannedInBytes']:>12,}{len(rows):>12}")
        except athena.Refused as refused:
            print(f"{name:<16} {refused}")


def crash():
    """Record 50 predictions in a process that is killed, then start again and ship."""
    if not hasattr(os, "fork"):
        print("This system cannot fork a process; `checker check 11 --task 3` kills your writer there too.")
        return
    folder, made = tempfile.mkdtemp(), draw.predictions(random.Random(draw.seed()), draw.FIRST, 50)
    child = os.fork()
    if child == 0:
        log = writer.Log(folder, KEY)
        for one in made:
            log.record(one)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    writer.Log(folder, KEY).ship()
    there = {row["request_id"] for key in bucket() if key.endswith(".parquet") for row in lake.read(key).to_pylist()}
    print(f"50 predictions recorded, then kill -9; {len(there)} of them are in the bucket after the next start")


def table():
    """Your table, as queries find it."""
    month()
    asked = [*athena.statements((HERE / "table.sql").read_text("utf-8")), "SELECT count(*) AS rows FROM predictions"]
    asked += [f"SELECT {name} FROM predictions LIMIT 1" for name in lake.SCHEMA.names]
    for sql in asked:
        try:
            print(f"{' '.join(sql.split())[:60]:<62}{athena.ask(sql)[0] or nothing(sql)}")
        except athena.Refused as refused:
            print(f"{' '.join(sql.split())[:60]:<62}{refused}")


def nothing(sql):
    """What to say where no row came back: a statement gives none, a query has found none."""
    return "no row" if sql.upper().startswith(("SELECT", "WITH")) else "done"


def report():
    """Your two queries as a table, and as a page that opens in a browser."""
    declared()
    found = {}
    for name in ("speed.sql", "drift.sql"):
        try:
            found[name] = athena.ask((HERE / name).read_text("utf-8"))[0]
        except athena.Refused as refused:
            print(f"{name}: {refused}")
    for name, rows in found.items():
        print(f"{name}:")
        for row in rows[14:19] if name == "speed.sql" else rows:
            print("  " + "  ".join(f"{key} {value}" for key, value in row.items()))
    (HERE / "report.html").write_text(page.html(found), "utf-8")
    print("report.html is written: open it in a browser")


def forget():
    """What a stranger with a list of users finds out, and what forget() leaves."""
    log, drawn = writer.Log(tempfile.mkdtemp(), KEY), random.Random(draw.seed())
    made = draw.predictions(drawn, draw.FIRST, 60)
    for one in made:
        log.record(one)
    log.ship()
    if not parquet_only():
        print("The bucket holds other objects than Parquet files. TODO 1 comes first: there are no rows to look at.")
        return
    names = {row["user_key"] for key in bucket() for row in lake.read(key).to_pylist()}
    guesses = {hashlib.sha256(str(number).encode()).hexdigest() for number in range(1, draw.USERS + 1)}
    print(f"{len(names)} users in the rows; {len(names & guesses)} found by hashing 1 to {draw.USERS}")
    user = made[0]["user_id"]
    log.forget(user)
    left = [row for key in bucket() for row in lake.read(key).to_pylist()]
    theirs = {one["request_id"] for one in made if one["user_id"] == user}
    print(f"user {user} had {len(theirs)} rows; {sum(row['request_id'] in theirs for row in left)} are left of them")


def parquet_only():
    """Whether the bucket holds what the lab can read."""
    return all(key.endswith(".parquet") for key in bucket())


if __name__ == "__main__":
    jobs = {one.__name__: one for one in (write, scan, crash, table, report, forget)}
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    if wanted not in jobs or "AWS_ENDPOINT_URL" not in os.environ:
        sys.exit(__doc__)
    lake.s3().create_bucket(Bucket=lake.BUCKET)
    jobs[wanted]()
