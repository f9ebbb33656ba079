"""The project as a stranger finds it: requirements, pins, packages, the Procfile."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .commands import ROOT, environment

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
RUNTIME = [Requirement(text) for text in PROJECT["dependencies"]]
OPTIONAL = [Requirement(text) for text in PROJECT["optional-dependencies"]["openvino"]]
TESTING = RUNTIME + [Requirement(text) for text in PROJECT["optional-dependencies"]["test"]]
CHECKING = TESTING + [
    requirement
    for requirement in map(Requirement, PROJECT["optional-dependencies"]["dev"])
    if requirement.name != PROJECT["name"]
]
CONSTRAINTS = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
PINS = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in CONSTRAINTS}
PACKAGES = ("bot", "config", "retrieval")


def test_the_procfile_starts_the_bot(tmp_path: Path) -> None:
    """Under honcho the worker starts, says that it has no token, and ends with exit code 2."""
    no_settings = tmp_path / "env"
    no_settings.touch()
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    ran = subprocess.run(
        [sys.executable, "-m", "honcho", "--env", no_settings, "start", "worker"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(PATH=path),
        timeout=100,
        check=False,
    )
    assert "worker.1 started" in ran.stdout
    assert "worker.1 | DISCORD_TOKEN is not set; set it to your bot's token" in ran.stdout
    assert "worker.1 stopped (rc=2)" in ran.stdout
    assert ran.returncode == 2


# Pins and packages.


@pytest.mark.parametrize("requirement", CHECKING, ids=str)
def test_every_requirement_is_pinned(requirement: Requirement) -> None:
    """A requirement has one pin, to a version that it allows."""
    pin = PINS[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(pin)


def test_pins_are_exact_and_in_no_local_build() -> None:
    """A pin is one version; which build of torch it is depends on the machine."""
    assert len(CONSTRAINTS) == len(PINS)
    for pin in CONSTRAINTS:
        assert [specifier.operator for specifier in pin.specifier] == ["=="]
        assert "+" not in str(pin.specifier)


def _requirements(name: str, extra: str) -> Iterator[Requirement]:
    try:
        texts = importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        return
    for requirement in map(Requirement, texts):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def test_what_requirements_bring_is_pinned() -> None:
    """Whatever the requirements bring along, as far as it is installed here, is pinned too."""
    waiting = [(r.name, extra) for r in CHECKING for extra in (r.extras or {""})]
    seen = set(waiting)
    while waiting:
        for requirement in _requirements(*waiting.pop()):
            for extra in requirement.extras | {""}:
                if (requirement.name, extra) not in seen:
                    seen.add((requirement.name, extra))
                    waiting.append((requirement.name, extra))
    assert set() == {canonicalize_name(name) for name, _ in seen} - PINS.keys()


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize(
    ("folders", "requirements"),
    [(PACKAGES, RUNTIME + OPTIONAL), (("benchmarks", "docs", "tests"), TESTING)],
    ids=["runtime", "tests"],
)
def test_every_package_that_is_imported_is_required(
    folders: tuple[str, ...], requirements: list[Requirement]
) -> None:
    """Nothing is imported that comes only by way of another package."""
    known = {*sys.stdlib_module_names, *PACKAGES, "benchmarks", "docs", "tests"}
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    # The systems that Footnote is compared with have an environment of their own.
    files = [path for path in files if path.parent != ROOT / "benchmarks" / "peers"]
    modules = {module for path in files for module in _imported(path)} - known
    homes = importlib.metadata.packages_distributions()
    found = {canonicalize_name(home) for m in modules for home in homes.get(m, [m])}
    assert set() == found - {canonicalize_name(r.name) for r in requirements}


def test_every_folder_of_code_is_packaged() -> None:
    """An installed Footnote has every module, and the files that stand beside them."""
    setuptools = PYPROJECT["tool"]["setuptools"]
    folders = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
    }
    assert folders == set(setuptools["packages"])
    packaged = {
        path
        for package, names in setuptools["package-data"].items()
        for name in names
        for path in ROOT.joinpath(*package.split(".")).glob(name)
    }
    others = {
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and path.name[0] != "."
    }
    assert others == packaged


# The whole of it, from a bare clone.


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_bare_clone_answers(tmp_path: Path) -> None:
    """`make run` on a bare clone answers from the handbook, on exactly the versions pinned."""
    left_out = shutil.ignore_patterns(
        ".git", ".venv", "data", "*.egg-info", "__pycache__", ".*_cache"
    )
    folder = shutil.copytree(ROOT, tmp_path / "footnote", ignore=left_out)
    env = {k: v for k, v in environment().items() if not k.startswith(("MAKE", "MFLAGS", "PYTHON"))}

    def make(target: str, stdin: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", target],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=folder,
            env=env,
            timeout=1500,
            check=False,
        )

    first = make("run", "How do I add articles?\n")
    assert first.returncode == 0, first.stderr
    assert "[1] " in first.stdout
    assert make(".venv/.dev", "").returncode == 0
    pip = [str(folder / ".venv/bin/python"), "-m", "pip", "list", "--format", "json"]
    listed = json.loads(subprocess.run(pip, capture_output=True, env=env, check=True).stdout)
    found = {canonicalize_name(row["name"]): row["version"].split("+")[0] for row in listed}
    del found[canonicalize_name(PROJECT["name"])]
    assert found == {name: PINS.get(name) for name in found}
    assert "Setting up" not in make("run", "").stderr
