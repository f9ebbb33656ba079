"""Which files of a folder or zip, which pages of a site: patterns to include and exclude; pure."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a source is taken.

    A pattern is a shell's (`*`, `?`, `[abc]`; a `*` spans slashes). It is held against
    a file's path within its folder and against its bare name, or against a page's
    whole address.

    Attributes:
        include: Patterns of which one must match; none takes everything.
        exclude: Patterns of which none may match.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def takes(self, name: str) -> bool:
        """Tell whether a file or a page is taken, by its path or address."""
        names = (name, name.rsplit("/", 1)[-1])

        def matched(patterns: tuple[str, ...]) -> bool:
            return any(fnmatchcase(n, pattern) for pattern in patterns for n in names)

        return (not self.include or matched(self.include)) and not matched(self.exclude)


def saved_beside(folder: str, names: Container[str]) -> bool:
    """Tell whether a folder holds the parts of a page that a browser saved beside it.

    Args:
        folder: The folder's name, or its path.
        names: The names, or the paths, of the files around it.
    """
    page = folder.removesuffix("_files")
    return page != folder and (f"{page}.html" in names or f"{page}.htm" in names)
