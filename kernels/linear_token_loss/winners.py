"""Tile sizes for sm_90, and which of them runs: from depth and options, never from the tokens.

A row's bits depend on the tile sizes, so that a choice by the number of tokens would make them
depend on the batch.
"""

from __future__ import annotations

from assay.kernels.linear_token_loss.shared import Config

__all__ = ["CONFIGS", "GRADIENTS", "MEASURED", "NARROW", "WINNERS", "winner"]

CONFIGS = {
    "plain 128x128x64": Config(tokens=128, vocab=128, depth=64, warps=8, stages=3),
    "plain 128x128x128": Config(tokens=128, vocab=128, depth=128, warps=8, stages=2),
    "plain 128x256x64": Config(tokens=128, vocab=256, depth=64, warps=8, stages=3),
    "plain 128x256x64 deep": Config(tokens=128, vocab=256, depth=64, warps=8, stages=4),
    "plain 64x256x64": Config(tokens=64, vocab=256, depth=64, warps=4, stages=4),
    "specialised 128x128x64": Config(
        tokens=128, vocab=128, depth=64, warps=4, stages=3, specialize=True
    ),
    "specialised 128x256x64": Config(
        tokens=128, vocab=256, depth=64, warps=4, stages=3, specialize=True
    ),
    "specialised 128x256x64 deep": Config(
        tokens=128, vocab=256, depth=64, warps=4, stages=4, specialize=True
    ),
}
"""What may run. Plain ones overlap loads and products by their stages and by two programs on one
processor; in specialised ones one group of warps loads and two multiply."""

MEASURED: str | None = None
"""Card and date of the measurement behind ``WINNERS``; None: not yet measured, chosen on paper."""

WINNERS = {1024: "plain 128x128x64", 2**31: "plain 128x256x64"}
"""Configuration up to each depth. On paper: at little depth the exponentials weigh most, and two
programs on a processor hide them; at much depth larger tiles read less from the cache."""

NARROW = "plain 128x128x64"
"""With a bias, a softcap or the entropy: wider tiles have no registers left for them and spill."""

GRADIENTS = Config(tokens=128, vocab=128, depth=64, warps=8, stages=3)
"""For the gradients of logits, whose tiles leave registers for the store."""


def winner(depth: int, *, narrow: bool) -> Config:
    """Return the configuration for hidden states of ``depth`` columns."""
    if narrow:
        return CONFIGS[NARROW]
    return CONFIGS[next(name for limit, name in WINNERS.items() if depth <= limit)]
