"""The settings: one frozen value, and the only reader of YAML settings and the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from retrieval.errors import SettingsError
from retrieval.languages import LANGUAGES

DEFAULTS = Path(__file__).with_name("default.yaml")
PROJECT = DEFAULTS.parent.parent

Path_ = tuple[str, ...]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, allow_inf_nan=False)


def _pattern(value: object) -> object:
    if isinstance(value, str):
        try:
            return re.compile(value)
        except re.error as error:
            raise ValueError(f"not a regular expression ({error})") from error
    return value


def _names_title(pattern: re.Pattern[str]) -> re.Pattern[str]:
    if "title" not in pattern.groupindex:
        raise ValueError("it has no group `title`, such as (?P<title>.+)")
    return pattern


_DURATION = re.compile(r"(\d+(?:\.\d+)?) ?([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(value: object) -> object:
    if isinstance(value, str):
        parts = _DURATION.fullmatch(value.strip())
        if parts is None:
            raise ValueError("it is no span of time such as 90s, 30m, 12h or 7d")
        return float(parts[1]) * _SECONDS[parts[2]]
    return value


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it is no web address; begin it with https:// or http://")
    return url


def _time_zone(name: str) -> str:
    if name != "UTC":
        try:
            ZoneInfo(name)
        except (OSError, ValueError, KeyError) as error:
            raise ValueError("it is no time zone such as UTC or Europe/Berlin") from error
    return name


def _known_language(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"it is none of {', '.join(sorted(LANGUAGES))}")
    return code


Duration = Annotated[float, BeforeValidator(_duration), Field(ge=10)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Share = Annotated[float, Field(ge=0, le=1)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Pattern = Annotated[re.Pattern[str], BeforeValidator(_pattern)]
TitlePattern = Annotated[Pattern, AfterValidator(_names_title)]
Snowflake = Annotated[int, Field(ge=1)]
Grants = dict[Snowflake, frozenset[str]]


SourceKind = Literal[
    "dump", "markdown", "html", "pdf", "jsonlines", "csv", "feed", "page", "sitemap"
]
FieldName = Literal[
    "id", "title", "text", "url", "source", "authors", "published_at", "updated_at", "language",
    "licence", "tags", "collection", "aliases",
]  # fmt: skip


class DumpSettings(_Section):
    """How a text file is told apart into articles."""

    title: TitlePattern
    end: Pattern


class SourceSettings(_Section):
    """One source of articles."""

    path: Path | None = None
    url: WebAddress | None = None
    kind: SourceKind | None = None
    source: str | None = None
    collection: str = "public"
    title: TitlePattern | None = None
    end: Pattern | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    fields: dict[FieldName, str] = {}
    follow: bool = True
    every: Duration | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if (self.path is None) == (self.url is None):
            raise ValueError("a source has a `path` or a `url`, and one of them alone")
        if self.path is not None and self.kind in ("page", "sitemap"):
            raise ValueError(f"a `{self.kind}` has a `url`, not a `path`")
        return self


class LimitSettings(_Section):
    """What reading one source may cost."""

    document_bytes: Annotated[int, Field(ge=1000)]
    row_bytes: Annotated[int, Field(ge=1000)]
    archive_bytes: Annotated[int, Field(ge=1000)]
    documents: Annotated[int, Field(ge=1)]
    seconds: Annotated[float, Field(gt=0)]


class WebSettings(_Section):
    """How web pages are fetched."""

    allow_hosts: frozenset[str]
    delay: Annotated[float, Field(ge=0)]
    seconds: Annotated[float, Field(gt=0)]


class ModelSettings(_Section):
    """The embedding model."""

    name: Annotated[str, Field(min_length=1)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None
    threads: Annotated[int, Field(ge=1, le=256)]
    runtime: Literal["auto", "fp32", "int8", "openvino"]


class PassageSettings(_Section):
    """How articles are cut."""

    window: Annotated[int, Field(ge=16)] | None
    overlap: Annotated[int, Field(ge=0)]


class SearchSettings(_Section):
    """How questions are answered."""

    candidates: Annotated[int, Field(ge=1, le=1000)]
    caution: Literal["strict", "balanced", "eager"]
    longest_question: Annotated[int, Field(ge=10, le=6000)]
    recency: Share


class GateSettings(_Section):
    """What may stop a new generation of the index."""

    questions: Path | None
    allowed: Share


class RerankerSettings(_Section):
    """The cross-encoder, where there is one."""

    name: Annotated[str, Field(min_length=1)] | None
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None
    first: Annotated[int, Field(ge=2, le=200)]
    budget_ms: Annotated[float, Field(gt=0)]
    threads: Annotated[int, Field(ge=1, le=256)]


class AccessSettings(_Section):
    """Which collections readers in Discord may see."""

    public: frozenset[str]
    servers: Grants
    channels: Grants
    roles: Grants


class ListeningSettings(_Section):
    """Where the bot answers questions that are not addressed to it."""

    channels: frozenset[Snowflake]
    wait: Annotated[float, Field(ge=0)]
    confidence: Share


class WatchSettings(_Section):
    """Questions that readers leave, to be told what answers them later."""

    per_user: Annotated[int, Field(ge=0, le=25)]
    per_server: Annotated[int, Field(ge=0)]
    ask_after: Annotated[int, Field(ge=1)]


class DiscordSettings(_Section):
    """The bot."""

    admins: frozenset[Snowflake]
    admin_roles: frozenset[Snowflake]
    home_servers: frozenset[Snowflake]
    cooldown: Annotated[float, Field(ge=0)]
    concurrency: Annotated[int, Field(ge=1, le=64)]
    keep_answers: Annotated[int, Field(ge=1)]
    correct_days: Annotated[int, Field(ge=0, le=3650)]
    listening: ListeningSettings
    watches: WatchSettings


class Settings(_Section):
    """Every setting."""

    data_dir: Path
    language: Annotated[str, AfterValidator(_known_language)]
    timezone: TimeZone
    sources: tuple[SourceSettings, ...]
    dump: DumpSettings
    limits: LimitSettings
    web: WebSettings
    model: ModelSettings
    passages: PassageSettings
    search: SearchSettings
    reranker: RerankerSettings
    gate: GateSettings
    keep_generations: Annotated[int, Field(ge=1)]
    access: AccessSettings
    discord: DiscordSettings
    log_level: Literal["debug", "info", "warning", "error"]


class _Document:
    """One settings file: its values, and the line that each stands on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[Path_, int] = {}
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SettingsError(
                f"The settings file {path} cannot be opened ({reason}); check --config and "
                "FOOTNOTE_CONFIG."
            ) from error
        except UnicodeDecodeError as error:
            raise SettingsError(f"{path} is not UTF-8; save it as UTF-8.") from error
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
            self.values = yaml.safe_load(text)
            if node is not None:
                self._note(node, ())
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = mark.line + 1 if mark else 1
            raise SettingsError(f"{path}:{line}: {error.problem}; mend the YAML there.") from error
        except (yaml.YAMLError, TypeError, ValueError, RecursionError) as error:
            raise SettingsError(f"{path}: {error}; mend the YAML.") from error
        if self.values is None:
            self.values = {}
        if not isinstance(self.values, dict):
            raise SettingsError(f"{path}:1: settings are `key: value` lines; write them so.")

    def _note(self, node: yaml.Node, at: Path_) -> None:
        self.lines.setdefault(at, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            seen = set()
            for key, value in node.value:
                line = key.start_mark.line + 1
                if key.value in seen:
                    raise SettingsError(
                        f"{self.path}:{line}: `{key.value}` stands here twice; keep one."
                    )
                seen.add(key.value)
                inner = (*at, key.value)
                self.lines[inner] = line
                self._note(value, inner)
        elif isinstance(node, yaml.SequenceNode):
            for number, item in enumerate(node.value):
                self._note(item, (*at, str(number)))

    def line(self, at: Path_) -> int | None:
        """Return the line of a value, or of what holds it; None where it is not in this file."""
        if at[:1] not in self.lines:
            return None
        while at not in self.lines:
            at = at[:-1]
        return self.lines[at]


def _merge(base: Mapping[Hashable, Any], over: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
    """Lay one file's values over another's, section by section; lists are replaced whole."""
    merged = dict(base)
    for key, value in over.items():
        held = merged.get(key)
        if isinstance(held, dict) and isinstance(value, dict):
            merged[key] = _merge(held, value)
        else:
            merged[key] = value
    return merged


def _expand(path: str | Path) -> Path:
    """Return a path with `~` resolved; one that names no user stays as it is."""
    return Path(os.path.expanduser(path))


def _resolve(values: dict[Hashable, Any], folder: Path) -> None:
    """Make a file's paths absolute, relative ones from the file's own folder."""
    if isinstance(values.get("data_dir"), str):
        values["data_dir"] = folder / _expand(values["data_dir"])
    for model in (values.get("model"), values.get("reranker")):
        if isinstance(model, dict) and "/" in str(model.get("name")):
            place = folder / _expand(str(model["name"]))
            if place.is_dir():  # else it is a hub's name, which has a slash too
                model["name"] = str(place.resolve())
    gate = values.get("gate")
    if isinstance(gate, dict) and isinstance(gate.get("questions"), str):
        gate["questions"] = folder / _expand(gate["questions"])
    sources = values.get("sources")
    for source in sources if isinstance(sources, list) else ():
        if isinstance(source, dict) and isinstance(source.get("path"), str):
            source["path"] = folder / _expand(source["path"])


def _sentence(problem: Mapping[str, Any], document: _Document) -> str:
    at = tuple(str(part) for part in problem["loc"] if part != "[key]")
    line = document.line(at)
    name = ".".join(at)
    place = f"{document.path}:{line}" if line else str(document.path)
    if problem["type"] == "extra_forbidden":
        return (
            f"{place}: there is no setting `{name}`; see config/default.yaml for those there are."
        )
    if problem["type"] == "missing":
        return f"{place}: `{name}` is missing; add it."
    message = str(problem["msg"]).removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    return f"{place}: `{name}` is wrong: {message}; config/default.yaml shows what it takes."


def settings_file(config: Path | None) -> Path | None:
    """Return the settings file given, else the one that FOOTNOTE_CONFIG names, else None."""
    value = os.environ.get("FOOTNOTE_CONFIG")
    return config or (Path(value) if value else None)


def load_settings(config: Path | None = None, data_dir: Path | None = None) -> Settings:
    """Return the settings: the defaults, under the user's own file where there is one.

    Args:
        config: The user's settings file; else the one that FOOTNOTE_CONFIG names; else none.
        data_dir: A data folder that overrides the files'.

    Raises:
        SettingsError: A file is missing, or holds an unknown key or a bad value; the message
            names the file, the line and the cure.
    """
    named = settings_file(config)
    defaults = _Document(DEFAULTS)
    _resolve(defaults.values, PROJECT)
    values, document = defaults.values, defaults
    if named is not None:
        document = _Document(_expand(named))
        _resolve(document.values, document.path.resolve().parent)
        values = _merge(values, document.values)
        model = document.values.get("model")
        if isinstance(model, dict) and "name" in model:
            # The default hash is the default model's; another model has another.
            values["model"]["sha256"] = model.get("sha256")
    if data_dir is not None:
        values["data_dir"] = _expand(data_dir).resolve()
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        problems = [_sentence(problem, document) for problem in error.errors(include_url=False)]
        raise SettingsError("\n".join(problems)) from error
    return settings


def discord_token() -> SecretStr | None:
    """Return the bot's token from the environment, None where there is none."""
    token = os.environ.get("DISCORD_TOKEN", "").strip()
    return SecretStr(token) if token else None
