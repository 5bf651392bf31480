"""Tile sizes for sm_90, and which of them runs by default.

The choice follows from depth and options, never from the number of tokens: a row's bits depend on
the tile sizes, and must not depend on the batch that the row comes in.
"""

from __future__ import annotations

from .shared import Config

__all__ = ["CONFIGS", "DEFAULTS", "GRADIENTS", "MEASURED", "NARROW", "default_config"]

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
"""Every configuration that compiles without spills, by name. Plain ones hide the time of loads
behind products, by their pipeline stages and by two programs on one processor. In specialised ones
one group of warps only loads, and two only multiply."""

MEASURED: str | None = None
"""Card and date of the measurement that chose ``DEFAULTS``; None until there is one."""

DEFAULTS = {1024: "plain 128x128x64", 2**31: "plain 128x256x64"}
"""Configuration that runs up to each depth.

No card has timed them yet. The reasoning: at little depth the exponentials weigh most, and two
programs on a processor hide them; at much depth larger tiles read less from the cache."""

NARROW = "plain 128x128x64"
"""Configuration for a bias, a softcap or the entropy: with wider tiles those spill registers."""

GRADIENTS = Config(tokens=128, vocab=128, depth=64, warps=8, stages=3)
"""Configuration for the gradients of logits: its tiles leave registers for the store."""


def default_config(depth: int, *, narrow: bool) -> Config:
    """Return the configuration that runs for hidden states of ``depth`` columns."""
    if narrow:
        return CONFIGS[NARROW]
    return CONFIGS[next(name for limit, name in DEFAULTS.items() if depth <= limit)]
