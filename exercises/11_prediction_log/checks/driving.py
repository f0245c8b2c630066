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
from contextlib import suppress
from pathlib import Path

import botocore.httpsession
import pyarrow.parquet as pq

import lake
import writer

# How many writers are killed beside each other.
AT_ONCE = 3
# What the files of a folder said after each kill.
KILLED = {}
# For a Python of its own. What takes long to import, and no name is made of, is not what it says it is there.
NAMES = """
import json, sys, types
class Away(Exception):
    pass
for name in sys.argv[2:]:
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__getattr__ = lambda _: Away
import writer
folder, key, users = json.loads(sys.argv[1])
log = writer.Log(folder, key.encode())
print(json.dumps([str(log.user_key(user)) for user in users]), file=open(folder + "-names", "w"))
"""
SLOW = "lake boto3 botocore botocore.exceptions pyarrow pyarrow.compute pyarrow.parquet pandas".split()
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


def many(log, prediction, most, seconds):
    """Record it again and again, each time as another request; how often, in so many seconds."""
    end = time.monotonic() + seconds
    for number in range(most):
        if time.monotonic() > end:
            return number
        log.record(prediction | {"request_id": f"{number:016x}"})
    return most


def names(log, users, seconds):
    """The name of each user; of fewer, where they take longer than that."""
    end = time.monotonic() + seconds
    return [log.user_key(user) for user in users if time.monotonic() < end]


def elsewhere(folder, key, users, whole, seconds):
    """The names that a Python started anew gives: hash() has another seed there, and no module knows of this one."""
    Path(folder).mkdir(exist_ok=True)
    code = [sys.executable, *([] if whole else ["-S"]), "-c", NAMES, json.dumps([folder, key, users])]
    code += [] if whole else SLOW
    # What the shorter one has to say is said again by the whole one.
    silent = {} if whole else {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(code, env=os.environ | {"PYTHONHASHSEED": "1"}, timeout=seconds, **silent)
    made = Path(f"{folder}-names")
    return json.loads(made.read_text()) if made.exists() else []


def given(folder, key, steps):
    """The ids of the rows that batches() gives to ship(), when the rows of each step are recorded and shipped."""
    log, found = start(folder, key), []
    batches = log.spool.batches

    def noted():
        answer = batches()
        found.extend(row["request_id"] for rows in answer.values() for row in rows)
        return answer

    log.spool.batches = noted
    for predictions in steps:
        record(log, predictions)
        log.ship()
    return found


def apart(*calls):
    """Call functions of this file, each in a process of its own, all at once."""
    for wait in [begun(*call) for call in calls]:
        wait()


def begun(name, *given):
    """Begin to call one: in a fork, or where there is none in a new Python. What comes back waits for its end."""
    if not hasattr(os, "fork"):
        code = "import json, sys, driving; getattr(driving, sys.argv[1])(*json.loads(sys.argv[2]))"
        return subprocess.Popen([sys.executable, "-c", code, name, json.dumps(given)]).wait
    pid = os.fork()
    if pid == 0:
        try:
            globals()[name](*given)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    return lambda: os.waitpid(pid, 0)


def killed(folder, key, predictions, put=0, when=""):
    """In a process of its own: record all, then ship; end it by SIGKILL at the given upload, or after recording."""
    apart(["until_put", folder, key, predictions, put, when])
    KILLED.setdefault(folder, []).append(text_of(folder))
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
    apart(["anew", folder, key, predictions, bucket])
    return True


def anew(folder, key, predictions, bucket):
    if bucket:
        lake.s3 = lambda: Local(bucket)
    try:
        log = start(folder, key)
        record(log, predictions)
        log.ship()
    except Exception as error:
        lines = [one.lineno for one in traceback.extract_tb(error.__traceback__) if one.filename.endswith("writer.py")]
        place = f" at line {lines[-1]}" if lines else ""
        Path(f"{folder}-error").write_text(f"{type(error).__name__}{place}: {error}"[:150])
        raise


def remains(folder, ids):
    """Which of some rows stood in the folder after a kill, which do now, and what the last start raised.

    None in place of rows: a file is no text, so that looking into it tells nothing.
    """
    error = Path(f"{folder}-error")
    return {
        "then": standing(KILLED.get(folder, []), ids),
        "now": standing([text_of(folder)], ids),
        "error": error.read_text() if error.exists() else "",
    }


def standing(texts, ids):
    return None if None in texts else [one for one in ids if any(one in text for text in texts)]


def kept(folder, rows):
    """Which of some rows, each an id and a moment, a file of the folder holds; one that is no text is not asked."""
    texts = [content.decode(errors="ignore") for _, _, content in disk([folder]) if b"\\0" not in content]
    return [one for one, moment in rows if any(one in text and str(moment) in text for text in texts)]


def text_of(folder):
    """What all files of a folder say, None if one of them is no text."""
    try:
        text = b"".join(content for _, _, content in disk([folder])).decode()
    except UnicodeDecodeError:
        return None
    return None if "\\0" in text else text


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


def swept(until, key, predictions, most):
    """For each line at which a writer was killed: the rows in its bucket after the next start, and what remains."""
    apart(["sweep", until, key, predictions, most])
    return [] if Path("sweep-ends").exists() else json.loads(Path(f"{until}-told").read_text())


def sweep(until, key, predictions, most):
    """Kill the writer at the first moment, at the second, and so on, each time in a folder of its own.

    `until` names a function below, which says what a moment is: the disk is another one than at the moment before.
    The bucket is a folder here, so that all moments can be tried; a writer that asks it for more than storing is not
    tried.
    """
    moments = []
    for first in range(1, most + 1, AT_ONCE):
        tried = [Moment(until, number) for number in range(first, first + AT_ONCE)]
        apart(*([until, one.folder, key, predictions[:-2], one.bucket, one.mark, one.number] for one in tried))
        reached = [one for one in tried if Path(one.mark).exists()]
        KILLED.update((one.folder, [text_of(one.folder)]) for one in reached)
        apart(*(["anew", one.folder, key, predictions[-2:], one.bucket] for one in reached))
        if Path("sweep-ends").exists():
            return
        moments += reached
        if len(reached) < AT_ONCE:
            break
    ids = [one["request_id"] for one in predictions]
    told = [[int(Path(one.mark).read_text()), stored(one.bucket), remains(one.folder, ids)] for one in moments]
    Path(f"{until}-told").write_text(json.dumps(told))


class Moment:
    """The places of one of the writers that are killed."""

    def __init__(self, until, number):
        self.number, self.folder = number, f"{until}{number}"
        self.bucket, self.mark = f"{self.folder}-bucket", f"{self.folder}-mark"


def stored(bucket):
    """The ids in a bucket. Reading starts threads, and a fork beside threads may wait for ever: so it comes last."""
    objects = Path(bucket).iterdir() if Path(bucket).exists() else []
    tables = [pq.read_table(io.BytesIO(path.read_bytes()), columns=["request_id"]) for path in objects]
    return [one for table in tables for one in table["request_id"].to_pylist()]


def in_ship(folder, key, predictions, bucket, mark, number):
    lake.s3 = lambda: Local(bucket)
    log = start(folder, key)
    record(log, predictions)
    at_change(number, mark, [folder, bucket])
    log.ship()


def in_record(folder, key, predictions, bucket, mark, number):
    """The last of the predictions is in record() when the end comes."""
    lake.s3 = lambda: Local(bucket)
    log = start(folder, key)
    record(log, predictions[:-1])
    at_change(number, mark, [folder], within=True)
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


def at_change(number, mark, folders, within=False):
    """End before a line of writer.py, when the disk is another one for the number-th time; `mark` gets that line.

    At lines between which the disk stays as it is, one kill says what all would say. `within` a line of writer.py too,
    where a library works: it may empty a file in one of its lines and write it in another.
    """
    states, line = [], [0]

    def trace(frame, event, argument):
        ours = frame.f_code.co_filename.endswith("writer.py")
        if ours:
            frame.f_trace_opcodes, line[0] = within, frame.f_lineno
        if within or ours and event == "line":
            now = disk(folders)
            if [now] != states[-1:]:
                states.append(now)
            if len(states) == number:
                Path(mark).write_text(str(line[0]))
                end()
        return trace if within or ours else None

    sys.settrace(trace)


def disk(folders):
    """Every folder and file below some folders, with its content."""
    found = []
    for root, _, names in (one for folder in folders for one in os.walk(folder)):
        found.append((root, "", b""))
        for name in names:
            with suppress(OSError), open(os.path.join(root, name), "rb") as file:
                found.append((root, name, file.read()))
    return sorted(found)
'''
