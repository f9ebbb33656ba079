"""Questions are told from other talk, in three languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.interrogative import question_in


@pytest.mark.parametrize(
    "said",
    [
        "When was the lighthouse built?",
        "when was the lighthouse built",
        "How many bees live in the walled garden",
        "which oil burns in the lamp",
        "who built the lighthouse",
        "who's the conductor of the choir",
        "does anyone know when the ferry leaves",
        "Do you know who mends the nets?",
        "Can you tell me what a ticket costs?",
        "How do you bake oat bread?",
        "what a lighthouse is made of?",
        "is there a bridge over the Tarn",
        "And what about the bridge over the Tarn?",
        "what happened to the salt works",
        "The ferry leaves at seven, but from which pier?",
        "Wann wurde der Leuchtturm gebaut?",
        "wann wurde der Leuchtturm gebaut",
        "Weiß jemand, wann die Fähre fährt",
        "wie viele Bienenstöcke gibt es im Garten",
        "Welcher Ingenieur baute den Turm",
        "Gibt es eine Brücke über den Fluss?",
        "Kannst du mir sagen, wer die Netze flickt?",
        "Quand a été construit le phare ?",
        "quand est-ce que le bac part",
        "Combien de ruches y a-t-il dans le jardin",
        "quel est le prix du billet",
        "Qu’est-ce que le conseil a décidé ?",
        "Est-ce que le pont est ouvert ?",
    ],
)
def test_a_question_is_one(said: str) -> None:
    """A question mark, or the opening of a question, asks something."""
    assert said == question_in(said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "😀",
        "The lighthouse was built in 1874.",
        "When I was there it rained all day",
        "what a day that was",
        "Who knows where that lighthouse is...",
        "really?",
        "wait what?",
        "why not?",
        "Why not just go there?",
        "who cares about the lighthouse?",
        "how are you today?",
        "How's it going, all?",
        "what's up with that?",
        "Are you coming to the ferry tonight?",
        "Where are you all tonight?",
        "did you see the bridge?",
        "anyone up for a walk on the moor?",
        "Is anyone here today?",
        "The ferry is late again, right?",
        "It opened in May, didn't it?",
        "What the hell is that?",
        "<@123> when was the lighthouse built?",
        "<@&123> when was the lighthouse built?",
        "@everyone when was the lighthouse built?",
        "@here when was the lighthouse built?",
        "> When was the lighthouse built?\nIn 1874, I think.",
        "`when was this built?`",
        "```\nwhy was this built here?\n```",
        "https://example.org/when?was=it&built=here is it?",
        "https://example.org/?",
        "When was the lighthouse built!",
        "why " * 70 + "?",
        "Wie geht es euch heute?",
        "Und warum auch nicht?",
        "Kommst du heute auf die Fähre?",
        "Das ist der Turm, oder?",
        "Wer weiß das schon so genau?",
        "Was für ein Tag auf dem Moor",
        "Ça va bien tout le monde ?",
        "Comment vas-tu ce matin ?",
        "C’est le phare, n’est-ce pas ?",
        "Pourquoi pas demain matin ?",
        "Tu viens sur le bac ce soir ?",
    ],
)
def test_other_talk_is_none(said: str) -> None:
    """Statements, small talk, rhetoric, tags, code, quotations and what others are asked."""
    assert question_in(said) is None


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (
            "Hello everyone! When was the lighthouse built? Thanks!",
            "When was the lighthouse built?",
        ),
        ("I went there yesterday. Who built it then?", "Who built it then?"),
        ("Lovely weather\nwhen does the ferry leave\nbye", "when does the ferry leave"),
        ("When did Dr. Ferris build the lighthouse?", "When did Dr. Ferris build the lighthouse?"),
        ("**Who mends the nets?**", "Who mends the nets?"),
        ("See https://a.example/x?y=z. Who wrote the article?", "Who wrote the article?"),
    ],
)
def test_the_first_question_of_a_message_is_taken(said: str, asked: str) -> None:
    """What is said around a question is left out."""
    assert asked == question_in(said)


@given(st.text(max_size=300))
def test_any_message_is_read(said: str) -> None:
    """Whatever is said, it is read, and what it asks has words."""
    asked = question_in(said)
    assert asked is None or any(sign.isalpha() for sign in asked)
