# make train   a trained Fashion-MNIST classifier, with its pictures, in output/
# make test    every test and every notebook
# make book    JupyterLab on the chapters
# make bench   the measurements of benchmarks/README.md (minutes, on an idle machine)
# make claims  every result that a lesson claims, measured anew over its seeds (minutes)
# make portable  every notebook on other CPUs, with other threads, rounding, packages and Pythons (an hour)

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Two busy test processes share the cores best with one BLAS thread each.
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 VECLIB_MAXIMUM_THREADS=1

.PHONY: train test book bench claims portable clean

train: $(VENV)/reader
	$(BIN)/python -m modules.train_fashion_mnist

book: $(VENV)/reader
	$(BIN)/jupyter lab

test: $(VENV)/test
	$(BIN)/ruff check .
	$(ONE_THREAD) $(BIN)/python -m pytest -n 2

bench: $(VENV)/benchmark
	$(BIN)/python benchmarks/run.py

claims: $(VENV)/test
	$(ONE_THREAD) $(BIN)/python -m tools.claims

portable: $(VENV)/test
	$(BIN)/python -m tools.portable

$(VENV)/reader: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/test: $(VENV)/reader
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test]"
	touch $@

$(VENV)/benchmark: $(VENV)/reader
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[benchmark]"
	touch $@

clean:
	rm -rf $(VENV) .venv-portable output
