"""Which step closes a file to all but root."""

from __future__ import annotations

import pytest

from checker.dockerfile.rights import changed, closed


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["COPY m m"], None),
        (["COPY --chmod=600 m m"], ("/app/m/f", 3)),
        (["COPY --chmod=700 m m"], ("/app/m/f", 3)),
        (["COPY --chmod=755 m m"], None),
        (["COPY --chmod=u=rwX,go=rX m m"], None),
        (["COPY --chmod=700 --chown=app m m"], None),
        (["COPY --chmod=640 m/f m/"], None),
        (["COPY m m", "RUN chmod -R 700 /app"], ("/app/m/f", 4)),
        (["COPY m m", "RUN chmod 700 /app"], ("/app", 4)),
        (["COPY m m", "RUN chmod -R go-rwx m"], ("/app/m/f", 4)),
        (["COPY m m", "RUN chmod 600 m/*"], ("/app/m/f", 4)),
        (["COPY m m", "RUN cd m && chmod 600 f"], ("/app/m/f", 4)),
        (["COPY m m", "RUN chmod -R 700 /srv"], None),
        (["COPY m m", "RUN chmod -R 700 m && chown -R app m"], None),
        (["COPY m m", "RUN chmod -R 700 m", "RUN chmod -R a+rX m"], None),
    ],
)
def test_the_step_that_closes_a_file(read, context, lines, found):
    made = read("FROM a", "WORKDIR /app", *lines)

    assert closed(made, made.last, context("m/f"), "/app/m/f") == found


@pytest.mark.parametrize(
    ("text", "mode", "folder", "after"),
    [
        ("0750", 0o644, False, 0o750),
        ("go-rwx", 0o755, True, 0o700),
        ("-w", 0o666, False, 0o444),
        ("a=rX", 0o600, True, 0o555),
        ("a=rX", 0o600, False, 0o444),
        ("o=", 0o644, False, 0o640),
        ("u+x,g+w", 0o644, False, 0o764),
        ("$MODE", 0o644, False, 0o644),
    ],
)
def test_a_mode_is_read_as_chmod_reads_it(text, mode, folder, after):
    assert oct(changed(text, mode, folder=folder)) == oct(after)
