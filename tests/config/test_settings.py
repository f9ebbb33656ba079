"""The settings: defaults, a file of one's own, and what is wrong with it."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.settings import DEFAULTS, PROJECT, Settings, discord_token, load_settings
from retrieval.errors import SettingsError

Load = Callable[[str | bytes], Settings]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a test writes its settings file."""
    return tmp_path / "my.yaml"


@pytest.fixture
def load(path: Path) -> Load:
    """Return what loads settings of the given content."""

    def load(content: str | bytes) -> Settings:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load_settings(path)

    return load


def test_the_defaults_are_whole() -> None:
    """Without a file of one's own, every setting has its default."""
    settings = load_settings()
    assert PROJECT / "data" == settings.data_dir
    assert [PROJECT / "docs" / "handbook"] == [source.path for source in settings.sources]
    assert ("en", "info", 3) == (settings.language, settings.log_level, settings.keep_generations)
    assert frozenset({"public"}) == settings.access.public


def test_every_default_says_what_it_is() -> None:
    """In the file of defaults a comment stands above every setting or its section."""
    lines = DEFAULTS.read_text(encoding="utf-8").splitlines()
    bare = [
        line
        for before, line in itertools.pairwise(lines)
        if line
        and not line.startswith((" ", "#", "model:", "passages:", "search:", "discord:"))
        and not before.startswith("#")
    ]
    assert [] == bare


@pytest.mark.parametrize("content", ["", "\n", "# nothing\n", "---\n", "{}", b"\xef\xbb\xbf"])
def test_an_empty_file_changes_nothing(load: Load, content: str | bytes) -> None:
    """A file that says nothing leaves every default."""
    assert load_settings() == load(content)


def test_a_file_is_laid_over_the_defaults(load: Load) -> None:
    """What the file says wins, section by section; what it leaves out stays."""
    assert "Asia/Tokyo" == load("timezone: Asia/Tokyo").timezone
    settings = load("search:\n  caution: strict\nkeep_generations: 9\n")
    defaults = load_settings()
    assert ("strict", 9) == (settings.search.caution, settings.keep_generations)
    assert defaults.search.candidates == settings.search.candidates
    assert defaults.sources == settings.sources


def test_a_list_is_replaced_whole(load: Load) -> None:
    """Sources of one's own take the place of the handbook."""
    settings = load(
        "sources:\n  - path: a.txt\n    end: '^END$'\n  - path: b\n    kind: markdown\n"
    )
    assert ["a.txt", "b"] == [source.path and source.path.name for source in settings.sources]
    assert settings.sources[0].end is not None
    assert settings.sources[0].title is None
    assert "markdown" == settings.sources[1].kind
    assert () == load("sources: []").sources


def test_paths_are_relative_to_the_file(load: Load, path: Path) -> None:
    """A relative path starts at the file that says it, an absolute one stays, `~` is home."""
    home = os.path.expanduser("~")
    settings = load("data_dir: sub/data\nsources: [{path: ../x}, {path: /abs/y}, {path: ~/z}]")
    assert path.parent / "sub/data" == settings.data_dir
    assert [path.parent / "../x", Path("/abs/y"), Path(home, "z")] == [
        source.path for source in settings.sources
    ]


@pytest.mark.parametrize("said", ["~nosuchuser/x", "~$lock"])
def test_a_tilde_that_names_no_user_is_a_name(load: Load, path: Path, said: str) -> None:
    """A path that starts with a tilde but names no user is a path like others."""
    settings = load(f"data_dir: {said}\nsources: [{{path: {said}}}]")
    assert path.parent / said == settings.data_dir == settings.sources[0].path


def test_the_environment_may_name_the_file(
    load: Load, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FOOTNOTE_CONFIG names the file where no option does, from where the command is run."""
    load("log_level: debug\ndata_dir: here")
    monkeypatch.chdir(path.parent)
    monkeypatch.setenv("FOOTNOTE_CONFIG", "my.yaml")
    assert ("debug", path.parent / "here") == (
        load_settings().log_level, load_settings().data_dir,
    )  # fmt: skip
    other = path.with_name("other.yaml")
    other.write_text("log_level: error")
    assert "error" == load_settings(other).log_level
    monkeypatch.setenv("FOOTNOTE_CONFIG", "")
    assert "info" == load_settings().log_level


def test_a_data_folder_may_be_named_apart(
    load: Load, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A data folder that the command line names wins, relative to where the command is run."""
    load("data_dir: elsewhere")
    monkeypatch.chdir(path.parent)
    assert path.parent / "mine" == load_settings(path, Path("mine")).data_dir


def test_a_model_folder_is_relative_to_the_file(load: Load, path: Path) -> None:
    """A model's folder is found beside the settings file; a hub's name stays a name."""
    (path.parent / "models" / "mine").mkdir(parents=True)
    found = load("model:\n  name: models/mine\n").model.name
    assert str((path.parent / "models" / "mine").resolve()) == found
    assert "org/mine" == load("model:\n  name: org/mine\n").model.name


def test_a_rerankers_folder_is_relative_to_the_file(load: Load, path: Path) -> None:
    """There is no reranker by default; one in a folder is found beside the settings file."""
    assert load_settings().reranker.name is None
    (path.parent / "models" / "mine").mkdir(parents=True)
    found = load("reranker:\n  name: models/mine\n").reranker.name
    assert str((path.parent / "models" / "mine").resolve()) == found
    assert "org/mine" == load("reranker:\n  name: org/mine\n").reranker.name


def test_another_model_has_another_hash(load: Load) -> None:
    """The default hash is the default model's: naming another model drops it."""
    assert load_settings().model.sha256 == load("model:\n  threads: 2").model.sha256 is not None
    assert load("model:\n  name: other").model.sha256 is None
    other = load(f"model:\n  name: other\n  sha256: {'a' * 64}")
    assert "a" * 64 == other.model.sha256


WRONG = {
    "unknown key": ("nope: 1", 1, "there is no setting `nope`"),
    "unknown key within": ("search:\n  treshold: 1", 2, "no setting `search.treshold`"),
    "unknown key of a source": ("sources:\n  - path: x\n    pth: y", 3, "`sources.0.pth`"),
    "too great": ("search:\n  candidates: 2000", 2, "`search.candidates` is wrong"),
    "no word": ("search:\n  caution: 0.4", 2, "'strict', 'balanced' or 'eager'"),
    "no number": ("log_level: info\nsearch:\n  candidates: many", 3, "`search.candidates`"),
    "no finite number": ("discord:\n  cooldown: .inf", 2, "finite"),
    "no number at all": ("discord:\n  cooldown: .nan", 2, "`discord.cooldown`"),
    "part of a passage": ("passages:\n  window: 12.5", 2, "`passages.window`"),
    "one alone": ("reranker:\n  first: 1", 2, "`reranker.first` is wrong"),
    "no time": ("reranker:\n  budget_ms: 0", 2, "`reranker.budget_ms` is wrong"),
    "no choice": ("log_level: loud", 1, "'debug', 'info', 'warning' or 'error'"),
    "no kind": ("sources:\n  - path: x\n  - path: y\n    kind: docx", 4, "`sources.1.kind`"),
    "missing": ("sources:\n  - kind: dump", 2, "`sources.0` is wrong: a source has a `path` or"),
    "both": ("sources:\n  - path: x\n    url: https://example.org", 2, "one of them alone"),
    "no address": ("sources:\n  - url: example.org", 2, "begin it with https:// or http://"),
    "no file": ("sources:\n  - path: x\n    kind: sitemap", 2, "has a `url`, not a `path`"),
    "no span": ("sources:\n  - path: x\n    every: often", 3, "no span of time such as 90s, 30m"),
    "too often": ("sources:\n  - path: x\n    every: 1s", 3, "`sources.0.every`"),
    "no field": ("sources:\n  - path: x\n    fields: {name: x}", 3, "`sources.0.fields.name`"),
    "no list": ("sources: 5", 1, "`sources` is wrong"),
    "nothing": ("sources:", 1, "`sources` is wrong"),
    "no section": ("search: 5", 1, "`search` is wrong"),
    "no source": ("sources:\n  - x", 2, "`sources.0` is wrong"),
    "bad pattern": ("dump:\n  end: '(['", 2, "not a regular expression"),
    "pattern without title": ("dump:\n  title: '^# (.+)$'", 2, "no group `title`"),
    "source's pattern": ("sources:\n  - path: x\n    title: x", 3, "no group `title`"),
    "no id": ("access:\n  servers:\n    abc: [x]", 3, "`access.servers.abc`"),
    "no collections": ("access:\n  servers:\n    1: [x]\n    2: x", 4, "`access.servers.2`"),
    "no positive id": ("discord:\n  admins:\n  - 5\n  - -5", 4, "`discord.admins.1`"),
    "no hash": ("model:\n  sha256: xyz", 2, "`model.sha256`"),
    "no model": ("model:\n  name: ''", 2, "`model.name`"),
    "no path": ("data_dir: 2020-01-01", 1, "`data_dir`"),
    "norwegian": ("language: no", 1, "`language`"),
    "language name": ("language: english", 1, "`language`"),
    "key that is a number": ("1: 2", 1, "`1`"),
    "no time zone": ("timezone: Berlin", 1, "no time zone such as UTC or Europe/Berlin"),
    "no path as a time zone": ("timezone: ../../etc/passwd", 1, "no time zone such as UTC"),
    "empty time zone": ("timezone: ''", 1, "no time zone such as UTC"),
    "no share": ("search:\n  recency: 2", 2, "`search.recency`"),
    "twice": ("log_level: info\nlog_level: debug", 2, "`log_level` stands here twice; keep one"),
    "twice within": ("model:\n  threads: 1\n  threads: 2", 3, "`threads` stands here twice"),
    "unclosed": ("sources: [", 1, "mend the YAML"),
    "tab": ("search:\n\tthreshold: 1", 2, "mend the YAML"),
    "no alias": ("log_level: *x", 1, "mend the YAML"),
    "python": ("log_level: !!python/name:os.system", 1, "mend the YAML"),
    "two documents": ("---\nlog_level: info\n---\nlog_level: info", 3, "mend the YAML"),
    "list as key": ("? [a]\n: 1", 1, "mend the YAML"),
    "list": ("- a\n- b", 1, "`key: value` lines"),
    "words": ("just words", 1, "`key: value` lines"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "line", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_with_its_line_and_cure(
    load: Load, path: Path, content: str, line: int, message: str
) -> None:
    """A mistake in the file is an error that names file, line, setting and cure."""
    with pytest.raises(SettingsError) as refused:
        load(content)
    said = str(refused.value)
    assert said.startswith(f"{path}:{line}: "), said
    assert message in said
    assert said.endswith(".")
    assert ";" in said
    assert "pydantic" not in said


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe", b"a: \x00", "a: &x {b: *x}", "sources: &x\n  - *x", "a: " + "[" * 5000,
     b"caf\xe9: 1"],
)  # fmt: skip
def test_what_is_no_yaml_at_all_is_named(load: Load, path: Path, content: str | bytes) -> None:
    """A file of other bytes, or that holds itself, is an error that names it."""
    with pytest.raises(SettingsError, match=r"(?s)my\.yaml.*; |my\.yaml.*not UTF-8; save it"):
        load(content)


def test_every_mistake_is_named_at_once(load: Load) -> None:
    """A file with several mistakes is told of all of them."""
    with pytest.raises(SettingsError) as refused:
        load("nope: 1\nlog_level: loud\nsearch:\n  candidates: -7\n")
    assert 3 == len(str(refused.value).splitlines())


def test_a_missing_file_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not there, or is a folder, is an error that says where to look."""
    for named in (path, path.parent):
        with pytest.raises(SettingsError, match="check --config and FOOTNOTE_CONFIG"):
            load_settings(named)
    monkeypatch.setenv("FOOTNOTE_CONFIG", str(path))
    with pytest.raises(SettingsError, match=r"my\.yaml cannot be opened \(No such file"):
        load_settings()


def test_settings_cannot_be_changed() -> None:
    """Settings are one frozen value, sections included."""
    settings = load_settings()
    for section, name in ((settings, "language"), (settings.search, "caution")):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(section, name, None)


@pytest.mark.parametrize(
    ("value", "token"), [(None, None), ("", None), ("  \n", None), (" abc.def \n", "abc.def")]
)
def test_the_token_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, value: str | None, token: str | None
) -> None:
    """The token is read from the environment alone, trimmed, and never printed."""
    if value is None:
        monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    else:
        monkeypatch.setenv("DISCORD_TOKEN", value)
    found = discord_token()
    assert token == (found.get_secret_value() if found else None)
    if token:
        assert token not in f"{found} {found!r}"


yaml_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["path", "x", "^(?P<title>.)$"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["path", "title", "end", "dense", "threads", "servers", "public", "1"])
        | st.integers(0, 3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(list(Settings.model_fields)), yaml_values, max_size=3))
def test_any_values_are_settings_or_a_settings_error(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any]
) -> None:
    """Whatever values a file gives, they are taken, or refused by name."""
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    try:
        load_settings(path)
    except SettingsError as error:
        said = str(error)
    else:
        said = str(path)
    assert str(path) in said
