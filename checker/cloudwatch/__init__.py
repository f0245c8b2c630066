"""What CloudWatch makes of logs and metrics: filter patterns, Logs Insights, embedded metrics, alarms.

No emulator evaluates these (moto and ministack store them and return everything), so they are written here, and
tested against tables of AWS's own documented examples. Nothing in this package knows what a course teaches.
"""

from checker.cloudwatch.errors import Refused

__all__ = ["Refused"]
