"""CloudWatch Logs Insights: a query over log events, evaluated here.

`run(query, events)` returns rows, dicts from column to value. The commands fields, display, filter, stats, sort, limit
and parse are evaluated, with every function that AWS documents for them; anything else is Refused by name.
Plain Python and no database: a log event's fields have no declared types, each event has its own, and a value is
compared as a number or as a text by what it holds. In SQL each of these rules would be a cast around every field.
"""

from checker.cloudwatch.insights.events import Event, from_text
from checker.cloudwatch.insights.names import strange_name
from checker.cloudwatch.insights.running import run, shown
from checker.cloudwatch.insights.syntax import parse

__all__ = ["Event", "from_text", "parse", "run", "shown", "strange_name"]
