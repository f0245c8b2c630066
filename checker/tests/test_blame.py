"""Which file a finding names where more than one stands between the check and the fault."""

import pytest

from checker.errors import TooSlow
from checker.tests.findings import finding


def test_a_syntax_error_stands_in_its_own_file_and_not_in_the_one_that_imports_it(door):
    submission = door("import given\n")
    submission.replace("given.py", "def g(:\n")
    assert finding(lambda: submission.call("greeting.f")).where == "given.py:1"


@pytest.mark.slow
def test_too_slow_behind_a_file_of_the_checks_names_the_file_handed_in(door):
    submission = door("import time\nclass C:\n    def wait(self): time.sleep(9)\ndef f(): time.sleep(9)\n")
    submission.replace("driving.py", "import greeting\ndef f(): greeting.f()\ndef made(): return greeting.C()\n")

    found = finding(lambda: submission.call("driving.f", timeout=0.3), TooSlow)
    kept = submission.keep("driving.made")
    later = finding(lambda: kept.call("wait", timeout=0.3), TooSlow)

    assert (found.where, later.where) == ("greeting.py", "greeting.py")
    assert (found.tried, found.seen) == ("called driving.f", "no answer within 0.3 seconds")
