# `make demo` and `make test` are all that a fresh machine needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test lint docs bench crossing clean

# The main job: the experiment with its oracle, ending with the path of its report.
demo: $(VENV)/.run
	$(BIN)/transect run

# One process a core, with one thread each: threads of several processes wait for each other.
# Files go to the processes in the order of `tests/conftest.py`, the slowest first.
# `make test FLAGS=--flush-denormals` runs them as for a caller who takes denormal numbers as 0.
test: $(VENV)/.test
	OMP_NUM_THREADS=1 $(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder $(FLAGS)

lint: $(VENV)/.lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/oxlint --deny-warnings src/transect/report/explorer/page

docs: $(VENV)/.docs
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build/html

# Ratios measured side by side; run it while nothing else does.
bench: $(VENV)/.test runs/bench
	for file in $(filter-out $(OF_RUN),$(wildcard bench/*.py)); do $(BIN)/python $$file || exit 1; done
	for file in $(OF_RUN); do $(BIN)/python $$file runs/bench || exit 1; done

# Those that look at a finished run.
OF_RUN := bench/denormals.py bench/explorer.py bench/attribution.py

runs/bench: | $(VENV)/.test
	$(BIN)/transect run default --out $@

# What crosses a hole: every sweep of docs/explanation/crossing.md, its tables and its image. It
# takes hours; stopped, it goes on where it was.
SWEEPS := contenders holes decoders slow_decoders original worlds large

crossing: $(VENV)/.run
	for sweep in $(SWEEPS); do \
	  $(BIN)/transect sweep --config sweeps/$$sweep.yaml --out runs/$$sweep --quiet || exit 1; done
	$(BIN)/python docs/make_crossing.py $(SWEEPS:%=runs/%)

clean:
	rm -rf $(VENV) docs/_build build

$(BIN)/pip:
	$(PYTHON) -m venv $(VENV)

# One stamp for each set of packages: without extras, and with those of one purpose.
$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/pip install -c constraints.txt -e .
	touch $@

$(VENV)/.test $(VENV)/.lint $(VENV)/.docs: $(VENV)/.%: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/pip install -c constraints.txt -e '.[$*]'
	touch $@
