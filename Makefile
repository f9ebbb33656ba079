# Footnote's set-up, start and checks; `make help` lists the targets.
#
# Everything is installed into .venv, which this file owns: a stamp in it for each step that
# is done, so that what is done is not done again and what was interrupted is.

VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := constraints.txt

# The Python that .venv is made with (`make clean` first where there is one already); else
# the first below that will do.
PYTHON :=
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11

# PyTorch's normal build for Linux brings gigabytes of CUDA; its CPU build is on this index.
TORCH := $(shell sed -n 's/^torch==//p' constraints.txt)
TORCH_INDEX := https://download.pytorch.org/whl/cpu

# What pytest is given; `make test ARGS=tests/test_project.py` runs a part.
PYTEST := HF_HUB_OFFLINE=1 $(BIN)/python -m pytest
ARGS :=
# One more than there are cores, at most four: tests wait for sockets and processes, too.
WORKERS := $(shell cores=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$((cores < 3 ? cores + 1 : 4)))

PIP := $(BIN)/python -m pip -qq --no-input --disable-pip-version-check
# Not compiled, .venv is a fifth smaller; Python compiles what it imports.
INSTALL := $(PIP) install --no-compile --prefer-binary --constraint $(CONSTRAINTS)

# pip's own words for a lost network can be about conflicts.
OR_SAY_WHY := || { \
  echo "Set-up stopped at what pip says above; if this machine was offline, connect it." \
    "Then make again: what is done is kept." >&2; exit 1; }

.PHONY: help run test test-slow check clean constraints
.NOTPARALLEL:
.SUFFIXES:

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

# An index that could not be brought up to date still answers.
run: $(VENV)/.run ## index what is new, then start the bot (a chat here without DISCORD_TOKEN)
	@$(BIN)/footnote index </dev/null >&2 || { \
	  status=$$?; \
	  [ -n "$$($(BIN)/footnote generations </dev/null 2>/dev/null)" ] || exit $$status; \
	  echo "Indexing failed, so Footnote starts with the index there is." >&2; \
	}; \
	case $$DISCORD_TOKEN in \
	*[![:space:]]*) \
	  echo "DISCORD_TOKEN is set: starting the Discord bot." >&2; \
	  exec $(BIN)/footnote run;; \
	*) \
	  echo "DISCORD_TOKEN is not set: starting a chat in the terminal." >&2; \
	  echo "For the Discord bot: DISCORD_TOKEN=your-token make run" >&2; \
	  exec $(BIN)/footnote chat;; \
	esac

test: $(VENV)/.test ## run the tests
	$(PYTEST) -n $(WORKERS) --dist worksteal -q $(ARGS)

test-slow: $(VENV)/.test ## run the proofs that take minutes
	$(PYTEST) -m slow $(ARGS)

check: $(VENV)/.dev ## lint, check the format and the types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean: ## remove .venv and all caches; data/ stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage build dist *.egg-info
	find . -path ./data -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# Use the oldest Python that Footnote supports: what it can install, the newer ones can.
constraints: ## pin anew the newest versions that work together; TORCH=x.y.z for another torch
	@set -e; \
	scratch=$$(mktemp -d); \
	trap 'rm -rf "$$scratch"' EXIT; \
	$(MAKE) VENV="$$scratch/venv" CONSTRAINTS=/dev/null TORCH=$(TORCH) "$$scratch/venv/.dev"; \
	{ \
	  sed -n '/^#/p' constraints.txt; \
	  "$$scratch/venv/bin/python" -m pip freeze --all --exclude-editable | sed 's/+cpu$$//'; \
	  sed -n '/^[^#].*;/p' constraints.txt; \
	} > "$$scratch/constraints.txt"; \
	cp "$$scratch/constraints.txt" constraints.txt

# Set-up, a stamp for each step.

$(VENV)/.run: pyproject.toml constraints.txt $(VENV)/.torch-$(TORCH)
	$(call install,.,Footnote and what it runs on)
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt $(VENV)/.torch-$(TORCH)
	$(call install,'.[test]',Footnote and what its tests need)
	@touch $(VENV)/.run $@

$(VENV)/.dev: pyproject.toml constraints.txt $(VENV)/.torch-$(TORCH)
	$(call install,'.[dev]',Footnote and what its checks need)
	@touch $(VENV)/.run $(VENV)/.test $@

define install
	@echo "Setting up: $(2) …" >&2
	@$(BIN)/python -c "$$MEND"
	@$(INSTALL) --no-build-isolation --editable $(1) </dev/null >&2 $(OR_SAY_WHY)
endef

# A torch that is already there stays, whichever build it is. On Linux only a build that
# calls itself +cpu is installed; pip is asked for its versions first, as that downloads none.
$(VENV)/.torch-$(TORCH): $(VENV)/.made
	@$(BIN)/python -c "$$MEND"
	@set -e; exec </dev/null >&2; \
	from="--timeout 15 --retries 0 --extra-index-url $(TORCH_INDEX)"; \
	if $(BIN)/python -c "$$HAS_TORCH" $(TORCH); then \
	  :; \
	elif [ "$$(uname -s)" != Linux ]; then \
	  echo "Setting up: torch $(TORCH) …"; \
	  $(INSTALL) --no-deps torch==$(TORCH) $(OR_SAY_WHY); \
	else \
	  case $$($(BIN)/python -m pip index versions torch $$from 2>/dev/null | tr '\n' ',') in \
	  *" $(TORCH)+cpu,"*) \
	    echo "Setting up: torch $(TORCH), the CPU build (200 MB) …"; \
	    $(INSTALL) --no-deps $$from torch==$(TORCH)+cpu $(OR_SAY_WHY);; \
	  *) \
	    echo "No CPU build of torch $(TORCH) can be found, and the normal build would bring" \
	      "gigabytes of CUDA: let this machine reach $(TORCH_INDEX), or name another source of" \
	      "torch $(TORCH)+cpu in PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS, or install any build of" \
	      "torch $(TORCH) with $(BIN)/python -m pip; then make again."; \
	    exit 1;; \
	  esac; \
	fi
	@touch $@

# What was moved since, or has lost the Python it was made with, is made anew.
ifneq ($(shell test -x $(BIN)/python && cat $(VENV)/.made 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.made
endif

$(VENV)/.made:
	@exec </dev/null >&2; \
	chosen= lacking= old=; \
	for python in $(or $(PYTHON),$(PYTHONS)); do \
	  case $$("$$python" -c "$$PROBE" 2>/dev/null) in \
	  suits) chosen=$$python; break;; \
	  lacks) lacking=$${lacking:-$$python};; \
	  old*) old=$${old:-$$python};; \
	  esac; \
	done; \
	if [ -z "$$chosen" ]; then \
	  if [ -n "$$lacking" ]; then \
	    echo "$$lacking lacks venv: install it (Debian, Ubuntu: apt install $$lacking-venv)," \
	      "then make again."; \
	  elif [ -n "$$old" ]; then \
	    echo "Footnote needs Python 3.11 or newer, and $$old is older: install a newer one" \
	      "(Debian, Ubuntu: apt install python3.11 python3.11-venv; macOS: brew install" \
	      "python), then make again, with PYTHON=its-path where it has another name."; \
	  else \
	    echo "Footnote needs Python 3.11 or newer, and found no $(or $(PYTHON),python3): install it" \
	      "(Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python)," \
	      "then make again."; \
	  fi; \
	  exit 1; \
	fi; \
	echo "Setting up: $(VENV), with $$chosen (once; all of it takes a minute or two) …"; \
	"$$chosen" -m venv --clear $(VENV) || exit 1; \
	$(INSTALL) --upgrade pip setuptools $(OR_SAY_WHY); \
	pwd -P > $@

# Says whether a Python will do; any version can read it.
define PROBE
import sys
if sys.version_info < (3, 11):
    print("old")
else:
    try:
        import ensurepip, venv
    except ImportError:
        print("lacks")
    else:
        print("suits")
endef
export PROBE

define HAS_TORCH
import importlib.metadata, sys
try:
    version = importlib.metadata.version("torch")
except importlib.metadata.PackageNotFoundError:
    sys.exit(1)
sys.exit(version.split("+")[0] != sys.argv[1])
endef
export HAS_TORCH

# Removes the record of packages that an interrupted pip left in part, which pip itself would
# take for installed. It lists a package's files last, the list's own INSTALLER among them.
define MEND
import csv, pathlib, shutil, sysconfig
site = pathlib.Path(sysconfig.get_path("purelib"))
for kept in site.glob("*.dist-info"):
    record = kept / "RECORD"
    text = record.read_text(encoding="utf-8") if record.exists() else ""
    files = [row[0] for row in csv.reader(text.splitlines()) if row]
    missing = [f for f in files if not f.endswith(".pyc") and not (site / f).exists()]
    if missing or kept.name + "/INSTALLER" not in files:
        shutil.rmtree(kept)
for stale in site.glob("~*"):
    shutil.rmtree(stale, ignore_errors=True)
endef
export MEND
