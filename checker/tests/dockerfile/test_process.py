"""Which program a container starts, and what stands between it and a signal."""

from __future__ import annotations

import pytest

from checker.dockerfile.process import DEPENDS, STAYS, process

SCRIPTS = {"/good.sh": '#!/bin/sh\nset -e\nexec "$@"\n', "/bad.sh": "#!/bin/sh\npython app.py\n"}
PIPE = "a shell is process 1, waits for both ends of the pipe to tee, and hands no signal on"
ASIDE = "a shell is process 1, runs the program in the background, and hands no signal on"


def by_python(words):
    return words[0] == "python" and words[1:2] != ("verify.py",)


@pytest.mark.parametrize(
    ("lines", "words", "between"),
    [
        (['CMD ["python", "app.py"]'], ("python", "app.py"), ""),
        (["CMD python app.py"], ("python", "app.py"), DEPENDS),
        (["CMD exec python app.py --port ${PORT:-80}"], ("python", "app.py", "--port", "8000"), ""),
        (["CMD cd /x && exec python app.py"], ("python", "app.py"), ""),
        (["CMD python verify.py m && exec python app.py"], ("python", "app.py"), ""),
        (['CMD ["sh", "-c", "python verify.py m && python app.py"]'], ("python", "app.py"), DEPENDS),
        (["CMD python app.py; echo done"], ("python", "app.py"), STAYS),
        (["CMD python app.py | tee log"], ("python", "app.py"), PIPE),
        (["CMD python app.py & wait"], ("python", "app.py"), ASIDE),
        (['CMD ["sh", "-c", "exec python app.py"]'], ("python", "app.py"), ""),
        (['CMD ["bash", "-lc", "python app.py"]'], ("python", "app.py"), DEPENDS),
        (['ENTRYPOINT ["/good.sh"]', 'CMD ["python", "app.py"]'], ("python", "app.py"), ""),
        (['ENTRYPOINT ["sh", "/good.sh"]', 'CMD ["python", "app.py"]'], ("python", "app.py"), ""),
        (['ENTRYPOINT ["/bad.sh"]'], ("python", "app.py"), STAYS),
        (["CMD ['python', 'app.py']"], (), ""),
        (['CMD ["ls"]'], ("ls",), ""),
        (['CMD ["sh", "/absent.sh"]'], (), ""),
    ],
)
def test_the_program_behind_a_command(read, lines, words, between):
    stage = read("FROM a", "ENV PORT=8000", *lines).last

    made = process(stage.process, stage.state.visible, by_python, SCRIPTS.get)

    assert (made.words, made.between) == (words, between)


def test_an_init_hands_signals_on(read):
    stage = read("FROM a", 'ENTRYPOINT ["/usr/bin/tini", "--"]', 'CMD ["python", "app.py"]').last

    made = process(stage.process, {}, by_python, SCRIPTS.get)

    assert (made.program, made.between, made.init, made.line) == ("python", "", "tini", 2)
