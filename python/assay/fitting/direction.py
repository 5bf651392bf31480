"""Which way a metric goes: losses fall; a score that rises is fitted as the share that it misses.

Laws describe what falls towards a floor, and whatever decides takes the lowest value for the best.
A score ``s`` between 0 and 1 is therefore turned into the error ``1 - s`` when a table is read, and
everything from there on works on errors; results turn back what they show.
"""

from __future__ import annotations

import re
from itertools import pairwise

from assay.checks import flag
from assay.errors import DataError, FitError
from assay.ingest import Runs
from assay.laws.law import Array

__all__ = ["error_name", "losses_of", "metric", "rises"]

_RISING = {
    *("acc", "accuracy", "auc", "auroc", "bleu", "chrf", "correct", "em", "f1", "mcc", "pass"),
    *("passed", "precision", "recall", "reward", "rouge", "score", "scores", "success", "top1"),
    *("top5", "winrate"),
}
"""Words of a column's name that say that more is better."""
_RISING_PAIRS = {"exact_match", "pass_rate", "solve_rate", "top_1", "top_5", "win_rate"}
_FALLING = {
    *("bpb", "err", "error", "errors", "loss", "losses", "minus", "miss", "missed", "nll"),
    *("perplexity", "ppl"),
}


def rises(y: str, higher_is_better: bool | None) -> bool:
    """Return whether more of ``y`` is better; without a word on it, columns are losses.

    Raises
    ------
    FitError
        If nothing was said and the name of the column says that it rises.
    """
    if higher_is_better is not None:
        return flag(higher_is_better, "higher_is_better")
    words = [word for word in re.split(r"[^a-z0-9]+", y.lower()) if word]
    pairs = {"_".join(pair) for pair in pairwise(words)}
    named = _RISING & set(words) or _RISING_PAIRS & pairs
    if named and not _FALLING & set(words) and not y.startswith("1 - "):
        raise FitError(
            f'y is "{y}", which reads like a score of which more is better, and losses are ranked '
            "the other way round: give higher_is_better=True (--higher-is-better), or "
            "higher_is_better=False (--no-higher-is-better) if less of it is better"
        )
    return False


def losses_of(runs: Runs, y: str, *, rising: bool) -> Array:
    """Return what the laws are fitted to, ``(n,)``: the losses, or ``1 - y`` of a ``rising`` score.

    Raises
    ------
    DataError
        If a loss is not positive, or a score is not between 0 and 1; a score of 0 is one, and 1,
        which leaves no error to fit, is not.
    """
    if not rising:
        return runs.numbers(y, positive=True)
    scores = runs.numbers(y)
    bad = (scores < 0.0) | (scores >= 1.0)
    if bad.any():
        row = int(bad.argmax())
        raise DataError(
            f'{runs.origin}: row {row + 1}, column "{y}": found {scores[row]:g}, expected a score '
            "from 0 to below 1, of which the rest to 1 is fitted: divide percentages by 100; of a "
            "score with another best value give the distance from that value, as a loss"
        )
    return 1.0 - scores


def error_name(y: str) -> str:
    """Return the name of what is fitted to the rising score ``y``."""
    return f"1 - {y}"


def metric(loss: float, rises: bool) -> float:
    """Return a loss as the metric that it stands for: a score that ``rises`` is 1 minus it."""
    return 1.0 - loss if rises else loss
