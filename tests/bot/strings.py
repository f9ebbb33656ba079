"""What the catalogues hold, and what code takes from them, by their syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from bot.language import LANGUAGES, catalogue
from tests.commands import ROOT

TERMINAL = {
    "calibrating", "cli", "console", "doctor", "evaluating", "learning", "refreshing", "scoreboard",
    "sourcing",
}  # fmt: skip
"""The modules that speak to the operator alone, in the terminal and the log, in English."""

_SAYING = {"say", "self", "Refused"}
_LANGUAGE_OF = {"of_interaction", "of_message", "speaking"}
_INDIRECT = (ast.JoinedStr, ast.Subscript)
_LOGGING = {"debug", "info", "warning", "error", "exception", "critical"}


class Said(NamedTuple):
    """A string that code says by its key: where, with which arguments, `whole` if with no other."""

    where: str
    key: str
    arguments: frozenset[str]
    whole: bool


class _Named(Visitor):
    """Collects the variables and the messages that a message names."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.messages: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ftl.MessageReference) -> None:  # noqa: N802
        self.messages.add(node.id.name)


@cache
def entries(code: str) -> list[ftl.EntryType]:
    """Return what stands in a catalogue, in order: strings, comments, what cannot be read."""
    return list(FluentParser().parse(catalogue(code)).body)


@cache
def _named(code: str) -> dict[str, _Named]:
    found = {}
    for entry in entries(code):
        if isinstance(entry, ftl.Message):
            found[entry.id.name] = _Named()
            found[entry.id.name].visit(entry)
    return found


def keys(code: str) -> list[str]:
    """Return the keys of a catalogue, in order, a repeated one repeatedly."""
    return [entry.id.name for entry in entries(code) if isinstance(entry, ftl.Message)]


def variables(code: str, key: str) -> frozenset[str]:
    """Return the arguments that a string wants, those of strings within it as well."""
    named = _named(code)[key]
    within = (variables(code, other) for other in named.messages)
    return frozenset(named.variables).union(*within)


def referenced() -> set[str]:
    """Return the keys of the strings that stand in other ones, in any language."""
    return {key for code in LANGUAGES for named in _named(code).values() for key in named.messages}


@cache
def trees(package: str = "bot") -> dict[str, ast.Module]:
    """Return the modules of a package by name, without their docstrings."""
    found = {}
    for path in sorted((ROOT / package).glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                node.value = ast.Constant(None)
        found[Path(path).stem] = tree
    return found


def literals(package: str = "bot") -> set[str]:
    """Return every string that the code of a package holds."""
    return {
        node.value
        for tree in trees(package).values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def composed() -> set[str]:
    """Return every string that an f-string of one hole, filled with a known word, can become."""
    fillings = literals() | literals("retrieval")
    found = set()
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [p.value if isinstance(p, ast.Constant) else None for p in node.values]
                if parts.count(None) == 1 and re.search(r"[a-z]-|-[a-z]", str(parts)):
                    found |= {"".join(filling if p is None else str(p) for p in parts)
                              for filling in fillings}  # fmt: skip
    return found


def _says(function: ast.expr) -> bool:
    match function:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name in _SAYING
        case ast.Call(ast.Name(name) | ast.Attribute(attr=name)):
            return name in _LANGUAGE_OF
    return False


def said() -> Iterator[Said]:
    """Yield every string that code says by a literal key."""
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args and _says(node.func)):
                continue
            arguments = [keyword.arg for keyword in node.keywords]
            for key in ast.walk(node.args[0]):
                # What a subscript or an f-string holds is a part of a key, or leads to one.
                if isinstance(key, ast.Constant) and not isinstance(node.args[0], _INDIRECT):
                    given = frozenset(filter(None, arguments))
                    where, text = f"{name}:{node.lineno}", str(key.value)
                    yield Said(where, text, given, None not in arguments)


def sentences(tree: ast.Module) -> Iterator[str]:
    """Yield the literals of two words or more that are neither logged, raised nor a pattern."""
    aside: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Raise() | ast.Assert():
                aside |= set(ast.walk(node))
            case ast.Call(ast.Attribute(ast.Name("_log"), name)) if name in _LOGGING:
                aside |= set(ast.walk(node))
            case ast.Call(ast.Attribute(ast.Name("re"))):
                aside |= set(ast.walk(node))
    for node in ast.walk(tree):
        if node in aside or not isinstance(node, ast.Constant):
            continue
        if not isinstance(node.value, str) or "\\" in node.value:  # a part of a pattern
            continue
        if re.search(r"\w[,;:.]? [A-Za-z]", node.value):
            yield node.value
