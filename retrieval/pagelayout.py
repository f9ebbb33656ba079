"""The layout of a page that stands alone: its frame, its styles, its tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from string import Template

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2329; --soft: #5b6671; --page: #fbfaf8;
  --card: #ffffff; --line: #dfe2e6; --mark: #ffe9a8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7ea; --soft: #9aa5b0;
  --page: #15181b; --card: #1d2226; --line: #343b42; --mark: #5c4a12; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 2rem 1.25rem 4rem; background: var(--page);
  color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .25rem; } h2 { margin: 2.75rem 0 .5rem; font-size: 1.25rem; }
p { margin: .4rem 0 .8rem; } .soft { color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .8rem;
  margin: 1.4rem 0; }
.card, article { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: .8rem 1rem; }
.card b { display: block; font-size: 1.7rem; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .92rem; margin: .6rem 0; }
th, td { padding: .3rem .9rem .3rem 0; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; } tr.ours td { font-weight: 600; }
td small { display: block; color: var(--soft); font-weight: 400; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: 0; flex: 1 1 19rem;
  min-width: 0; } figure svg { width: 100%; height: auto; font-family: system-ui, sans-serif; }
figcaption { color: var(--soft); font-size: .88rem; }
article { margin: .9rem 0; } article h3 { margin: 0 0 .3rem; font-size: 1.05rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 1.2rem; }
.pair h4 { margin: .5rem 0 .2rem; } blockquote { margin: .3rem 0; padding-left: .8rem;
  border-left: 3px solid var(--line); font-size: .94rem; white-space: pre-line;
  overflow-wrap: anywhere; }
mark { background: var(--mark); color: inherit; }
"""

_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>$style</style>
</head>
<body>
$body
</body>
</html>
""")


def framed(title: str, body: str) -> str:
    """Return a whole page of a title, which is text, and a body, which is markup."""
    return _PAGE.substitute(title=escape(title), style=_STYLE, body=body)


def table(heads: Iterable[str], rows: Iterable[Sequence[str]], ours: str = "") -> str:
    """Return a table; heads and first cells are text, the others are markup."""
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    lines = []
    for first, *others in rows:
        mark = ' class="ours"' if first == ours else ""
        cells = "".join(f"<td>{cell}</td>" for cell in others)
        lines.append(f"<tr{mark}><td>{escape(first)}</td>{cells}</tr>")
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )
