"""The languages that articles may be in; a table, pure.

tantivy stems the first eighteen and has lists of function words for most of them;
those lists lack many words that make a sentence a question, so they stand here.
In the others a word matches only in the very form in which it was written.
"""

from __future__ import annotations

from typing import NamedTuple


class Language(NamedTuple):
    """What is known of a language.

    Attributes:
        stemmer: What tantivy calls its stemmer, None where there is none.
        words: Function words that tantivy's list, where it is used, lacks.
        is_listed: Whether tantivy's list of function words is used.
    """

    stemmer: str | None
    words: frozenset[str] = frozenset()
    is_listed: bool = False


def _stemmed(name: str, words: str, *, is_listed: bool = True) -> Language:
    return Language(name, frozenset(words.split()), is_listed)


# What no article need hold to answer a question; tantivy's English list is too short for that.
_ENGLISH = (
    "a about after all also am an and any are as at be been before being between both but by can"
    " could did do does doing done down during each every few for from get gets give given had has"
    " have having he her here hers him his how i if in into is it its just like made make makes me"
    " might more most much many must my no nor not of off on once one only or other our out over"
    " own please same shall she should so some such tell than that the their them then there these"
    " they this those through to too under until up us very was we were what when where which"
    " while who whom whose why will with would you your"
)

UNKNOWN = Language(None)
"""A language of which nothing is known."""

LANGUAGES = {
    "ar": _stemmed(
        "arabic",
        "من ما ماذا أين متى كيف لماذا كم أي هل هو هي في على إلى عن مع كان كانت",
        is_listed=False,
    ),
    "da": _stemmed("danish", "hvem hvornår hvordan hvorfor hvilken hvilket hvilke blev hedder"),
    "de": _stemmed(
        "german",
        "wer wem wen wessen wann warum weshalb wieso wohin woher womit wodurch wofür woran worin"
        " worüber wovon wozu wieviel wieviele viele vielen gibt gab heißt hieß heisst hiess wurde"
        " wurden worden etwa seit denn mal bitte fuer ueber koennen wuerde waehrend",
    ),
    "el": _stemmed(
        "greek",
        "ποιος ποια ποιο ποιοι τι πού που πότε πως πώς γιατί πόσο πόσοι πόσες είναι ήταν ο η το οι"
        " τα του της των και να με σε από για στο στη στην",
        is_listed=False,
    ),
    "en": _stemmed("english", _ENGLISH, is_listed=False),
    "es": _stemmed(
        "spanish",
        "quién quiénes quien quienes dónde donde cuándo cuando cómo cuánto cuánta cuántos cuántas"
        " cuál cuáles cual cuales hay",
    ),
    "fi": _stemmed("finnish", "milloin miten kuinka monta miksi onko ovatko"),
    "fr": _stemmed(
        "french",
        "quoi où quand comment pourquoi combien lequel laquelle lesquels a été fait font cette"
        " sont dont y",
    ),
    "hu": _stemmed("hungarian", "ki mi hol melyik hány mennyi mikor hogyan miért kit mit van volt"),
    "it": _stemmed("italian", "cosa quando quale quali quanto quanta quanti quante perché c’è"),
    "nl": _stemmed("dutch", "waar wanneer waarom welke welk hoeveel hoe wie wat werd heeft"),
    "no": _stemmed("norwegian", "hvem hva hvor når hvordan hvorfor hvilken hvilket hvilke ble"),
    "pt": _stemmed("portuguese", "quem onde quando como porque quanto quanta quantos quantas qual"
                   " quais que é há foi"),
    "ro": _stemmed(
        "romanian",
        "cine ce unde când cum care câți câte cât este a al ale au fost de la în pe cu și din o un"
        " pentru sunt era se",
        is_listed=False,
    ),
    "ru": _stemmed("russian", "кто что где когда как почему какой какая какое какие сколько зачем"),
    "sv": _stemmed("swedish", "vem vad var när hur varför vilken vilket vilka många heter"),
    "ta": _stemmed("tamil", "யார் என்ன எங்கே எப்போது எப்படி ஏன் எது எத்தனை ஒரு", is_listed=False),
    "tr": _stemmed(
        "turkish",
        "kim kimdir ne nedir nerede nereye zaman nasıl neden niçin hangi kaç mi mı mu mü ve bir bu"
        " için ile da de olan",
        is_listed=False,
    ),
    **dict.fromkeys(
        "bg bn ca cs et fa he hi hr hy id lt lv mr pl sk sl sq sr te uk ur vi".split(),
        UNKNOWN,
    ),
}  # fmt: skip
"""Every language that may be named, by its two-letter code."""
