"""Which files a RUN writes by itself."""

from __future__ import annotations

import pytest

from checker.dockerfile.installs import installs
from checker.dockerfile.written import written


@pytest.mark.parametrize(
    ("lines", "made"),
    [
        (["RUN pip install -r r.txt"], False),
        (["RUN sed s/a/b/ lock > r.txt && pip install -r r.txt"], True),
        (["RUN sed s/a/b/ lock >/app/r.txt", "RUN pip install -r r.txt"], True),
        (["RUN uv pip compile in.txt -o r.txt", "RUN pip install -r r.txt"], True),
        (["RUN cp lock r.txt && pip install -r r.txt"], True),
        (["RUN cat r.txt && pip install -r r.txt"], False),
        (["RUN pip install -r r.txt", "RUN echo a > r.txt"], False),
    ],
)
def test_a_list_that_the_build_writes(read, lines, made):
    (install,) = installs(read("FROM a", "WORKDIR /app", *lines).last)

    assert written(install.ran, "/app/r.txt") is made
