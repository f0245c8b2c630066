"""What pip, uv and apt install, into which folder, and where that ends up."""

from __future__ import annotations

import pytest

from checker.dockerfile.installs import apt_packages, installs
from checker.dockerfile.places import places


@pytest.mark.parametrize(
    ("lines", "kind", "path"),
    [
        (["RUN pip install a"], "image", "/usr/local"),
        (["RUN python3 -m pip install a"], "image", "/usr/local"),
        (["RUN python -m venv /v", "RUN /v/bin/pip install a"], "venv", "/v"),
        (["RUN python -m venv --copies /v && /v/bin/python -m pip install a"], "venv", "/v"),
        (["RUN python -m venv /v", "ENV PATH=/v/bin:$PATH", "RUN pip install a"], "venv", "/v"),
        (["RUN python -m venv /v && . /v/bin/activate && pip install a"], "venv", "/v"),
        (["WORKDIR /srv", "RUN python -m venv v", "RUN v/bin/pip install a"], "venv", "/srv/v"),
        (["RUN pip install --target=/t a"], "target", "/t"),
        (["WORKDIR /srv", "RUN pip install -t t a"], "target", "/srv/t"),
        (["RUN pip install --prefix /p a"], "prefix", "/p"),
        (["RUN pip install --user a"], "user", "/root/.local"),
        (["ENV PYTHONUSERBASE=/u", "RUN pip install --user a"], "user", "/u"),
        (["RUN pip wheel -w /w a"], "wheels", "/w"),
        (["RUN uv venv /v", "RUN uv pip install --python /v/bin/python a"], "venv", "/v"),
        (["RUN uv venv /v", "ENV VIRTUAL_ENV=/v", "RUN uv pip sync lock.txt"], "venv", "/v"),
        (["WORKDIR /srv", "RUN uv venv && uv pip install a"], "venv", "/srv/.venv"),
        (["WORKDIR /srv", "RUN uv venv .venv", "WORKDIR b", "RUN uv pip install a"], "venv", "/srv/.venv"),
        (["WORKDIR /srv", "RUN uv venv", "WORKDIR /tmp", "RUN uv pip install a"], "image", "/usr/local"),
        (["RUN uv venv /v", "RUN VIRTUAL_ENV=/v uv pip install a"], "venv", "/v"),
        (["RUN uv venv /v && export VIRTUAL_ENV=/v && uv pip install a"], "venv", "/v"),
        (["RUN python -m venv /v && export PATH=/v/bin:$PATH && pip install a"], "venv", "/v"),
        (["RUN uv pip install --system a"], "image", "/usr/local"),
        (['RUN ["sh", "-c", "pip install --target=/t a"]'], "target", "/t"),
        (["RUN <<END", "set -e", "pip install --target=/t a", "END"], "target", "/t"),
    ],
)
def test_packages_go_where_the_command_puts_them(read, lines, kind, path):
    (made,) = installs(read("FROM a", *lines).last)

    assert (made.kind, made.path) == (kind, path)


def test_lists_and_names_are_told_apart(read):
    text = "RUN cd /x && pip install -c c.txt -r a.txt --requirement=b.txt -rd.txt --index-url https://h/ one 'two>=1'"

    (made,) = installs(read("FROM a", text).last)

    assert made.requirements == ("/x/a.txt", "/x/b.txt", "/x/d.txt")
    assert made.packages == ("one", "two>=1")


@pytest.mark.parametrize(
    ("lines", "keeps"),
    [
        (["RUN pip install a"], True),
        (["RUN pip install --no-cache-dir a"], False),
        (["ENV PIP_NO_CACHE_DIR=1", "RUN pip install a"], False),
        (["ENV PIP_NO_CACHE_DIR=0", "RUN pip install a"], True),
        (["RUN PIP_NO_CACHE_DIR=1 pip install a"], False),
        (["RUN --mount=type=cache,target=/root/.cache/pip pip install a"], False),
        (["RUN pip install --no-index /w/*.whl"], False),
        (["RUN uv pip install --system a"], True),
        (["RUN uv pip install --system --no-cache a"], False),
    ],
)
def test_a_cache_stays_or_not(read, lines, keeps):
    (made,) = installs(read("FROM a", *lines).last)

    assert made.keeps_cache is keeps


@pytest.mark.parametrize(
    ("install", "copy", "found"),
    [
        ("pip install --target=/t a", "COPY --from=b /t /t", [("/t", True)]),
        ("pip install --target=/t a", "COPY --from=b /t /u", [("/u", True)]),
        ("pip install --target=/t/p a", "COPY --from=b /t /u", [("/u/p", True)]),
        ("pip install a", "COPY --from=b /usr/local /usr/local", [("/usr/local", True)]),
        (
            "pip install a",
            "COPY --from=b /usr/local/lib/python3.11/site-packages /usr/local/lib/python3.11/site-packages",
            [("/usr/local", False)],
        ),
        ("pip install --prefix=/p a", "COPY --from=b /p /usr/local", [("/usr/local", True)]),
        ("pip install --target=/t a", "COPY --from=b /other /t", []),
        ("pip install --target=/t a", "COPY --from=c /t /t", []),
    ],
)
def test_packages_are_followed_from_stage_to_stage(read, install, copy, found):
    made = read("FROM a AS b", f"RUN {install}", "FROM a", copy)

    assert [(one.path, one.scripts) for one in places(made, made.last)] == found


@pytest.mark.parametrize(
    ("copies", "scripts"),
    [
        (["/usr/local/bin /usr/local/bin"], True),
        (["/usr/local/bin/uvicorn /usr/local/bin/"], True),
        (["/usr/local/bin/uvicorn /usr/local/bin/uvicorn"], True),
        (["/usr/local/bin /usr/bin"], False),
        (["/usr/local/sbin /usr/local/bin"], False),
        ([], False),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_programs_come_by_a_copy_of_their_own(read, copies, scripts, first):
    packages = ["/usr/local/lib/python3.11/site-packages /usr/local/lib/python3.11/site-packages"]
    lines = [*copies, *packages] if first else [*packages, *copies]
    made = read("FROM a AS b", "RUN pip install a", "FROM a", *(f"COPY --from=b {line}" for line in lines))

    assert [(one.path, one.scripts) for one in places(made, made.last)] == [("/usr/local", scripts)]


def test_packages_of_a_parent_are_there(read):
    made = read("FROM a AS b", "RUN pip install --target=/t a", "FROM b", "RUN pip install --target=/u a")

    assert [one.path for one in places(made, made.last)] == ["/t", "/u"]


def test_system_packages_are_named_without_version(read):
    made = read("FROM a", "RUN apt-get update && apt-get install -y --no-install-recommends b=1.2 c && rm x")

    assert [name for name, _ in apt_packages(made.last)] == ["b", "c"]
