"""What is laid into the worker's folder to use the writer there: plainly, or until it is killed at some line."""

from __future__ import annotations

CODE = '''
import os
import signal
import sys
import time

import botocore.httpsession

import lake
import writer

# Before any fork, since it takes long: the client, and how it finds a bucket. It opens no connection.
lake.s3().generate_presigned_url("put_object", Params={"Bucket": lake.BUCKET, "Key": "any"})


def start(folder, key, zone="UTC"):
    os.environ["TZ"] = zone
    if hasattr(time, "tzset"):
        time.tzset()
    return writer.Log(folder, key.encode())


def record(log, predictions):
    for one in predictions:
        log.record(one)


def names(log, users):
    return [log.user_key(user) for user in users]


def killed(folder, key, predictions, put=0, when="", lines=0):
    """In a process of its own: record all, then ship; end it by SIGKILL at the given moment, or after recording."""
    pid = os.fork()
    if pid == 0:
        try:
            log = start(folder, key)
            record(log, predictions)
            if put:
                at_put(put, when)
            elif lines:
                at_line(lines)
            else:
                end()
            log.ship()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    return True


def again(folder, key, predictions):
    """Start anew, as after a crash: record what comes next, and ship."""
    pid = os.fork()
    if pid == 0:
        try:
            log = start(folder, key)
            record(log, predictions)
            log.ship()
        except BaseException:
            import traceback
            traceback.print_exc()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    return True


def end():
    os.kill(os.getpid(), signal.SIGKILL)


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


def at_line(number):
    left = [number]

    def trace(frame, event, argument):
        if not frame.f_code.co_filename.endswith("writer.py"):
            return None
        if event == "line":
            left[0] -= 1
            if left[0] == 0:
                end()
        return trace

    sys.settrace(trace)
'''
