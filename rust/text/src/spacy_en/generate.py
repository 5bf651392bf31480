"""Writes the tables of spaCy's English tokenizer: exceptions.txt beside this file, and
char_classes/table.rs.

Needs spaCy 3.8 (MIT licence, https://github.com/explosion/spaCy), whose character classes and
exceptions these are, and the Unicode data of the Python that runs it. Run it again for another
version of spaCy, then `goldens.py`, then the tests.
"""

import re
import sys
import unicodedata
from pathlib import Path

import spacy
from spacy.lang import char_classes as cc
from spacy.lang.en import English
from spacy.symbols import ORTH
from spacy.util import compile_prefix_regex

HERE = Path(__file__).parent

prefix = compile_prefix_regex(English.Defaults.prefixes)
suffix_list = [s for s in English.Defaults.suffixes if not s.startswith("(?<=")]
suffix = re.compile("|".join(f"(?:{s})$" for s in suffix_list))
DOT = "[0-9{}{}{}(?:{})]".format(cc.ALPHA_LOWER, r"%²\-\+", cc.PUNCT, cc.CONCAT_QUOTES)


def in_class(pattern):
    return re.compile(pattern).fullmatch


# One bit each; the names and meanings are repeated as constants in table.rs.
CLASSES = [
    ("ALPHA", "Letters.", in_class(f"[{cc.ALPHA}]")),
    ("LOWER", "Lower-case letters and those without case.", in_class(f"[{cc.ALPHA_LOWER}]")),
    ("UPPER", "Upper-case letters and those without case.", in_class(f"[{cc.ALPHA_UPPER}]")),
    ("QUOTE", "Quotation marks.", in_class(f"[{cc.CONCAT_QUOTES}]")),
    ("ICON", "Symbols that stand alone.", in_class(f"[{cc.ICONS}]")),
    ("PREFIX", "Split off the front, whatever follows.", lambda c: c != "+" and prefix.match(c)),
    ("SUFFIX", "Split off the end, whatever precedes.", suffix.fullmatch),
    ("BEFORE_DOT", "A full stop after it is split off the end.", in_class(DOT)),
    ("WORD", "Python's `\\\\w`.", in_class(r"\w")),
    ("DECIMAL", "Python's `\\\\d`.", in_class(r"\d")),
    ("LETTER", "Python's `str.isalpha`.", str.isalpha),
    ("PUNCTUATION", "Unicode general category P.", lambda c: unicodedata.category(c)[0] == "P"),
]


def ranges():
    """(first, last, mask) of code points that are in some class."""
    found = []
    for code in range(sys.maxunicode + 1):
        c = chr(code)
        mask = sum(1 << i for i, (_, _, test) in enumerate(CLASSES) if test(c))
        if found and found[-1][1] == code - 1 and found[-1][2] == mask:
            found[-1][1] = code
        else:
            found.append([code, code, mask])
    return [r for r in found if r[2]]


def write_classes():
    constants = "".join(
        f"/// {doc}\npub(super) const {name}: u16 = 1 << {i};\n"
        for i, (name, doc, _) in enumerate(CLASSES)
    )
    cells = [f"({a:#x}, {b:#x}, {m:#x})" for a, b, m in ranges()]
    rows = "".join(f"    {', '.join(cells[i : i + 6])},\n" for i in range(0, len(cells), 6))
    (HERE.parent / "char_classes" / "table.rs").write_text(
        f"//! Character classes of spaCy {spacy.__version__} (MIT licence), Unicode"
        f" {unicodedata.unidata_version}: written by `generate.py`.\n\n{constants}\n"
        "/// First and last code point, and the classes of those between; in order.\n"
        "#[rustfmt::skip]\n"
        f"pub(super) const RANGES: &[(u32, u32, u16)] = &[\n{rows}];\n"
    )


def write_exceptions():
    nlp = spacy.blank("en")
    lines = []
    for text, tokens in sorted(nlp.tokenizer.rules.items()):
        parts = [token[ORTH] for token in tokens]
        assert "".join(parts) == text
        if text.strip():
            assert not any(c.isspace() for c in text), text
            lines.append("\t".join(parts))
    (HERE / "exceptions.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    nlp = spacy.blank("en")
    assert nlp.tokenizer.token_match is None
    write_classes()
    write_exceptions()
