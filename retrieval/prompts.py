"""Tell what a page says to its visitors from what its article says; pure.

Share buttons, newsletter offers, cookie lines, advertisement marks and link lines
are known by whole sentences that papers use. A paragraph is a prompt where every one
of its sentences is: one that only speaks of cookies or newsletters is text.
"""

import re
from collections.abc import Sequence

_NETWORK = (
    r"(?:X|Twitter|Facebook|Instagram|LinkedIn|Bluesky|Mastodon|Threads|YouTube|TikTok|WhatsApp"
    r"|Telegram|Reddit|Pinterest|Tumblr|Pocket|Substack|Messenger|Google News|Flipboard|RSS)"
)
_NETWORKS = rf"{_NETWORK}(?:(?:,? (?:and|or|&) |, | / | \| ){_NETWORK}){{0,8}}"
_ITEM = r"(?:article|story|post|page|piece|entry|report|video|column|essay)"
_SITE = r"(?:web ?)?site"
_LETTER = (
    r"(?:newsletters?|e-?mails?|briefings?|alerts|bulletins?|digests?|updates|mailing list"
    r"|podcasts?|channel|magazine)"
)
_PURPOSE = r"(?: (?:here|today|now|below|for|and|to|with|from)\b[^.!?,;:]{0,80})?"

_SHARE = (
    rf"share this(?: {_ITEM})?(?: with (?:friends|your friends|others|a friend))?",
    rf"share (?:this |this {_ITEM} )?(?:on|via|by) (?:{_NETWORKS}|e-?mail)",
    rf"click (?:here )?to (?:share on {_NETWORK}|tweet|print|e-?mail (?:this|a link to a friend))"
    r"(?: \(opens in (?:a )?new window\))?",
    rf"(?:follow|like|join|find) us (?:on|at) {_NETWORKS}{_PURPOSE}(?: @\w+)?",
    r"follow us:? @\w+",
    rf"(?:e-?mail|print|tweet|bookmark) this(?: {_ITEM})?(?: to a friend)?",
)
_OFFERS = (
    r"(?:sign up|subscribe|register)(?: now| here| today| below)? (?:for|to|to receive|to get)"
    rf" (?:one of )?(?:our|my)\b[^.!?,;:]{{0,60}}\b{_LETTER}{_PURPOSE}",
    r"(?:sign up|subscribe)(?: now| here| today)? (?:for|to) (?:(?:our|my)(?: [\w’-]+){0,3} "
    rf"{_LETTER}, (?:the )?[^.!?,;:]{{2,50}}|(?:the )?[^.!?,;:]{{2,50}}, (?:our|my|the)"
    rf"(?: [\w’-]+){{0,3}} {_LETTER})(?:,? and never miss [^.!?,;:]{{1,60}})?",
    r"subscribe to [^.!?,;:]{2,60} by e-?mail",
    r"(?:get|receive|have) [^.!?;:]{1,80} (?:(?:(?:delivered|sent|straight|direct|directly) )"
    r"{1,2}(?:in|into|to)|in|into) your (?:e-?mail )?(?:inbox|mailbox)"
    r"(?:,? (?:every|each)(?: \w+){1,2}|,? daily|,? weekly| for free| today)?",
    r"thank(?:s| you) for (?:signing up|registering|subscribing)"
    r"(?: (?:to|for|with) (?:our|the|this|my) [^.!?,;:]{1,60})?",
    r"enter your e-?mail(?: address)? to (?:subscribe|sign up|receive|get)[^.!?,;:]{0,80}",
    r"by (?:signing up|subscribing|registering),? you (?:agree|consent) [^.!?,;:]{1,100}",
)
_COOKIES = (
    rf"(?:we|we and our partners|this {_SITE}|our {_SITE})(?: also)? uses? cookies"
    rf"(?: and (?:similar|other)(?: tracking)? technologies)?(?: on (?:this|our) {_SITE})?"
    r"(?: (?:to|for|so that we can) [^.!?:]{0,120}?"
    r"(?:\b(?:best|better|your|user|browsing|online)(?: \w+)? experience"
    rf"|\b(?:this|our) (?:{_SITE}|services|traffic|partners)|\bpersonali[sz]ed? (?:content|ads)"
    r"|\bcontent and ads)\b[^.!?:]{0,80})?",
    r"by (?:continuing|using|browsing|visiting|clicking|closing)\b[^.!?:]{0,80} you"
    r" (?:agree|consent|accept)\b[^.!?:]{0,60}\b(?:cookies|terms|policy)\b[^.!?:]{0,40}",
    r"(?:accept|reject|allow|decline|manage)(?: all| only| necessary| essential){0,2} cookies",
)
_MARKS = (
    r"advertisements?|skip advertisement|sponsored content",
    r"(?:story|article) continues (?:below|after)(?: this)?(?: ad| advertisement)?",
    r"comments (?:are|have been) (?:now )?(?:closed|disabled|turned off)"
    rf"(?: (?:for|on) this {_ITEM})?",
    r"(?:leave|post|write) a (?:comment|reply)|be the first to comment",
    r"read more(?: here)?|related (?:articles|stories|posts|coverage|content)",
)
_PROMPT = re.compile("|".join((*_SHARE, *_OFFERS, *_COOKIES, *_MARKS)), re.I)
# Its end shows a title: a sentence behind "Related:" would have its full stop.
_LINK = re.compile(
    r"(?i:read more|also read|read also|read next|related(?: articles?| stor(?:y|ies)| posts?)?)"
    r" ?[:|»›] ?[^\W_a-z][^\n]{2,150}(?<![.,;:])"
)
_FEED_FOOT = re.compile(
    r"The post [^\n]{2,250} (?:first appeared|appeared first) on [A-Z][^\n,;]{1,80}\.?"
)
_NAMED_LETTER = re.compile(
    r"(?:Sign up|Subscribe)(?: now| here| today)? (?:for|to) (?:[Tt]he )?(?:[A-Z][\w’'&-]* ){1,5}"
    rf"(?i:{_LETTER})(?: here| today| now| for free)?"
)
_BUTTON = re.compile(
    r"share|tweet|print|e-?mail|save|copy (?:link|url)|(?:like )?loading(?:\.\.\.|…)", re.I
)
# What says nothing by itself, and is a prompt's where it stands beside one.
_COMPANION = re.compile(
    rf"{_NETWORK}|like this|learn more|find out more|more information|accept(?: all)?"
    r"|(?:like|love|enjoy|enjoying) [^.!?,;:]{2,40}\?|it[’']s free\b[^.!?,;:]{0,60}"
    r"|reject all|decline|ok|got it|close|privacy policy|no spam"
    r"|cookie (?:policy|settings|preferences|notice)"
    r"|(?:you can )?unsubscribe at any time|(?:please )?check your (?:inbox|e-?mail)[^.!?,;:]{0,60}"
    r"|(?:enter )?your e-?mail(?: address)?|\d{0,6} ?comments?",
    re.I,
)
# Whoever reports what others say does not speak to visitors.
_REPORT = re.compile(
    r"[“”\"]|\b(?:sa(?:y|ys|id)|tells?|told|asks?|asked|wr(?:ites?|ote)|warn(?:s|ed)|argue[sd]?"
    r"|claim(?:s|ed)|explain(?:s|ed)|beg(?:s|ged)|joke[sd]|add(?:s|ed)|found|promise[sd])\b",
    re.I,
)
_PARTS = re.compile(r"(?<=[.!?])\s+|\n+|(?<=window\))\s*")
_END = ".!:» "
_LONGEST = 400

_WORDS, _BUTTONS, _PROMPTS = 1, 2, 3


def _strength(sentence: str) -> int:
    """Return how surely a sentence is a prompt, 0 where it is none."""
    if _LINK.fullmatch(sentence):
        return _PROMPTS
    bare = sentence.rstrip(_END)
    if not _REPORT.search(bare) and (_PROMPT.fullmatch(bare) or _NAMED_LETTER.fullmatch(bare)):
        return _PROMPTS
    if _BUTTON.fullmatch(bare) or _BUTTON.fullmatch(sentence):
        return _BUTTONS
    return _WORDS if _COMPANION.fullmatch(bare) else 0


def _strengths(paragraph: str) -> list[int]:
    """Return the strength of each of a paragraph's sentences, nothing where one is no prompt."""
    if len(paragraph) > _LONGEST:
        return []
    # Titles of several sentences are part of these.
    if _LINK.fullmatch(paragraph) or _FEED_FOOT.fullmatch(paragraph):
        return [_PROMPTS]
    found = [_strength(part) for part in _PARTS.split(paragraph) if part.strip()]
    return found if all(found) else []


def find_prompts(paragraphs: Sequence[str]) -> set[int]:
    """Return the numbers of the paragraphs that are prompts.

    A button's bare word (`Print`) might be a heading: it is a prompt beside another,
    or at the article's start or end.

    Args:
        paragraphs: An article's paragraphs, in order.
    """
    found = set[int]()
    run, strengths = list[int](), list[int]()
    for number, paragraph in enumerate([*paragraphs, ""]):
        if those := _strengths(paragraph):
            run.append(number)
            strengths += those
        elif run:
            outer = run[0] == 0 or run[-1] == len(paragraphs) - 1
            strongest = max(strengths)
            if strongest == _PROMPTS or (strongest == _BUTTONS and (outer or len(strengths) > 1)):
                found.update(run)
            run, strengths = [], []
    return found
