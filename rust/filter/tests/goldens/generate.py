"""Writes datatrove.jsonl: made-up texts, and what datatrove 0.10.1's filters say of each.

Needs datatrove 0.10.1 and spaCy 3.8. Each text is random words in random lines, with one or two
faults that some check looks for. A row has the text, the reason of each filter or null where it
keeps the text, and the text that C4's filter leaves where that differs.
"""

import json
import random
from pathlib import Path

from datatrove.data import Document
from datatrove.pipeline.filters.c4_filters import C4QualityFilter
from datatrove.pipeline.filters.fineweb_quality_filter import FineWebQualityFilter
from datatrove.pipeline.filters.gopher_quality_filter import GopherQualityFilter
from datatrove.pipeline.filters.gopher_repetition_filter import GopherRepetitionFilter

FILTERS = {
    "gopher-quality": GopherQualityFilter(),
    "gopher-repetition": GopherRepetitionFilter(),
    "c4": C4QualityFilter(),
    "fineweb": FineWebQualityFilter(),
}
COMMON = [
    "the",
    "be",
    "to",
    "of",
    "and",
    "that",
    "have",
    "with",
    "a",
    "in",
    "is",
    "it",
    "for",
    "as",
    "on",
    "this",
    "by",
    "are",
    "from",
    "or",
    "an",
    "at",
]
RARE = [
    "river",
    "stone",
    "window",
    "garden",
    "letter",
    "music",
    "winter",
    "island",
    "mountain",
    "silver",
    "paper",
    "engine",
    "market",
    "forest",
    "bridge",
    "coffee",
    "doctor",
    "summer",
    "travel",
    "planet",
    "number",
    "school",
    "picture",
    "village",
    "station",
    "kitchen",
    "history",
    "machine",
    "language",
    "morning",
    "o'clock",
    "don't",
    "can't",
    "it's",
    "well-known",
    "e.g.",
    "Mr.",
    "café",
    "naïve",
    "1,000",
    "$5",
    "3.5km",
    "U.S.",
    "state-of-the-art",
    "and/or",
    "example.com",
    "(maybe)",
    '"quoted"',
    "50%",
    "x+y",
]


def sentence(rng):
    words = [
        rng.choice(COMMON) if rng.random() < 0.45 else rng.choice(RARE)
        for _ in range(rng.randint(6, 14))
    ]
    return " ".join(words).capitalize() + rng.choice([".", ".", ".", "!", "?", '."', ".)", ";", ""])


def line(rng):
    return " ".join(sentence(rng) for _ in range(rng.randint(1, 3)))


def repeat(rng, lines, n):
    """A run of n words again and again."""
    run = " ".join(rng.sample(RARE, n))
    return [*lines, " ".join([run] * rng.randint(2, 6)) + "."]


def words(rng, lines, word, share):
    """Some words replaced."""

    def swap(text):
        return " ".join(word if rng.random() < share else w for w in text.split(" "))

    return [swap(text) for text in lines]


def twice(rng, lines):
    return [*lines, *rng.sample(lines, rng.randint(1, len(lines)))]


FAULTS = [
    lambda rng, lines: lines,
    lambda rng, lines: lines[:1],
    lambda rng, lines: words(rng, lines, rng.choice(["a", "I", "ox"]), rng.uniform(0.3, 1)),
    lambda rng, lines: words(rng, lines, "incomprehensibilities", rng.uniform(0.2, 0.8)),
    lambda rng, lines: words(rng, lines, rng.choice(["#", "##", "#tag"]), rng.uniform(0.05, 0.3)),
    lambda rng, lines: words(
        rng, lines, rng.choice(["...", "…", "wait..."]), rng.uniform(0.05, 0.3)
    ),
    lambda rng, lines: words(
        rng, lines, rng.choice(["12", "+", "3.5", "=", "(1)"]), rng.uniform(0.1, 0.5)
    ),
    lambda rng, lines: words(rng, lines, "lamp", 0.9),
    lambda rng, lines: [rng.choice(["- ", "• ", "  -", "* "]) + text for text in lines],
    lambda rng, lines: [text.rstrip('.!?;")') + rng.choice(["...", "…", " ..."]) for text in lines],
    twice,
    lambda rng, lines: [rng.choice(lines)] * rng.randint(2, 4) + lines,
    lambda rng, lines: ["", *[part for text in twice(rng, lines) for part in (text, "")]],
    lambda rng, lines: repeat(rng, lines, rng.randint(1, 4)),
    lambda rng, lines: repeat(rng, lines, rng.randint(5, 12)),
    lambda rng, lines: [*lines, "Lorem ipsum dolor sit amet."],
    lambda rng, lines: [
        *lines,
        rng.choice(["int main() { return 0; }.", "Javascript { x.", "So { it is."]),
    ],
    lambda rng, lines: [text.rstrip('.!?;")') for text in lines],
    lambda rng, lines: [word for text in lines for word in text.split(" ")],
    lambda rng, lines: [part for text in lines for part in (text, *[""] * rng.randint(1, 9))],
    lambda rng, lines: [
        text + rng.choice(["[1]", "[edit]", " [citation needed]."]) for text in lines
    ],
    lambda rng, lines: [*lines, "This page uses cookies for you.", "See the privacy policy here."],
    lambda rng, lines: [*lines, "你好 world。", "これ は ペン です 。", "Привет, мир! И ещё."],
    lambda rng, lines: [*lines, rng.choice(["IS_ALPHA is a name.", "a_IS_ALPHA is another."])],
    lambda rng, lines: [
        text.replace(" ", rng.choice(["  ", "\t", "\u00a0", " \u2028"]), 3) for text in lines
    ],
]


def text(rng):
    lines = [line(rng) for _ in range(rng.randint(3, 7))]
    for fault in rng.sample(FAULTS, rng.randint(1, 2)):
        lines = fault(rng, lines)
    return rng.choice(["\n", "\n", "\n", "\r\n", "\n\n"]).join(lines)


def decision(rule, document):
    kept = FILTERS[rule].filter(document)
    return None if kept is True else kept[1]


def row(text):
    found = {"text": text}
    for rule in FILTERS:
        document = Document(text=text, id="")
        found[rule] = decision(rule, document)
        if found[rule] is None and document.text != text:
            found["c4-text"] = document.text
    return found


if __name__ == "__main__":
    rng = random.Random(7)
    rows = [row(made) for made in ["", " \n", *[text(rng) for _ in range(300)]]]
    path = Path(__file__).with_name("datatrove.jsonl")
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
