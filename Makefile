# Every target is a verb of `python3 -m course.bootstrap`, which works the same without make.
# PYTHON names another interpreter (3.11 or newer), ARGS passes words on: make test ARGS="-k batch".
PYTHON ?= python3
BOOTSTRAP = @"$(PYTHON)" -m course.bootstrap

VERBS = start demo check doctor site browser slides test test-fast test-full test-live sync lint clean env data train infra infra-down record bench bench-peers release lock

.PHONY: list help $(VERBS)

list help:
	$(BOOTSTRAP) $@

$(VERBS):
	$(BOOTSTRAP) $@ $(EX) $(ARGS)
