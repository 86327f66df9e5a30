# The front door. `make grade` and `make test` work on a fresh clone that has nothing but Python 3.11, 3.12 or 3.13.

BIN := .venv/bin
SEEDS ?= 1
CLASS ?= tests/submissions/sample_class

.PHONY: grade test test-all attacks quality fuzz soak install lint lock release clean

grade: install  ## grade the sample class on real MNIST; open reports/index.html
	$(BIN)/autograder grade $(CLASS)

test: install  ## the tests, under five minutes on two cores: most side by side, what measures time by itself
	$(BIN)/pytest -n 2 --dist loadfile -m "not long and not alone"
	$(BIN)/pytest -m "not long and alone"

test-all: test  ## and then the long ones: every attack, quality, crash, soak, fuzz, nbgrader's whole loop
	$(BIN)/pytest -n 2 --dist loadfile -m "long and not alone"
	$(BIN)/pytest -m "long and alone"

fuzz: install  ## 100,000 mutated inputs of each reader of hostile bytes (COUNT=…)
	$(BIN)/python -m tests.fuzz.run $(if $(COUNT),--count $(COUNT))

soak: install  ## 2,000 submissions in one run: nothing may grow (COUNT=…)
	$(BIN)/python -m tests.soak $(if $(COUNT),--count $(COUNT))

quality: install  ## how well the grader judges: the corpus of right and wrong answers, over SEEDS course seeds
	$(BIN)/python -m autograder.author.quality tests/submissions/softmax_regression --seeds $(SEEDS)

install: .venv/installed  ## set up .venv from locked versions

.venv/installed: requirements.lock pyproject.toml scripts/install.sh mxnet_compat.py mxnet_compat.pth
	sh scripts/install.sh

attacks: install  ## the corpus of attacks, behind each level of isolation, through nbgrader autograde, and in a browser
	$(BIN)/python -m tests.attacking
	$(BIN)/python -m tests.attacking --nbgrader
	$(BIN)/python -m tests.attacked_pages

lint: install  ## what CI runs: lint, format, types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

lock: install  ## write requirements.lock anew from requirements.in
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.lock

release: install  ## solution notebooks -> stub notebooks
	$(BIN)/autograder release

clean:
	rm -rf .venv reports .autograder
