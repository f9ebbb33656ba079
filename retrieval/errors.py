"""The errors that Footnote raises on purpose; every message ends with its cure.

```
FootnoteError
├── SettingsError      a settings file or the environment is wrong
├── SourceError        a source of articles cannot be read
├── ModelError         a model is missing, altered or unfit
├── IndexMissing       nothing has been indexed yet
├── GenerationDamaged  a generation's files do not match its manifest
├── GenerationForeign  a generation was made by another model or format
├── GateClosed         a new generation answers golden questions worse
├── IndexBusy          another process is indexing this data folder
├── StorageError       the data folder cannot be read or written
├── QuestionError      the question cannot be asked as it is
├── EvaluationError    a question set or an earlier run cannot be used
└── NotFound           no article or generation by that name
```
"""


class FootnoteError(Exception):
    """Base of every error that Footnote raises on purpose."""


class SettingsError(FootnoteError):
    """A settings file or the environment is wrong."""


class SourceError(FootnoteError):
    """A source of articles cannot be read."""


class ModelError(FootnoteError):
    """A model is missing, altered or unfit."""


class IndexMissing(FootnoteError):
    """Nothing has been indexed yet."""


class GenerationDamaged(FootnoteError):
    """A generation's files do not match its manifest."""


class GenerationForeign(FootnoteError):
    """A generation was made by another model or format."""


class GateClosed(FootnoteError):
    """A new generation answers golden questions worse than the one before."""


class IndexBusy(FootnoteError):
    """Another process is indexing this data folder."""


class StorageError(FootnoteError):
    """The data folder cannot be read or written."""


class QuestionError(FootnoteError):
    """The question cannot be asked as it is."""


class EvaluationError(FootnoteError):
    """A question set, or an earlier run of one, cannot be used."""


class NotFound(FootnoteError):
    """No article or generation goes by that name."""
