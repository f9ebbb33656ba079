"""The house is built as its plan says: who imports whom, and what has a name and a docstring."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from .commands import ROOT, environment

PACKAGES = ("bot", "config", "retrieval")

HOMES = {
    "faiss": {"retrieval.scan"},
    "tantivy": {"retrieval.analysis", "retrieval.keywords"},
    "sqlalchemy": {
        "retrieval.catalog",
        "retrieval.citations",
        "retrieval.database",
        "retrieval.intake",
        "retrieval.migrations",
        "retrieval.notices",
        "retrieval.records",
        "retrieval.watches",
    },
    "alembic": {"retrieval.database", "retrieval.migrations"},
    "sentence_transformers": {"retrieval.model", "retrieval.crossencoder"},
    "transformers": {"retrieval.model"},
    "torch": {"retrieval.export", "retrieval.model", "retrieval.crossencoder"},
    "onnx": {"retrieval.quantised"},
    "onnxruntime": {"retrieval.graph"},
    "openvino": {"retrieval.openvinograph"},
    "tokenizers": {
        "retrieval.encoder",
        "retrieval.graph",
        "retrieval.openvinograph",
        "retrieval.quantised",
        "retrieval.runtimes",
    },
    "sentencex": {"retrieval.sentences"},
    "ftfy": {"retrieval.clean"},
    "frontmatter": {"retrieval.sources.markdown"},
    "markdown_it": {"retrieval.sources.markdown"},
    "trafilatura": {"retrieval.sources.html"},
    "lxml": {"retrieval.sources"},
    "pypdf": {"retrieval.sources.pdf"},
    "feedparser": {"retrieval.sources.feed"},
    "httpx": {"retrieval.sources.addresses", "retrieval.sources.http"},
    "httpcore": {"retrieval.sources.http", "retrieval.sources.addresses"},
    "protego": {"retrieval.sources.robots"},
    "pebble": {"retrieval.sources.parser"},
    "datasketch": {"retrieval.duplicates"},
    "rapidfuzz": {
        "retrieval.lexicon",
        "retrieval.lookup",
        "retrieval.names",
        "retrieval.vocabulary",
    },
    "xxhash": {"retrieval.checksums"},
    "ir_measures": {"retrieval.measures"},
    "matplotlib": {"retrieval.plots"},
    "yaml": {"config.settings", "retrieval.sources.markdown"},
    "pydantic": {"config.settings", "bot"},
    "typer": {"bot.cli"},
    "rich": {
        "bot.calibrating",
        "bot.cli",
        "bot.console",
        "bot.evaluating",
        "bot.scoreboard",
    },
    "structlog": {"bot.logs"},
    "regex": {"bot.markdown"},
    "babel": {"bot.language"},
    "fluent": {"bot.language"},
    "discord": {"bot"},
    "aiohttp": {"bot"},
}
"""Third parties, and the modules (or packages) that may import them."""

LATE = {
    ("retrieval.model", "sentence_transformers"): "torch, of which it is made, takes seconds",
    ("retrieval.model", "torch"): "it takes seconds and hundreds of megabytes",
    ("retrieval.model", "retrieval.quantised"): "onnx, which only preparing a model needs",
    ("retrieval.runtimes", "retrieval.openvinograph"): "OpenVINO, which need not be installed",
    ("retrieval.crossencoder", "sentence_transformers"): "torch, of which it is made",
    ("retrieval.crossencoder", "torch"): "it takes seconds and hundreds of megabytes",
    ("retrieval.export", "torch"): "it takes seconds and hundreds of megabytes",
    ("retrieval.duplicates", "datasketch"): "scipy, half a second that many runs need not spend",
    ("retrieval.database", "alembic"): "needed once a release; a quarter second at every start",
    ("bot.__main__", "bot.cli"): "a parser's child process imports its parent's main module",
    ("bot.cli", "bot.sourcing"): "what reads the formats takes a second, and no answer needs it",
    ("bot.cli", "bot.calibrating"): "what asks an archive about itself, which no answer needs",
    ("bot.cli", "bot.evaluating"): "what measures takes a second, and no answer needs it",
    ("bot.cli", "bot.refreshing"): "discord.py",
    ("bot.cli", "bot.doctor"): "discord.py, which no other look-up needs",
    ("bot.cli", "bot.access"): "discord.py",
    ("bot.cli", "bot.client"): "discord.py",
    ("bot.cli", "bot.listening"): "discord.py",
}
"""Imports within functions, each with its reason."""

VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "tools"}


def _modules() -> dict[str, Path]:
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    return found


MODULES = _modules()
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def _targets(name: str, node: ast.AST) -> Iterator[str]:
    """Yield the dotted names that an import statement of a module imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        if node.level:
            package = name.split(".")[: -node.level]
            module = ".".join([*package, *filter(None, [node.module])])
        else:
            module = node.module or ""
        for alias in node.names:
            deeper = f"{module}.{alias.name}"
            yield deeper if deeper in MODULES else module


def _for_types_alone(tree: ast.Module) -> set[ast.AST]:
    guarded = [
        node
        for node in tree.body
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    ]
    return {inner for node in guarded for inner in ast.walk(node)}


@cache
def _imports(name: str, *, typing: bool = True) -> set[str]:
    tree = TREES[name]
    left_out = set() if typing else _for_types_alone(tree)
    return {t for node in ast.walk(tree) if node not in left_out for t in _targets(name, node)}


def _within(name: str, homes: set[str]) -> bool:
    return any(name == home or name.startswith(f"{home}.") for home in homes)


def test_the_modules_are_found() -> None:
    """The suite looks at the modules that there are."""
    assert {"bot.cli", "config.settings", "retrieval.archive", "retrieval.sources"} <= set(MODULES)
    assert "retrieval.types" in _imports("retrieval.archive")


@pytest.mark.parametrize(
    ("package", "foreign"),
    [
        ("retrieval", {"bot", "config", "discord"}),
        ("config", {"bot", "discord"}),
        ("bot", {"tests", "benchmarks"}),
    ],
)
def test_imports_go_one_way(package: str, foreign: set[str]) -> None:
    """The bot imports retrieval and never the other way; nobody imports the tests."""
    wrong = {
        (name, target)
        for name in MODULES
        if _within(name, {package})
        for target in _imports(name)
        if _within(target, foreign)
    }
    assert set() == wrong


def test_config_takes_only_errors_and_languages_from_retrieval() -> None:
    """Settings know of nothing but the error they raise and the languages that may be named."""
    taken = {t for t in _imports("config.settings") if _within(t, {"retrieval"})}
    assert {"retrieval.errors", "retrieval.languages"} == taken


def test_only_the_command_line_reads_settings() -> None:
    """Settings are read by the composition root; everyone else is handed what it needs."""
    readers = {
        name for name in MODULES for t in _imports(name)
        if _within(t, {"config"}) and not _within(name, {"config"})
    }  # fmt: skip
    assert {
        "bot.calibrating",
        "bot.cli",
        "bot.composition",
        "bot.evaluating",
        "bot.learning",
        "bot.sourcing",
    } == readers


@pytest.mark.parametrize("library", HOMES)
def test_a_library_has_one_home(library: str) -> None:
    """A third party is imported by the modules that own it, and by no other."""
    importers = {
        name for name in MODULES for target in _imports(name) if _within(target, {library})
    }
    assert [] == sorted(name for name in importers if not _within(name, HOMES[library]))


def test_no_modules_import_each_other_in_a_ring() -> None:
    """There is no cycle of imports, imports within functions included, those for types apart."""
    ahead = {name: _imports(name, typing=False) & set(MODULES) - {name} for name in MODULES}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join([*path[path.index(name) :], name])
        if name not in done:
            for target in sorted(ahead[name]):
                visit(target, (*path, name))
            done.add(name)

    for name in sorted(MODULES):
        visit(name, ())


def test_imports_stand_at_the_top() -> None:
    """An import stands within a function only where it is listed with its reason."""
    late = set()
    for name, tree in TREES.items():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                for node in ast.walk(function):
                    late |= {(name, target.split(".")[0] if not target.startswith(PACKAGES)
                              else target) for target in _targets(name, node)}  # fmt: skip
    assert set(LATE) == late


def test_everything_public_says_what_it_is() -> None:
    """Every module, public class, function and method has a docstring."""
    silent = []
    for name, tree in TREES.items():
        if MODULES[name].name == "__init__.py" and not tree.body:
            continue
        if not ast.get_docstring(tree):
            silent.append(name)
        silent += [f"{name}.{n.name}" for n in _public(tree) if not ast.get_docstring(n)]
    assert [] == silent


def _public(
    tree: ast.Module | ast.ClassDef,
) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("_"):
                continue
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def test_every_test_says_what_it_proves() -> None:
    """Every test's docstring is a sentence."""
    wrong = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            said = ast.get_docstring(node) or ""
            if node.name.startswith("test_") and not said.endswith("."):
                wrong.append(f"{path.name}: {node.name}")
    assert [] == wrong


def test_no_module_is_named_vaguely() -> None:
    """A module is named for what it does."""
    paths = [*MODULES.values(), *(ROOT / "tests").rglob("*.py")]
    assert [] == [str(path) for path in paths if set(path.stem.strip("_").split("_")) & VAGUE]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_file_is_of_a_readable_size(module: str) -> None:
    """No file outgrows what can be held in mind."""
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= 560


ASKING = """
import sys
from pathlib import Path
import bot.cli, bot.composition
from config.settings import load_settings
archive = bot.composition.open_archive(load_settings(data_dir=Path(sys.argv[1])))
answer = archive.ask("Who is in charge of Alibaba?")
assert answer.hits
heavy = {"torch", "sentence_transformers", "transformers", "sklearn", "scipy", "onnx", "alembic"}
heavy |= {"trafilatura", "lxml", "pypdf", "feedparser", "httpx", "datasketch", "pebble"}
heavy |= {"matplotlib", "ir_measures"}
print(sorted(heavy & set(sys.modules)))
"""


def test_a_process_that_answers_never_loads_torch(newspaper_dir: Path) -> None:
    """Opening an archive and asking it imports neither torch nor what reads the formats."""
    command = [sys.executable, "-c", ASKING, str(newspaper_dir)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    assert (0, "[]\n") == (done.returncode, done.stdout), done.stderr


def test_the_terminal_never_loads_discord() -> None:
    """A command other than `footnote run` does not wait for what speaks to Discord."""
    code = "import sys, bot.cli; print([name for name in sys.modules if name == 'discord'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (0, "[]\n") == (done.returncode, done.stdout), done.stderr


@pytest.mark.parametrize("module", sorted(MODULES))
def test_importing_does_no_work(module: str) -> None:
    """At a module's top stand only definitions: no call that reads, writes, prints or connects."""
    idle = {"open", "print", "input", "exec", "eval", "run", "Popen", "connect", "mkdir", "main"}
    for node in TREES[module].body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            called = ast.unparse(node.value.func).rsplit(".", 1)[-1]
            assert called not in idle, (module, called)
