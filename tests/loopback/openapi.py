"""Description: Discord's own OpenAPI document, and what it says about a request."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from .violations import Json, Kind, Violation

PATH_VARIABLE = "DISCORD_OPENAPI"
USUAL_PATH = Path(__file__).parents[3] / "shared" / "discord" / "openapi.json"

_URI = "urn:discord:openapi"
_SCHEMA_PREFIX = "#/components/schemas/"
_BOOLEANS = {"true", "false", "1", "0"}
_CODES = {
    "maxLength": "BASE_TYPE_MAX_LENGTH",
    "minLength": "BASE_TYPE_MIN_LENGTH",
    "maxItems": "BASE_TYPE_MAX_LENGTH",
    "minItems": "BASE_TYPE_MIN_LENGTH",
    "required": "BASE_TYPE_REQUIRED",
    "enum": "BASE_TYPE_CHOICES",
    "oneOf": "UNION_TYPE_CHOICES",
    "anyOf": "UNION_TYPE_CHOICES",
}


class Operation:
    """One method of one path of the description."""

    def __init__(self, template: str, parameters: list[Json], validator: Any | None) -> None:
        """Hold the parameters and the compiled schema of the body, if it takes one."""
        self.template = template
        self.parameters = {(each["in"], each["name"]): each for each in parameters}
        self.validator = validator


class Description:
    """Discord's OpenAPI document, its schemas compiled once and as they are needed."""

    def __init__(self, document: Json) -> None:
        """Index the paths of a parsed document."""
        self._document = document
        self._schemas: Json = document["components"]["schemas"]
        # Discord takes a snowflake as a number too, and discord.py sends message references so.
        self._schemas["SnowflakeType"] = {
            "anyOf": [self._schemas["SnowflakeType"], {"type": "integer", "minimum": 0}]
        }
        self._registry: Registry[Any] = Registry().with_resource(
            _URI, DRAFT202012.create_resource(document)
        )
        # Discord's unions overlap (an autocomplete answer with no choices fits three of them), so
        # one branch that fits is enough; the `type` number tells which branch was meant.
        self._validator_class = extend(  # type: ignore[no-untyped-call]
            Draft202012Validator, {"oneOf": self._union, "anyOf": self._union}
        )
        self._paths = sorted(document["paths"], key=lambda path: path.count("{"))
        self._patterns = [(path, _pattern(path)) for path in self._paths]
        self._operations: dict[tuple[str, str], Operation] = {}

    def find(self, method: str, path: str) -> Operation | None:
        """Return the operation that answers a request, or None."""
        for template, pattern in self._patterns:
            if pattern.fullmatch(path) and method.lower() in self._document["paths"][template]:
                return self._operation(method.lower(), template)
        return None

    def check(self, method: str, path: str, query: Mapping[str, str], body: Any) -> list[Violation]:
        """Return what the description says against a request.

        Args:
            method: The HTTP method.
            path: The path below `/api/v10`.
            query: The query parameters.
            body: The parsed JSON (the `payload_json` part of a multipart body), or None.
        """
        operation = self.find(method, path)
        if operation is None:
            return [Violation(Kind.ROUTE, (), f"no such operation: {method} {path}")]
        return [
            *self._check_path(operation, path),
            *self._check_query(operation, query),
            *self._check_body(operation, body),
        ]

    def _operation(self, method: str, template: str) -> Operation:
        key = (method, template)
        if key not in self._operations:
            shared = self._document["paths"][template]
            described = shared[method]
            parameters = [*shared.get("parameters", []), *described.get("parameters", [])]
            media = described.get("requestBody", {}).get("content", {})
            kind = "application/json"
            validator = None
            if kind in media:
                steps = ("paths", template, method, "requestBody", "content", kind, "schema")
                pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
                schema = {"$ref": f"{_URI}#/{pointer}"}
                validator = self._validator_class(schema, registry=self._registry)
            self._operations[key] = Operation(template, parameters, validator)
        return self._operations[key]

    def _check_path(self, operation: Operation, path: str) -> Iterator[Violation]:
        for part, value in zip(operation.template.split("/"), path.split("/"), strict=True):
            parameter = operation.parameters.get(("path", part.strip("{}")))
            if part.startswith("{") and parameter and not self._fits(parameter["schema"], value):
                yield Violation(Kind.ROUTE, (part,), f"{value!r} is no {part}")

    def _check_query(self, operation: Operation, query: Mapping[str, str]) -> Iterator[Violation]:
        for name, value in query.items():
            parameter = operation.parameters.get(("query", name))
            if parameter is None:
                yield Violation(Kind.QUERY, (name,), "unknown query parameter")
            elif not self._fits(parameter["schema"], value):
                yield Violation(Kind.QUERY, (name,), f"{value!r} is not acceptable")

    def _fits(self, schema: Json, text: str) -> bool:
        kind = self._resolved(schema).get("type")
        if kind == "boolean":
            return text.lower() in _BOOLEANS
        if kind == "integer" and not text.lstrip("-").isdigit():
            return False
        absolute = {"$ref": _URI + schema["$ref"]} if "$ref" in schema else schema
        validator = self._validator_class(absolute, registry=self._registry)
        return bool(validator.is_valid(int(text) if kind == "integer" else text))

    def _check_body(self, operation: Operation, body: Any) -> Iterator[Violation]:
        if operation.validator is None:
            if body is not None:
                yield Violation(Kind.SCHEMA, (), "this operation takes no body")
            return
        for error in operation.validator.iter_errors(body):
            code = _CODES.get(error.validator, "BASE_TYPE_INVALID")
            yield Violation(Kind.SCHEMA, tuple(error.absolute_path), error.message[:300], code)

    def _union(
        self, validator: Any, branches: list[Json], instance: Any, _schema: Json
    ) -> Iterator[ValidationError]:
        meant = self._branches_meant(branches, instance)
        failures = []
        for branch in meant:
            errors = list(validator.descend(instance, branch))
            if not errors:
                return
            failures.append(errors)
        if len(failures) == 1:
            yield from failures[0]
        else:
            yield ValidationError(f"{instance!r} fits none of the {len(branches)} shapes allowed")

    def _branches_meant(self, branches: list[Json], instance: Any) -> list[Json]:
        if not isinstance(instance, dict):
            return branches
        objects = [branch for branch in branches if branch.get("type") != "null"]
        tagged = [
            branch
            for branch in objects
            if instance.get("type") in self._type_numbers(self._resolved(branch))
        ]
        return tagged or objects

    @staticmethod
    def _type_numbers(schema: Json) -> list[int]:
        numbers: list[int] = schema.get("properties", {}).get("type", {}).get("enum", [])
        return numbers

    def _resolved(self, schema: Json) -> Json:
        reference = schema.get("$ref", "")
        if reference.startswith(_SCHEMA_PREFIX):
            resolved: Json = self._schemas[reference.removeprefix(_SCHEMA_PREFIX)]
            return resolved
        return schema


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)))


def locate() -> Path | None:
    """Return the description's file: the one the environment names, or the usual one, or None."""
    path = Path(os.environ.get(PATH_VARIABLE, USUAL_PATH))
    return path if path.is_file() else None


@cache
def load(path: Path) -> Description:
    """Return the description in a file; a process reads and indexes it once."""
    return Description(json.loads(path.read_text(encoding="utf-8")))
