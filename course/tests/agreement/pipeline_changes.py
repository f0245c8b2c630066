"""Small changes to the answer of exercise 7 that are wrong, each with what its check sees and on which line."""

from __future__ import annotations

import re
from pathlib import Path

from course.tests.agreement.runs import CHECKS

ANSWER = re.sub(
    r"(?m)^ *#( (BEGIN|END) SOLUTION|\|).*\n", "", (Path(CHECKS).parents[1] / "solution/deploy.yml").read_text("utf-8")
)
IF, PUSHES, PROPOSALS = "if: github.event_name == 'push'", "branches: [main]", "  pull_request:\n"
ANY = "if: github.event_name != 'pull_request' && github.event_name != 'workflow_dispatch'"
BUTTON, GROUP = "if: github.event_name == 'workflow_dispatch'", "group: deploy-${{ github.ref }}"
STAGING, PRODUCTION = "  staging:\n    needs: build\n", "    needs: [build, staging]\n"
UNIT, WHERE = "tests/unit", "working-directory: tests/unit"
TESTS, DEPLOYS = "      - run: python -m pytest\n", "      - run: ./deploy.sh staging"
PRODUCE = "      - run: ./deploy.sh production"
CHECKOUT = ANSWER[ANSWER.index("      - uses: actions/checkout") : ANSWER.index("      - uses: actions/setup-python")]
ASSUME = ANSWER[ANSWER.index("      - uses: aws-actions") : ANSWER.index("      - run: aws ecr")]
LOGIN = ANSWER[ANSWER.index("      - run: aws ecr") : ANSWER.index("      - id: push")]
PUSH = ANSWER[ANSWER.index("      - id: push") : ANSWER.index("\n  staging:")]
PRODUCE_LAST = ANSWER[ANSWER.index("  rollback:") : ANSWER.rindex(PRODUCE) + len(PRODUCE)]
DEPLOY_ACTION = "      - uses: ./.github/actions/deploy\n        with: { digest: sha256 }\n"
FULL = f"  full:\n    runs-on: ubuntu-24.04\n    steps:\n{CHECKOUT}      - run: pytest\n\n"
WORKFLOW_GROUP = f"concurrency:\n  {GROUP}\n  cancel-in-progress: false\n"

Change = tuple[str, str]
# The check, what is seen, the line's text, and the changes.
WRONG: list[tuple[str, str, str, tuple[Change, ...]]] = [
    (
        "ships", "no image is built: build was skipped; "
        "`needs.test` is empty, since build does not name test in its needs",
        "if: needs", (("    needs: test\n", ""), (IF, "if: needs.test.result == 'success'")),
    ),
    ("ships", "no image is built: no job does it", "jobs:", ((PUSH, ""), (BUTTON, "if: inputs.digest"))),
    (
        "ships", "nothing runs: `on.push` filters tags only, so a push of a branch does not start it",
        "push:", ((PUSHES, "tags-ignore: ['**']"),),
    ),
    (
        "ships", "test has no files of the repository for 'python -m pytest': no step before it checks them out",
        "- run: python -m pytest", ((CHECKOUT, ""),),
    ),
    (
        "ships", "staging has no files of the repository for './deploy.sh staging 123456789012.dkr.ecr': "
        "no step before it checks them out", "- run: ./deploy.sh staging",
        ((CHECKOUT + ASSUME + DEPLOYS, ASSUME + DEPLOYS),),
    ),
    (
        "ships", "build pushes to a registry without a login there, and the registry refuses it",
        "- id: push", ((LOGIN, ""),),
    ),
    *(
        ("ships", f"not all tests run: {text!r} leaves out what `{picked}` does not pick", f"- run: {text}",
         ((TESTS, f"      - run: {text}\n"),))
        for text, picked in (
            ("pytest -m smoke", "-m smoke"), ("pytest tests/test_smoke.py", "tests/test_smoke.py"),
            ("uv run pytest -k=smoke", "-k smoke"), ("pytest -q tests/unit", "tests/unit"),
            ("pytest tests/test_api.py::test_one", "tests/test_api.py::test_one"),
        )
    ),
    *(
        ("ships", "not all tests run: PYTEST_ADDOPTS leaves out what `-k smoke` does not pick", line, changes)
        for line, changes in (
            ("PYTEST_ADDOPTS: -k", ((TESTS, f"{TESTS}        env:\n          PYTEST_ADDOPTS: -k smoke\n"),)),
            ("PYTEST_ADDOPTS: -k", (("  test:\n", "  test:\n    env:\n      PYTEST_ADDOPTS: -k smoke\n"),)),
            ("PYTEST_ADDOPTS: -k", (("\nenv:\n", "\nenv:\n  PYTEST_ADDOPTS: -k smoke\n"),)),
            ("- run: PYTEST", ((TESTS, "      - run: PYTEST_ADDOPTS='-k smoke' pytest\n"),)),
        )
    ),
    *(
        ("ships", f"not all tests run: {text} in {folder} finds those in tests/unit alone", line, changes)
        for text, folder, line, changes in (
            ("'pytest'", UNIT, "- run: cd tests/unit", ((TESTS, "      - run: cd tests/unit && pytest\n"),)),
            ("'pytest -q unit'", "tests", "- run: (cd tests", ((TESTS, "      - run: (cd tests; pytest -q unit)\n"),)),
            ("'python -m pytest'", UNIT, WHERE, ((TESTS, f"{TESTS}        {WHERE}\n"),)),
            ("'python -m pytest'", UNIT, WHERE, (("  test:\n", f"  test:\n    defaults: {{ run: {{ {WHERE} }} }}\n"),)),
            ("'python -m pytest'", UNIT, WHERE, (("\nenv:\n", f"\ndefaults: {{ run: {{ {WHERE} }} }}\nenv:\n"),)),
        )
    ),
    (
        "ships", "not all tests run: 'pytest --ignore ./tests/unit' leaves out tests/unit", "- run: pytest",
        ((TESTS, "      - run: pytest --ignore ./tests/unit\n"),),
    ),
    (
        "ships", "not all tests run: PYTEST_ADDOPTS leaves out tests/unit", "PYTEST_ADDOPTS: --ig",
        ((TESTS, f"{TESTS}        env:\n          PYTEST_ADDOPTS: --ignore=tests/unit\n"),),
    ),
    (
        "rollback", "nothing is deployed to production: what ./.github/actions/deploy does in rollback "
        "was not handed in, so nobody can say", "- uses: ./.github",
        ((PRODUCE_LAST, f"{PRODUCE_LAST.removesuffix(PRODUCE)}{DEPLOY_ACTION}#"),),
    ),
    (
        "gate", "full failed, and the job build ran all the same, at the same time: an image is built", "needs: test",
        ((TESTS, "      - run: pytest -k smoke\n"), ("  build:\n", f"{FULL}  build:\n")),
    ),
    (
        "gate", "build checks out 'develop', whatever the run is about", "ref: develop",
        ((CHECKOUT + ASSUME + LOGIN, CHECKOUT + "          ref: develop\n" + ASSUME + LOGIN),),
    ),
    (
        "gate", "the step of the tests may be skipped, and the job build ran all the same: an image is built",
        "if: vars.SKIP", ((TESTS, TESTS + "        if: vars.SKIP != 'yes'\n"), (BUTTON, "if: inputs.digest")),
    ),
    (
        "gate", "the tests failed, continue-on-error on their step passed over it, and build ran: an image is built",
        "continue-on-error", ((TESTS, TESTS + "        continue-on-error: true\n"),),
    ),
    (
        "forks", "rollback has no `if`: it runs on every event, and deploys '@' where nobody typed any", "rollback:",
        ((f"    {BUTTON}\n", ""),),
    ),
    (
        "permissions", "the token of test has read-all: it may read in every scope there is", "permissions: read-all",
        (("permissions:\n  contents: read\n", "permissions: read-all\n"),),
    ),
    (
        "permissions", "the token of build may write packages, and no step of it does", "permissions: { contents",
        (
            ("id-token: write }", "id-token: write, packages: write }"),
            (LOGIN, "      - uses: docker/login-action@v4\n"),
        ),
    ),
    (
        "permissions", "the token of test may write statuses, and no step of it does", "permissions: { statuses",
        (("  test:\n", "  test:\n    name: test status\n    permissions: { statuses: write, contents: read }\n"),),
    ),
    *(
        (
            "oidc", f"job build reads {name}, which works for anybody until it is changed", "X: ",
            ((LOGIN, f"{LOGIN}        env:\n          X: ${{{{ secrets.{name} }}}}\n"),),
        )
        for name in ("AWS_CREDS", "DOCKER_PASS", "KUBECONFIG")
    ),
    *(
        (
            "oidc", "job build reads MOVIES, which works for anybody until it is changed", "${{",
            ((LOGIN, f"{LOGIN}        env:\n          {key}: ${{{{ {holder}.MOVIES }}}}\n"),),
        )
        for key, holder in (("PASSWORD", "secrets"), ("AWS_SECRET_ACCESS_KEY", "vars"))
    ),
    (
        "one-image", "the image for staging ends with '@': no step of build has the id `build`; there is `push`",
        "digest: ${{ steps.build", (("steps.push.outputs", "steps.build.outputs"),),
    ),
    (
        "one-image", "the image for staging holds vars.DIGEST, a setting of the repository: this run did not build it",
        "- run: ./deploy.sh staging", (("$IMAGE@$DIGEST", "$IMAGE@${{ vars.DIGEST }}"),),
    ),
    (
        "one-image", "the matrix of build builds 2 images, and one output can name one of them", "strategy:",
        (("    outputs:\n", "    strategy: { matrix: { python: [12, 13] } }\n    outputs:\n"),),
    ),
    (
        "one-image", "build builds and pushes a second image; nobody tested it, and its digest is another",
        "- run: docker",
        ((PUSH, f'{PUSH}      - run: docker build -t "$IMAGE" . && docker push "$IMAGE"\n'),),
    ),
    (
        "one-image", "build builds an image, and production builds another; nobody tested the second",
        "- run: docker compose",
        ((PRODUCE, f"      - run: docker compose up --build\n{PRODUCE}"),),
    ),
    (
        "promotion", "staging was cancelled, and the job production deployed to production all the same", "if: ${{ !f",
        ((PRODUCTION, PRODUCTION + "    if: ${{ !failure() && needs.build.result == 'success' }}\n"),),
    ),
    (
        "promotion", "staging may be skipped, and the job production deployed to production all the same", "if: always",
        (
            (STAGING, f"{STAGING}    if: vars.SKIP != 'yes'\n"),
            (PRODUCTION, PRODUCTION + "    if: always() && needs.build.result == 'success' && !cancelled() && "
             "needs.staging.result != 'failure'\n"),
        ),
    ),
    (
        "forks", "the `if` of build is a text, which is always true: so the job runs here too", "if: ${{",
        ((IF, "if: ${{ github.event_name }} != 'pull_request'"),),
    ),
    (
        "forks", "no test runs; `on.pull_request.types` does not name synchronize", "pull_request:",
        ((PROPOSALS, PROPOSALS + "    types: [opened, labeled]\n"),),
    ),
    (
        "forks", "test runs in the environment production, with its secrets, on a proposed change", "environment: prod",
        (("  test:\n", "  test:\n    environment: production\n"),),
    ),
    (
        "forks", "test checks out 'main', whatever the run is about", "ref: main",
        ((CHECKOUT, CHECKOUT + "          ref: main\n"),),
    ),
    (
        "forks", "no test runs; its step in test is skipped, its `if` is false: github.event_name == 'push'",
        "if: github.event_name", ((TESTS, f"{TESTS}        {IF}\n"),),
    ),
    (
        "forks", "no test runs; test is skipped, its `if` is false: github.event_name == 'push'",
        "if: github.event_name", (("  test:\n", f"  test:\n    {IF}\n"),),
    ),
    (
        "forks", "build logs in to the cloud for a change that nobody has read", "if: github.event_name != 'work",
        ((IF, "if: github.event_name != 'workflow_dispatch'"),),
    ),
    (
        "pins", "actions/checkout: forty times the digit 0 is the name of no commit", "- uses: actions/checkout",
        (("3d3c42e5aac5ba805825da76410c181273ba90b1", "0" * 40),),
    ),
    (
        "linter", "a checkout of test leaves the token on disk after checkout, where every later step can read it",
        "persist-credentials: true", (("persist-credentials: false", "persist-credentials: true"),),
    ),
    (
        "ships", "no image is pushed: docker/build-push-action in build builds one, and is not given `push: true`",
        "push: false", (("push: true", "push: false"),),
    ),
    (
        "one-image", "staging asks '123456789012.dkr.ecr.eu-central-1.amazonaws.com/movie-service' for the digest, "
        "and the image is pushed as 'movie-service'", "tags: movie-service:1",
        (("tags: ${{ env.IMAGE }}:${{ github.sha }}", "tags: movie-service:1"),),
    ),
    (
        "one-image", "the image for staging ends with '@': the id `push` is that of a step of build, "
        "and staging reads its own steps only", "DIGEST: ",
        (("needs.build.outputs.digest", "steps.push.outputs.digest"),),
    ),
    (
        "promotion", "deploy.sh failed for staging, and its step went on as if all were well; production is deployed",
        "- run: ./deploy.sh staging", ((DEPLOYS, "      - run: ./deploy.sh staging app@1 || true #"),),
    ),
    (
        "promotion", "staging failed, continue-on-error on its step passed over it, and production went on",
        "continue-on-error", ((DEPLOYS, f"      - continue-on-error: true\n{DEPLOYS.replace('- ', '  ')}"),),
    ),
    *(
        ("once", "build ran: an image is built", line, changes)
        for line, changes in (
            ("push:", ((PUSHES, "branches: [main, develop]"),)),
            ("push:", ((PUSHES, "branches: [main, 'release/**']"),)),
            ("push:", ((PUSHES, "branches: [main]\n    tags: ['release-*']"),)),
            ("schedule:", ((PROPOSALS, f"  schedule: [{{cron: 0 3 * * *}}]\n{PROPOSALS}"), (IF, ANY))),
            ("release:", ((PROPOSALS, f"  release:\n{PROPOSALS}"), (IF, ANY))),
            ("create:", ((PROPOSALS, f"  create:\n{PROPOSALS}"), (IF, ANY))),
            ("merge_group:", ((PROPOSALS, f"  merge_group:\n{PROPOSALS}"), (IF, ANY))),
        )
    ),
    *(
        ("once", f"the two runs are in the groups 'deploy-{one}' and 'deploy-{two}', so both go on", "concurrency:",
         ((GROUP, f"group: deploy-${{{{ github.{name} }}}}"),))
        for name, one, two in (
            ("actor", "mona", "hubot"), ("event.pusher.name", "mona", "hubot"),
            ("event.head_commit.timestamp", "‹time of 5f1c0a7›", "‹time of bbbbbbb›"),
        )
    ),
    (
        "once", "a stranger's pull request is in the group 'deploy' too, "
        "and stops production in the middle of a deployment",
        "concurrency:",
        ((GROUP, "group: deploy"), ("progress: false", "progress: ${{ github.event_name == 'pull_request' }}")),
    ),
    (
        "once", "a stranger's pull request is in the group 'deploy' too: "
        "a deployment that waits for its turn is dropped for it",
        "concurrency:", ((GROUP, "group: deploy"),),
    ),
    (
        "once", "Run workflow is in the group 'deploy-refs/heads/main' too, "
        "and stops production in the middle of a deployment",
        "concurrency:", (("progress: false", "progress: ${{ github.event_name != 'push' }}"),),
    ),
    (
        "once", "rollback is in no group, so it goes on beside a deployment of a push; the slower one wins",
        "rollback:",
        (
            (WORKFLOW_GROUP, ""), (STAGING, f"{STAGING}    concurrency: staging\n"),
            (PRODUCTION, f"{PRODUCTION}    concurrency: production\n"),
        ),
    ),
    (
        "rollback", "build builds an image first", "if: github.event_name != 'pull",
        ((IF, "if: github.event_name != 'pull_request'"),),
    ),
    (
        "rollback", "the image for production ends with '@': there is no input `image`; there is `digest`", "DIGEST: ",
        (("inputs.digest", "inputs.image"),),
    ),
]  # fmt: skip
