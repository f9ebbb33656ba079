"""A clone of the project on a machine whose pip and tools only write down what they are told."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .commands import ROOT

FAKE_PYTHON = f"""#!/bin/sh
# The Python that runs the tests; its virtual environments have a pip that only writes down.
[ "$1 $2 $3" = "-m venv --clear" ] || exec {shlex.quote(sys.executable)} "$@"
{shlex.quote(sys.executable)} -m venv --without-pip --clear "$4"
site=$("$4/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
cp -R "$FAKES/." "$site"
"""

FAKE_PIP = """
import os, pathlib, sys

arguments = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
with open(os.environ["CALLS"], "a") as calls:
    print("pip", *sys.argv[1:], file=calls)
if arguments[0] == "index":
    print("torch (9.9.9)\\nAvailable versions: 9.9.9, " + os.environ["TORCH_VERSIONS"])
elif "FAILING_PIP" in os.environ:
    sys.exit("no network")
elif arguments[0] == "install":
    for tool in ("footnote", "mypy", "ruff"):
        script = pathlib.Path(sys.prefix, "bin", tool)
        script.write_text(pathlib.Path(os.environ["TOOL"]).read_text())
        script.chmod(0o755)
"""

FAKE_PYTEST = """
import os, sys

with open(os.environ["CALLS"], "a") as calls:
    print("pytest", *sys.argv[1:], file=calls)
"""

FAKE_TOOL = """#!/bin/sh
echo "${0##*/} $*" >> "$CALLS"
case "${0##*/} $1" in
"footnote index") cat >> "$CALLS"; exit "${INDEX_CODE:-0}";;
"footnote generations") echo "$GENERATIONS";;
"footnote chat") echo "answers: $(cat)";;
esac
"""


def script(path: Path, text: str) -> None:
    """Write an executable file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@dataclass
class Clone:
    """A folder with the files that set-up reads, in which pip and the tools only write down.

    Attributes:
        folder: The folder.
        env: The environment that make is given.
    """

    folder: Path
    env: dict[str, str]

    def make(
        self, *arguments: str, stdin: str = "", **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run make, with more environment, and wait for its end."""
        return subprocess.run(
            ["make", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**self.env, **env},
            timeout=100,
            check=False,
        )

    def calls(self) -> list[str]:
        """Return what pip and the tools were called with since this was last asked."""
        log = Path(self.env["CALLS"])
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines

    @property
    def site(self) -> Path:
        """The folder that pip installs into."""
        (found,) = self.folder.glob(".venv/lib/python*/site-packages")
        return found


def fresh_clone(tmp_path: Path, torch: str) -> Clone:
    """Return a bare clone on a Linux machine that has make and a python3.

    Args:
        tmp_path: An empty folder.
        torch: The version of torch that can be had there.
    """
    folder = tmp_path / "a clone"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    script(tmp_path / "fakes/pip/__main__.py", FAKE_PIP)
    script(tmp_path / "fakes/pytest/__main__.py", FAKE_PYTEST)
    script(tmp_path / "tool", FAKE_TOOL)
    script(tmp_path / "bin/python3", FAKE_PYTHON)
    script(tmp_path / "bin/uname", "#!/bin/sh\necho Linux\n")
    tools = ("awk", "cat", "cp", "env", "find", "make", "rm", "sed", "sh", "touch", "tr")
    for name in tools:
        found = shutil.which(name)
        assert found is not None
        (tmp_path / "bin" / name).symlink_to(found)
    env = {
        "PATH": str(tmp_path / "bin"),
        "FAKES": str(tmp_path / "fakes"),
        "TOOL": str(tmp_path / "tool"),
        "CALLS": str(tmp_path / "calls"),
        "TORCH_VERSIONS": f"{torch}+cpu, {torch}",
    }
    return Clone(folder, env)
