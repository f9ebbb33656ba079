"""Tell an article's text from its credits, captions, notices and prompts; pure.

What is not stated stays unknown: an author is named only where a line of the
text says so in one of the ways that papers use.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from retrieval.prompts import find_prompts

_NAME = (
    r"[^\W\d_a-z][\w’'.-]*\w"
    r"(?: (?:[^\W\d_a-z](?:\.|[\w’'.-]*\w)?|de|da|dos|del|der|di|la|le|van|von|bin|al|el)){1,4}"
)
_ROLES = (
    r"professor|lecturer|researcher|research fellow|fellow|student|candidate|participant"
    r"|scholar|scientist|historian|economist|analyst|journalist|reporter|correspondent"
    r"|columnist|editor|writer|author|director|consultant|advisor|adviser|lawyer|activist"
)
_ROLE = rf"(?i:{_ROLES})"
_PRELUDE = (
    r"(?:an? |the )?(?:(?!(?:not|no|never|by|to|with|that|who|like|as|when\w*)\b)[\w’'-]+,? ){0,5}?"
)
_NETWORKS = r"(?:X|Twitter|Facebook|Bluesky|Mastodon|Threads|LinkedIn|Instagram|Substack)"
_OUTLET = r"(?:Substack|blog|newsletter|web ?site|site)"
# No person: "Asia Times", "The Harbour Press", "Staff Writer", "Our Correspondent".
_NO_PERSON = re.compile(
    r"(?:The|This|An|Our|Us|Your|It|He|She|They|We|In|On|At|No)\b.*|.*\b(?:Press|Times|News|Post|Media|Journal|Magazine|Daily"
    r"|Weekly|Herald|Gazette|Tribune|Review|Newspaper|Agency|Staff|Team|Desk|Online|Today)\b.*"
    rf"|.*\b{_ROLE}s?",
)

_SEPARATOR = re.compile(r", and |, | and | & ")
_NAMES = rf"{_NAME}(?:(?:, and |, | and | & ){_NAME}){{0,9}}"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DATE = (
    rf"(?:\d{{1,2}} {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}}|\d{{4}}-\d\d-\d\d"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4})"
)
_BYLINE = re.compile(
    rf"(?:By|by|BY):? ({_NAMES}?)"
    rf"(?:, (?:[\w’'-]+ ){{0,3}}{_ROLE}s?)?(?:,? for (?:the )?[^\W\d_a-z][^.!?]{{1,50}})?"
    rf"(?: ?[|•·–—,-] ?{_DATE}| ?[|•·] ?[^.!?]{{1,60}})?"
)
_DATELINE = re.compile(
    rf"(?:(?:[Pp]ublished|[Pp]osted|[Uu]pdated|[Ll]ast updated)(?: on)?:? )?(?:[A-Z][a-z]+day,? )?"
    rf"{_DATE}(?:,? (?:at )?\d{{1,2}}[:.]\d\d(?: ?[ap]\.?m\.?)?(?: [A-Z]{{2,5}})?)?"
)

# "Reporting by …; Editing by …": who wrote, and who did something else.
_WROTE = r"(?i:reporting|writing|written|words|text|story)"
_HELPED = (
    r"(?i:additional reporting|additional writing|editing|edited|photographs?|photography|photos?"
    r"|pictures|illustrations?|graphics|video|translated|translation|compiled|research)"
)
_CLAUSE = re.compile(
    rf"(?P<work>{_WROTE}|{_HELPED})(?: and (?i:{_WROTE}|{_HELPED}))? by:? (?P<names>[^;|]+)"
)
_CLAUSES = re.compile(r"\s*[;|\n]\s*|\.\s+(?=[A-Z][a-z]+ (?:\w+ ){0,2}by\b)")
_PLACE = re.compile(r" in (?:[^\W\d_a-z][\w’'-]*\s?){1,3}$")

_BIOGRAPHIES = (
    re.compile(rf"^({_NAME})(?:, \d\d,)? is {_PRELUDE}{_ROLE}\b"),
    re.compile(rf"^({_NAME}) and ({_NAME}) are {_PRELUDE}{_ROLE}s\b"),
    re.compile(rf"^({_NAME}) (?:writes (?:about|for|on)|reports (?:for|from|on)) "),
    re.compile(rf"^(?:At|From|With) [^,]{{3,80}}, ({_NAME}) is {_PRELUDE}{_ROLE}\b"),
    re.compile(
        r"^(?!(?:It|He|She|They|There|In|On|As|After|When|While) ).{0,120}\b(?i:professor|lecturer"
        r"|fellow|researcher|correspondent|columnist|reporter|editor) (?:of|in|at|for)"
        rf" [a-z][a-z ,&-]*(?<! the)(?<! an)(?<! a) ({_NAME})\.?$"
    ),
)
_AUTHOR_LINES = (
    re.compile(rf"^Follow ({_NAME}) on {_NETWORKS}\b"),
    re.compile(rf"^({_NAME}) can be (?:reached|contacted|followed) (?:at|on|via) "),
    re.compile(
        r"^This (?:article|post|essay|piece|story|op-ed|column)\b.{0,40}\bpublished (?:on|in|by)"
        rf" ({_NAME})[’']s {_OUTLET}\b"
    ),
)
_NOTICE = re.compile(
    r"^(?:.{1,60} has republished this |This .{0,12}?(?:article|post|essay|piece|story|op-ed)\b"
    r".{0,12}? (?:was|is|has been|appeared) .{0,20}?(?:published|republished|appeared|adapted"
    r"|licen[sc]ed)|(?:Republished|Reprinted) (?:from|with|under)|Read the original |© ?\d{4}"
    r"|Copyright (?:© )?\d{4}|(?:This .{0,20} is )?[Ll]icensed under )"
)
_CONTRIBUTED = re.compile(
    r"[^.!?]{2,120} contributed (?:to this (?:report|article|story|piece)|(?:additional )?reporting"
    r"(?: (?:to|for) this (?:report|article|story))?)(?: from [^.!?]{2,40})?\.?"
)
_SUBSCRIBE = re.compile(
    r"^(?:(?:Subscribe to|Sign up (?:for|to)) (?:one of )?(?:our|my)\b"
    r"|Subscribe to (?:the )?[^\W\d_a-z]|Become an? .{0,40}subscriber\b)[^.!?]*[.!]?$"
)
_CAPTION = re.compile(
    r"(?:^|[\s(])(?:Photo(?:graph)?|Image|Picture|Illustration|Graphic|Map|Screenshot)s?"
    r"(?: credit| courtesy| by)?:\s*"
    r"(?=[^\Wa-z]|[©@(]|(?:courtesy|supplied|provided|handout|file|via)\b)[^.!?]{2,80}\.?\)?$"
)
_CAPTION_LENGTH = 400
_CREDIT_LENGTH = 600
_BYLINE_LENGTH = 300
_TAIL = 5
_OPENING = 3


class Credited(NamedTuple):
    """An article's paragraphs, its asides, and what the asides say."""

    paragraphs: tuple[str, ...]
    asides: tuple[str, ...]
    authors: tuple[str, ...]
    licence: str | None


class _Credit(NamedTuple):
    """What a credit says: the authors whom it names, and whether it says who they are."""

    authors: tuple[str, ...] = ()
    biography: bool = False


def _people(names: str) -> tuple[str, ...]:
    return tuple(n for n in _SEPARATOR.split(names) if not _NO_PERSON.fullmatch(n))


def _byline(paragraph: str) -> _Credit | None:
    """Return what a byline says, or a line of several works: `Words by …. Photographs by …`."""
    if len(paragraph) > _BYLINE_LENGTH:
        return None
    if byline := _BYLINE.fullmatch(paragraph):
        return _Credit(_people(byline.group(1)))
    authors: list[str] = []
    for part in _CLAUSES.split(paragraph.strip("() .")):
        clause = _CLAUSE.fullmatch(part)
        if clause is None:
            return None
        named = [_PLACE.sub("", name) for name in _SEPARATOR.split(clause.group("names"))]
        if not all(re.fullmatch(_NAME, name) for name in named):
            return None
        if re.fullmatch(_WROTE, clause.group("work")):
            authors += [n for n in named if n not in authors and not _NO_PERSON.fullmatch(n)]
    return _Credit(tuple(authors))


def _credit(paragraph: str) -> _Credit | None:
    """Return what a paragraph at an article's end credits, None where it is text."""
    if len(paragraph) > _CREDIT_LENGTH:
        return None
    for pattern in _AUTHOR_LINES:
        if found := pattern.search(paragraph):
            return _Credit(_people(found.group(1)))
    for pattern in _BIOGRAPHIES:
        if found := pattern.search(paragraph):
            names = found.groups()
            if not any(_NO_PERSON.fullmatch(name) for name in names):
                return _Credit(names, biography=True)
    if byline := _byline(paragraph):
        return byline
    notice = _NOTICE.search(paragraph) or _SUBSCRIBE.search(paragraph)
    return _Credit() if notice or _CONTRIBUTED.fullmatch(paragraph) else None


def _closing_credits(paragraphs: Sequence[str]) -> list[_Credit]:
    """Return the credits of the unbroken run at an article's end, in order.

    A line that says who somebody is tells of the author only where the article has
    not spoken of that person.
    """
    run: list[_Credit] = []
    for paragraph in paragraphs[: -_TAIL - 1 : -1]:
        credit = _credit(paragraph)
        if credit is None:
            break
        run.insert(0, credit)
    text = "\n".join(paragraphs[: len(paragraphs) - len(run)])
    spoken_of = [n for n, c in enumerate(run) if c.biography and any(a in text for a in c.authors)]
    return run[spoken_of[-1] + 1 :] if spoken_of else run


def is_caption(paragraph: str) -> bool:
    """Tell whether a paragraph is a picture's caption: it ends with the picture's credit."""
    return len(paragraph) <= _CAPTION_LENGTH and _CAPTION.search(paragraph) is not None


def _is_date(paragraph: str) -> bool:
    return len(paragraph) <= _BYLINE_LENGTH and _DATELINE.fullmatch(paragraph) is not None


def split_credits(paragraphs: list[str]) -> Credited:
    """Set captions, prompts, bylines, credit lines and notices apart from the paragraphs.

    Captions and prompts to the page's visitors are taken wherever they stand, a byline
    from the first two paragraphs, a bare date from the first three, credits and notices
    from the unbroken run at the end.
    Where nothing else would be left, everything stays text.

    Args:
        paragraphs: The article's paragraphs, repaired, in order.

    Returns:
        The paragraphs that remain, the asides in order, the authors in order, and the
        licence or republication notice.
    """
    captions = {n for n, paragraph in enumerate(paragraphs) if is_caption(paragraph)}
    dates = {n for n, paragraph in enumerate(paragraphs[:_OPENING]) if _is_date(paragraph)}
    apart = captions | dates | find_prompts(paragraphs)
    kept = [n for n in range(len(paragraphs)) if n not in apart]
    authors: list[str] = []
    for number in kept[:2]:
        if byline := _byline(paragraphs[number]):
            authors += byline.authors
            kept.remove(number)
            break
    closing = _closing_credits([paragraphs[number] for number in kept])
    kept = kept[: len(kept) - len(closing)]
    for credit in closing:
        authors += [name for name in credit.authors if name not in authors]
    if not kept:
        return Credited(tuple(paragraphs), (), (), None)
    text = tuple(paragraphs[number] for number in kept)
    apart = set(range(len(paragraphs))) - set(kept)
    asides = tuple(paragraphs[number] for number in sorted(apart))
    licence = next((aside for aside in asides if _NOTICE.search(aside)), None)
    return Credited(text, asides, tuple(authors), licence)
