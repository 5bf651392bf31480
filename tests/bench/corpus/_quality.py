"""True near-duplicates, and how well a set of removed documents agrees with them.

A pair of documents is a true one when their word 5-grams (lower case, ``\\w+``) have a Jaccard
similarity of 0.7 or more. Candidates share one of 40 bands of three MinHash values, which misses a
pair at 0.7 once in twenty million; each candidate's similarity is then counted exactly.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from _corpus import Row, read_lines, share
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
WORD = re.compile(r"\w+")
BANDS, ROWS = 40, 3
TRUE = 0.7
CROWD = 300
"""Of more documents in one band each is compared with the first ones only."""


class Grams:
    """Turns texts into sorted arrays of the hashes of their word 5-grams."""

    def __init__(self) -> None:
        self.words: dict[str, int] = {}

    def __call__(self, text: str) -> Hashes:
        """Return the 5-grams of a text; of a shorter one the whole."""
        words = [self.hash(word) for word in WORD.findall(text.lower())]
        words += [0] * (5 - len(words))
        hashes = np.array(words, dtype=np.uint64)
        grams = np.zeros(len(hashes) - 4, dtype=np.uint64)
        for place in range(5):
            grams = grams * np.uint64(0x9E3779B97F4A7C15) + hashes[place : place + len(grams)]
        return np.unique(grams)

    def hash(self, word: str) -> int:
        """Return the hash of a word."""
        if word not in self.words:
            digest = hashlib.blake2b(word.encode(errors="replace"), digest_size=8)
            self.words[word] = int.from_bytes(digest.digest(), "little")
        return self.words[word]


def jaccard(a: Hashes, b: Hashes) -> float:
    """Return the similarity of two sets."""
    both = len(np.intersect1d(a, b, assume_unique=True))
    return both / (len(a) + len(b) - both)


def true_pairs(documents: Path) -> dict[tuple[str, str], float]:
    """Return every pair at or above 0.7 with its similarity."""
    grams_of, names, grams = Grams(), [], []
    buckets: dict[bytes, list[int]] = defaultdict(list)
    rng = np.random.default_rng(0)
    factors = rng.integers(1, 2**63, (BANDS * ROWS, 1), dtype=np.uint64) * np.uint64(2) + np.uint64(
        1
    )
    for number, row in enumerate(read_lines(documents)):
        names.append(row["id"])
        grams.append(grams_of(row["text"]))
        for band in bands(grams[-1], factors):
            buckets[band].append(number)
    found: dict[tuple[str, str], float] = {}
    for a, b in candidates(buckets):
        if min(len(grams[a]), len(grams[b])) < TRUE * max(len(grams[a]), len(grams[b])):
            continue
        similarity = jaccard(grams[a], grams[b])
        if similarity >= TRUE:
            found[names[a], names[b]] = similarity
    return found


def bands(grams: Hashes, factors: Hashes) -> Iterator[bytes]:
    """Yield the key of each band of a document."""
    smallest = np.full(len(factors), np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(grams), 4096):
        part = grams[start : start + 4096] * factors
        smallest = np.minimum(smallest, (part ^ (part >> np.uint64(31))).min(axis=1))
    for band, values in enumerate(smallest.reshape(BANDS, ROWS)):
        yield bytes([band]) + values.tobytes()


def candidates(buckets: dict[bytes, list[int]]) -> set[tuple[int, int]]:
    """Return pairs of numbers that share a band."""
    found = set()
    for members in buckets.values():
        found.update(combinations(members[:CROWD], 2))
        for late in members[CROWD:]:
            found.update((early, late) for early in members[:CROWD])
    return found


@dataclass(frozen=True, kw_only=True)
class Near:
    """How well removed documents agree with the truth; a pair is found when one of it is gone."""

    removed: int
    gold_8: float
    """Share found of true pairs at 0.8 and above."""
    gold_7: float
    injected_9: float
    """Share found of injected pairs from 0.9 to below 1."""
    injected_8: float
    injected_7: float
    precision_7: float
    """Share of removed documents with a true pair."""

    def __str__(self) -> str:
        """One line."""
        return (
            f"  removed {self.removed}, gold >=.8 {self.gold_8:.4f}, >=.7 {self.gold_7:.4f},"
            f" injected .9 {self.injected_9:.3f} .8 {self.injected_8:.3f}"
            f" .7 {self.injected_7:.3f}, precision at .7 {self.precision_7:.4f}"
        )


def near(removed: set[str], gold: dict[tuple[str, str], float], injected: list[Row]) -> Near:
    """Score a set of removed documents."""

    def found(least: float) -> float:
        pairs = (pair for pair, similarity in gold.items() if similarity >= least)
        return share([bool(removed & {*pair}) for pair in pairs])

    def of_injected(low: float, high: float) -> float:
        rows = (row for row in injected if low <= row["j5"] < high)
        return share([bool(removed & {row["a"], row["b"]}) for row in rows])

    paired = {name for pair in gold for name in pair}
    paired |= {row[end] for row in injected if row["j5"] >= TRUE for end in "ab"}
    return Near(
        removed=len(removed),
        gold_8=found(0.8),
        gold_7=found(0.7),
        injected_9=of_injected(0.9, 1.0),
        injected_8=of_injected(0.8, 0.9),
        injected_7=of_injected(0.7, 0.8),
        precision_7=share([name in paired for name in removed]),
    )
