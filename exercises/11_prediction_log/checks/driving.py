"""What is laid into the worker's folder to use the writer there: plainly, or until it is killed at some line."""

from __future__ import annotations

CODE = '''
import io
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

import botocore.httpsession
import pyarrow.parquet as pq

import lake
import writer

# Before any fork, since it takes long: the client, and how it finds a bucket. It opens no connection.
lake.s3().generate_presigned_url("put_object", Params={"Bucket": lake.BUCKET, "Key": "any"})


def start(folder, key, zone="UTC"):
    os.environ["TZ"] = zone
    if hasattr(time, "tzset"):
        time.tzset()
    # As lab.py and a service have it: the folder is there before the first row.
    Path(folder).mkdir(exist_ok=True)
    return writer.Log(folder, key.encode())


def record(log, predictions):
    for one in predictions:
        log.record(one)


def names(log, users):
    return [log.user_key(user) for user in users]


def apart(name, *given):
    """Call a function of this file in a process of its own: a fork of this one, or where there is none a new one."""
    if hasattr(os, "fork"):
        pid = os.fork()
        if pid == 0:
            try:
                globals()[name](*given)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
        return
    code = "import json, sys, driving; getattr(driving, sys.argv[1])(*json.loads(sys.argv[2]))"
    subprocess.run([sys.executable, "-c", code, name, json.dumps(given)], check=False)


def killed(folder, key, predictions, put=0, when=""):
    """In a process of its own: record all, then ship; end it by SIGKILL at the given upload, or after recording."""
    apart("until_put", folder, key, predictions, put, when)
    return True


def until_put(folder, key, predictions, put, when):
    log = start(folder, key)
    record(log, predictions)
    if not put:
        end()
    at_put(put, when)
    log.ship()


def again(folder, key, predictions, bucket=""):
    """Start anew, as after a crash: record what comes next, and ship."""
    apart("anew", folder, key, predictions, bucket)
    return True


def anew(folder, key, predictions, bucket):
    if bucket:
        lake.s3 = lambda: Local(bucket)
    log = start(folder, key)
    record(log, predictions)
    log.ship()


class Local:
    """A folder in place of the bucket: what a writer needs to store objects, and nothing else."""

    def __init__(self, folder):
        self._folder = Path(folder)
        self._folder.mkdir(exist_ok=True)

    def put_object(self, Key, Body, **_):
        content = Body.read() if hasattr(Body, "read") else Body
        (self._folder / Key.replace("/", "+")).write_bytes(content.encode() if isinstance(content, str) else content)

    def upload_fileobj(self, Fileobj, Bucket, Key, **_):
        self.put_object(Key, Fileobj)

    def upload_file(self, Filename, Bucket, Key, **_):
        self.put_object(Key, Path(Filename).read_bytes())

    def __getattr__(self, name):
        Path("sweep-ends").touch()
        os._exit(1)


def sweep(until, key, predictions, most):
    """Kill the writer at the first moment, at the second, and so on, each time in a folder of its own.

    `until` names a function below: a moment is a line that ship() runs, or what record() changes on the disk.
    Tells for each how often each row is in the bucket after the next start. The bucket is a folder here, so that
    all moments can be tried; a writer that asks it for more than storing is not tried.
    """
    lines = []
    for number in range(1, most + 1):
        folder, bucket, mark = f"{until}{number}", f"{until}{number}-bucket", Path(f"{until}{number}-mark")
        apart(until, folder, key, predictions[:-2], bucket, str(mark), number)
        if Path("sweep-ends").exists():
            return []
        if not mark.exists():
            break
        again(folder, key, predictions[-2:], bucket)
        lines.append(int(mark.read_text()))
    told = Path(f"{until}-told")
    apart("tell", until, len(lines), str(told))
    ids = json.loads(told.read_text()) if told.exists() else stored(until, len(lines))
    return [[line, one] for line, one in zip(lines, ids)]


def stored(until, count):
    """The ids in each of so many buckets."""
    found = []
    for number in range(1, count + 1):
        bucket = Path(f"{until}{number}-bucket")
        objects = bucket.iterdir() if bucket.exists() else []
        tables = [pq.read_table(io.BytesIO(path.read_bytes()), columns=["request_id"]) for path in objects]
        found.append([one for table in tables for one in table["request_id"].to_pylist()])
    return found


def tell(until, count, told):
    """Reading starts threads, and a fork beside threads may wait for ever: it is done in a process that ends."""
    Path(told).write_text(json.dumps(stored(until, count)))


def until_line(folder, key, predictions, bucket, mark, number):
    lake.s3 = lambda: Local(bucket)
    log = start(folder, key)
    record(log, predictions)
    at_line(number, mark)
    log.ship()


def until_change(folder, key, predictions, bucket, mark, number):
    """The last of the predictions is in record() when the end comes."""
    lake.s3 = lambda: Local(bucket)
    log = start(folder, key)
    record(log, predictions[:-1])
    at_change(number, folder, mark)
    log.record(predictions[-1])
    sys.settrace(None)


def end():
    # Windows knows no SIGKILL; its SIGTERM ends a process as hard.
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def at_put(number, when):
    send = botocore.httpsession.URLLib3Session.send
    count = [0]

    def counted(self, request):
        if request.method != "PUT":
            return send(self, request)
        count[0] += 1
        if count[0] == number and when == "before":
            end()
        answer = send(self, request)
        if count[0] == number:
            end()
        return answer

    botocore.httpsession.URLLib3Session.send = counted


def at_line(number, mark):
    """End at the number-th line of writer.py that runs for the first time; `mark` gets its number in the file."""
    seen = set()

    def trace(frame, event, argument):
        if not frame.f_code.co_filename.endswith("writer.py"):
            return None
        if event == "line":
            seen.add(frame.f_lineno)
            if len(seen) == number:
                Path(mark).write_text(str(frame.f_lineno))
                end()
        return trace

    sys.settrace(trace)


def at_change(number, folder, mark):
    """End when the files below `folder` have changed for the number-th time; `mark` gets the line of writer.py.

    Between two lines of a library too: it may empty a file in one and write it in another.
    """
    states, line = [disk(folder)], [0]

    def trace(frame, event, argument):
        if frame.f_code.co_filename.endswith("writer.py"):
            frame.f_trace_opcodes, line[0] = True, frame.f_lineno
        now = disk(folder)
        if now != states[-1]:
            states.append(now)
            if len(states) > number:
                Path(mark).write_text(str(line[0]))
                end()
        return trace

    sys.settrace(trace)


def disk(folder):
    """Every file below a folder, with its size and the time of its last change."""
    found = []
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                state = os.stat(os.path.join(root, name))
            except FileNotFoundError:
                continue
            found.append((root, name, state.st_size, state.st_mtime_ns))
    return sorted(found)
'''
