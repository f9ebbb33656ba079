"""The Makefile, the hooks and the integration script, on a machine where pip only writes down."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from .clone import Clone, fresh_clone, script
from .commands import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
_pin = re.search(r"^torch==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.M)
assert _pin is not None
TORCH = _pin[1]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """Return a bare clone on a Linux machine that has make and a python3."""
    return fresh_clone(tmp_path, TORCH)


def _pip(calls: list[str]) -> list[str]:
    return [call for call in calls if call.startswith("pip ")]


# Set-up.

_WORKERS = min((os.cpu_count() or 2) + 1, 4)


@pytest.mark.parametrize(
    ("target", "extra", "last"),
    [
        ("run", ".", "footnote chat"),
        ("test", ".[test]", f"pytest -n {_WORKERS} --dist worksteal -q"),
        ("test-slow", ".[test]", "pytest -m slow"),
        ("check", ".[dev]", "mypy"),
    ],
)
def test_a_target_sets_up_once(clone: Clone, target: str, extra: str, last: str) -> None:
    """The first make of a target installs what it needs; the second does no set-up."""
    first = clone.make(target)
    assert first.returncode == 0, first.stderr
    calls = clone.calls()
    assert calls[-1].strip() == last
    assert _pip(calls)[-1].endswith(
        f"--constraint constraints.txt --no-build-isolation --editable {extra}"
    )

    second = clone.make(target)
    calls = clone.calls()
    assert (second.returncode, _pip(calls)) == (0, [])
    assert calls[-1].strip() == last
    assert "Setting up" not in second.stderr


def test_what_the_checks_need_holds_what_the_tests_and_the_bot_need(clone: Clone) -> None:
    """After `make check`, neither `make test` nor `make run` installs anything."""
    clone.make("check")
    clone.calls()
    clone.make("test")
    clone.make("run")
    assert _pip(clone.calls()) == []


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_changed_requirements_are_installed(clone: Clone, name: str) -> None:
    """A change to the requirements or to the pins is installed by the next make, once."""
    clone.make("test")
    clone.calls()
    later = (clone.folder / ".venv/.test").stat().st_mtime + 10
    os.utime(clone.folder / name, (later, later))
    os.utime(clone.folder / ".venv/.test", (later - 5, later - 5))
    clone.make("test")
    assert len(_pip(clone.calls())) == 1


def test_a_failed_set_up_is_taken_up_again(clone: Clone) -> None:
    """Where pip failed, nothing starts, and the next make sets up what is missing."""
    failed = clone.make("run", FAILING_PIP="1")
    assert failed.returncode == 2
    assert "no network\nSet-up stopped at what pip says above" in failed.stderr
    assert not [call for call in clone.calls() if call.startswith("footnote")]
    assert clone.make("run").returncode == 0
    assert "footnote chat" in [call.strip() for call in clone.calls()]


def test_a_package_that_was_installed_in_part_is_installed_anew(clone: Clone) -> None:
    """What an interrupted pip left behind in part is taken off pip's list; the rest stays."""
    clone.make("run")
    records = {
        "whole-1.dist-info": "whole.py,,\nwhole-1.dist-info/INSTALLER,,\n",
        "begun-1.dist-info": None,
        "unended-1.dist-info": "whole.py,,\n",
        "robbed-1.dist-info": "gone.py,,\nrobbed-1.dist-info/INSTALLER,,\n",
    }
    (clone.site / "whole.py").touch()
    for name, record in records.items():
        folder = clone.site / name
        folder.mkdir()
        (folder / "METADATA").touch()
        if record is not None:
            (folder / "INSTALLER").touch()
            (folder / "RECORD").write_text(record, encoding="utf-8")
    (clone.site / "~alf").mkdir()
    clone.make("test")
    left = {path.name for path in clone.site.iterdir()} - {"pip", "pytest"}
    assert {"whole-1.dist-info", "whole.py"} == left


def test_a_clone_that_was_moved_is_set_up_anew(clone: Clone) -> None:
    """Scripts in .venv hold its path, so a folder that was moved gets a new one."""
    clone.make("run")
    clone.folder = clone.folder.rename(clone.folder.with_name("moved"))
    clone.calls()
    assert clone.make("run").returncode == 0
    assert _pip(clone.calls())


def test_a_venv_whose_python_has_gone_is_made_anew(clone: Clone) -> None:
    """An upgrade may take away the Python that .venv stands on."""
    clone.make("run")
    python = clone.folder / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    clone.calls()
    assert clone.make("run").returncode == 0
    assert _pip(clone.calls())


OLD = "#!/bin/sh\necho old\n"
LACKING = "#!/bin/sh\necho lacks\n"
FOUND_NONE = (
    "Footnote needs Python 3.11 or newer, and found no python3: install it (Debian, Ubuntu: apt "
    "install python3 python3-venv; macOS: brew install python), then make again."
)
FOUND_OLD = (
    "Footnote needs Python 3.11 or newer, and python3 is older: install a newer one (Debian, "
    "Ubuntu: apt install python3.11 python3.11-venv; macOS: brew install python), then make again, "
    "with PYTHON=its-path where it has another name."
)
FOUND_LACKING = (
    "{0} lacks venv: install it (Debian, Ubuntu: apt install {0}-venv), then make again."
)


@pytest.mark.parametrize(
    ("pythons", "sentence"),
    [
        ({}, FOUND_NONE),
        ({"python3": OLD}, FOUND_OLD),
        ({"python3": LACKING}, FOUND_LACKING.format("python3")),
        ({"python3": OLD, "python3.12": LACKING}, FOUND_LACKING.format("python3.12")),
    ],
)
@pytest.mark.parametrize("target", ["run", "test", "check"])
def test_a_machine_without_a_python_is_told_what_to_install(
    clone: Clone, target: str, pythons: dict[str, str], sentence: str
) -> None:
    """Where no Python will do, one sentence says what to install."""
    tools = Path(clone.env["PATH"])
    (tools / "python3").unlink()
    for name, text in pythons.items():
        script(tools / name, text)
    ran = clone.make(target)
    assert (2, sentence) == (ran.returncode, ran.stderr.splitlines()[0])
    assert not (clone.folder / ".venv").exists()


def test_a_newer_python_under_its_own_name_is_used(clone: Clone) -> None:
    """Where python3 is too old, a python3.11 beside it is taken."""
    tools = Path(clone.env["PATH"])
    (tools / "python3").rename(tools / "python3.11")
    script(tools / "python3", OLD)
    ran = clone.make("run")
    assert ran.returncode == 0
    assert "with python3.11" in ran.stderr


@pytest.mark.parametrize(
    ("version", "printed"), [((2, 7), "old"), ((3, 10), "old"), ((3, 11), "suits")]
)
def test_the_makefile_tells_pythons_apart(version: tuple[int, int], printed: str) -> None:
    """The Makefile's own question to a Python is answered by its version."""
    probe = re.search(r"^define PROBE\n(.*?)^endef", MAKEFILE, re.MULTILINE | re.DOTALL)
    assert probe is not None
    code = f"import sys; sys.version_info = {version}\n{probe[1]}"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed == ran.stdout.strip()


# torch.


def test_the_cpu_build_of_torch_is_installed_alone(clone: Clone) -> None:
    """On Linux exactly the CPU build is asked for, without what else pip might find there."""
    clone.make("run")
    (install,) = [call for call in _pip(clone.calls()) if "torch==" in call]
    assert install.endswith(f" torch=={TORCH}+cpu")
    assert " --no-deps " in install


@pytest.mark.parametrize("versions", [TORCH, f"{TORCH}+cu130, {TORCH}", f"1{TORCH}+cpu, {TORCH}"])
def test_a_cuda_build_of_torch_is_not_installed(clone: Clone, versions: str) -> None:
    """Where only builds with CUDA are found, set-up stops before one is downloaded."""
    ran = clone.make("run", TORCH_VERSIONS=versions)
    assert ran.returncode == 2
    assert f"No CPU build of torch {TORCH} can be found" in ran.stderr
    assert "then make again." in ran.stderr
    assert not [call for call in _pip(clone.calls()) if "torch==" in call]


def test_a_torch_that_is_there_stays(clone: Clone) -> None:
    """Any build of the right version that its owner installed into .venv is kept."""
    clone.make("run", TORCH_VERSIONS="")
    info = clone.site / f"torch-{TORCH}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: torch\nVersion: {TORCH}+cu130\n", encoding="utf-8")
    (info / "INSTALLER").touch()
    (info / "RECORD").write_text(f"{info.name}/INSTALLER,,\n", encoding="utf-8")
    clone.calls()
    assert clone.make("run", TORCH_VERSIONS="").returncode == 0
    assert len(_pip(clone.calls())) == 1


def test_elsewhere_the_normal_build_of_torch_is_installed(clone: Clone) -> None:
    """On macOS the normal build is a CPU build, and no other index is asked."""
    script(Path(clone.env["PATH"]) / "uname", "#!/bin/sh\necho Darwin\n")
    clone.make("run", TORCH_VERSIONS="")
    calls = _pip(clone.calls())
    assert [f"torch=={TORCH}"] == [call.split()[-1] for call in calls if "torch" in call]
    assert not [call for call in calls if "index-url" in call]


# Running.


def test_without_a_token_the_chat_gets_standard_input(clone: Clone) -> None:
    """Set-up and indexing leave the questions on standard input to the chat."""
    ran = clone.make("run", stdin="What is Footnote?\n")
    assert ran.stdout == "answers: What is Footnote?\n"
    assert "DISCORD_TOKEN is not set: starting a chat" in ran.stderr
    assert clone.calls()[-2:] == ["footnote index", "footnote chat"]


@pytest.mark.parametrize(
    ("token", "command"), [("", "chat"), (" \t", "chat"), ("abc.def", "run"), ("a b*", "run")]
)
def test_the_token_chooses_between_bot_and_chat(clone: Clone, token: str, command: str) -> None:
    """The bot starts where DISCORD_TOKEN holds something; what it holds is not printed."""
    ran = clone.make("run", DISCORD_TOKEN=token)
    assert f"footnote {command}" == clone.calls()[-1]
    assert not token.strip() or token not in ran.stdout + ran.stderr


def test_an_old_index_answers_where_indexing_fails(clone: Clone) -> None:
    """A broken source does not keep the bot from starting on the index there is."""
    ran = clone.make("run", INDEX_CODE="1", GENERATIONS="000001")
    assert ran.returncode == 0
    assert "Indexing failed, so Footnote starts with the index there is." in ran.stderr
    assert clone.calls()[-1] == "footnote chat"


def test_nothing_starts_without_an_index(clone: Clone) -> None:
    """Where the first indexing fails, its message stands last."""
    ran = clone.make("run", INDEX_CODE="1", GENERATIONS="")
    assert ran.returncode == 2
    assert clone.calls()[-1] == "footnote generations"


def test_clean_keeps_data(clone: Clone) -> None:
    """`make clean` removes .venv and caches, and nothing of the archive."""
    clone.make("run")
    for name in (".mypy_cache/x", "bot/__pycache__/x", "data/__pycache__/kept", "data/catalog.db"):
        path = clone.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    clone.make("clean")
    left = {path.name for path in clone.folder.rglob("*") if path.is_file()}
    assert {"Makefile", "pyproject.toml", "constraints.txt", "kept", "catalog.db"} == left


def test_make_alone_lists_every_target(clone: Clone) -> None:
    """`make` says what it can do, and does nothing."""
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony is not None
    listed = [line.split()[1] for line in clone.make().stdout.splitlines()]
    assert sorted(phony[1].split()) == sorted(listed)
    assert clone.calls() == []


# What else starts Footnote or checks it.


def test_the_hooks_run_what_make_check_runs(clone: Clone) -> None:
    """pre-commit and `make check` agree on every command."""
    clone.make("check")
    checks = [call.strip() for call in clone.calls() if not call.startswith("pip ")]
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    assert checks == [hook["entry"].removeprefix(".venv/bin/") for hook in hooks]
    assert {("system", False)} == {(hook["language"], hook["pass_filenames"]) for hook in hooks}


def test_continuous_integration_runs_the_tests(clone: Clone) -> None:
    """`.ci/run` runs `make test`, from wherever it is called, and fails with it."""
    (clone.folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", clone.folder / ".ci")
    assert os.access(ROOT / ".ci/run", os.X_OK)
    path = f"{clone.env['PATH']}:{os.environ['PATH']}"
    run = [clone.folder / ".ci/run"]
    ran = subprocess.run(run, env={**clone.env, "PATH": path}, cwd="/", check=False)
    assert (ran.returncode, clone.calls()[-1].split()[0]) == (0, "pytest")
    broken = {**clone.env, "PATH": path, "FAILING_PIP": "1"}
    shutil.rmtree(clone.folder / ".venv")
    assert subprocess.run(run, env=broken, cwd="/", check=False).returncode != 0
