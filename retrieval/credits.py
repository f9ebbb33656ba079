"""Tell an article's text from its credits, captions and notices; pure.

What is not stated stays unknown: an author is named only where a line of the
text says so in one of the ways that papers use.
"""

import re
from typing import NamedTuple

_NAME = (
    r"[^\W\d_a-z][\w’'.-]*\w"
    r"(?: (?:[^\W\d_a-z](?:\.|[\w’'.-]*\w)?|de|da|dos|del|der|di|la|le|van|von|bin|al|el)){1,4}"
)
_ROLE = (
    r"(?i:professor|lecturer|researcher|research fellow|fellow|student|candidate|participant"
    r"|scholar|scientist|historian|economist|analyst|journalist|reporter|correspondent"
    r"|columnist|editor|writer|author|director|consultant|advisor|adviser|lawyer|activist)"
)
_PRELUDE = r"(?:an? |the )?(?:[\w’'-]+,? ){0,5}?"
_NETWORKS = r"(?:X|Twitter|Facebook|Bluesky|Mastodon|Threads|LinkedIn|Instagram|Substack)"

_OUTLET = r"(?:Substack|blog|newsletter|web ?site|site)"

_BYLINE = re.compile(rf"^[Bb][Yy]:? ({_NAME}(?:(?:, | and |, and | & ){_NAME})*)$")
_BYLINE_SPLIT = re.compile(r", and |, | and | & ")
_AUTHOR_LINES = (
    re.compile(rf"^Follow ({_NAME}) on {_NETWORKS}\b"),
    re.compile(rf"^({_NAME})(?:, \d\d,)? (?:is|was) {_PRELUDE}{_ROLE}\b"),
    re.compile(rf"^(?:At|From|With) [^,]{{3,80}}, ({_NAME}) is {_PRELUDE}{_ROLE}\b"),
    re.compile(rf"^.{{0,120}}\b{_ROLE} (?:of|in|at|for) [a-z][a-z ,&-]* ({_NAME})\.?$"),
    re.compile(rf"\bpublished (?:on|in|by) ({_NAME})[’']s {_OUTLET}\b"),
)
_NOTICE = re.compile(
    r"^(?:.{1,60} has republished this |This .{0,12}?(?:article|post|essay|piece|story|op-ed)\b"
    r".{0,12}? (?:was|is|has been|appeared) .{0,20}?(?:published|republished|appeared|adapted)"
    r"|(?:Republished|Reprinted) (?:from|with|under)|Read the original |© ?\d{4}|Copyright \d{4})"
)
_SUBSCRIBE = re.compile(r"^(?:Subscribe to|Sign up (?:for|to)|Become an? .{0,40}subscriber)\b")
_CAPTION = re.compile(
    r"(?:^|[\s(])(?:Photo(?:graph)?|Image|Picture|Illustration|Graphic|Map|Screenshot)s?"
    r"(?: credit| courtesy| by)?:\s*[^.!?]{2,80}\.?\)?$"
)
_CAPTION_LENGTH = 400
_CREDIT_LENGTH = 600
_TAIL = 5


class Credited(NamedTuple):
    """An article's paragraphs, its asides and the authors that they name."""

    paragraphs: tuple[str, ...]
    asides: tuple[str, ...]
    authors: tuple[str, ...]


def _authors(paragraph: str) -> tuple[str, ...]:
    """Return the authors whom a credit line names, none if it is no credit line."""
    for pattern in _AUTHOR_LINES:
        if found := pattern.search(paragraph):
            return (found.group(1),)
    return ()


def is_caption(paragraph: str) -> bool:
    """Tell whether a paragraph is a picture's caption: it ends with the picture's credit."""
    return len(paragraph) <= _CAPTION_LENGTH and _CAPTION.search(paragraph) is not None


def _is_notice(paragraph: str) -> bool:
    return _NOTICE.search(paragraph) is not None or _SUBSCRIBE.search(paragraph) is not None


def split_credits(paragraphs: list[str]) -> Credited:
    """Set captions, bylines, credit lines and notices apart from the paragraphs.

    Captions are taken wherever they stand, a byline from the first two
    paragraphs, credits and notices from the unbroken run at the end. Where
    nothing else would be left, everything stays text.

    Args:
        paragraphs: The article's paragraphs, repaired, in order.

    Returns:
        The paragraphs that remain, the asides in order, the authors in order.
    """
    body = [p for p in paragraphs if not is_caption(p)]
    authors: list[str] = []
    for paragraph in body[:2]:
        if byline := _BYLINE.match(paragraph):
            authors += _BYLINE_SPLIT.split(byline.group(1))
            body.remove(paragraph)
            break
    end = len(body)
    for paragraph in reversed(body[max(0, len(body) - _TAIL) :]):
        if len(paragraph) > _CREDIT_LENGTH:
            break
        named = _authors(paragraph)
        if not named and not _is_notice(paragraph):
            break
        authors += [name for name in named if name not in authors]
        end -= 1
    body = body[:end]
    if not body:
        return Credited(tuple(paragraphs), (), tuple(authors))
    kept = list(body)
    asides = []
    for paragraph in paragraphs:
        if kept and paragraph == kept[0]:
            kept.pop(0)
        else:
            asides.append(paragraph)
    return Credited(tuple(body), tuple(asides), tuple(authors))
