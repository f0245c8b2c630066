"""nbgrader as the panels in Lab see it: this course, and an exchange inside the clone."""

from pathlib import Path

COURSE = Path(__file__).resolve().parents[2]

c = get_config()  # type: ignore[name-defined]  # noqa: F821

c.CourseDirectory.course_id = "model-serving"
# The default, /usr/local/share/nbgrader/exchange, is writable for nobody.
c.Exchange.root = str(COURSE / "build" / "exchange")
