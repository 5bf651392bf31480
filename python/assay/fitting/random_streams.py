"""Random streams named by what they are for, so that no draw depends on the order of the work."""

from __future__ import annotations

import hashlib

import numpy as np

from assay.laws.law import Array

__all__ = ["noise_scales", "stream"]

_LARGEST_SCALE = 10.0


def stream(random_state: int, *labels: str) -> np.random.Generator:
    """Return the generator of one purpose: equal arguments give equal numbers."""
    key = "\x1f".join([str(random_state), *labels]).encode()
    return np.random.default_rng(int.from_bytes(hashlib.sha256(key).digest()[:16], "little"))


def noise_scales(random_state: int, sigma: float, freedom: int, count: int) -> Array:
    """Draw what the run noise may truly be, ``(count,)``, given how few runs measured it.

    The draws are the same for every source whose noise is estimated together; ``freedom`` is the
    number of degrees of freedom of ``sigma``, 0 if it is assumed.
    """
    if freedom == 0:
        return np.full(count, sigma)
    spread = np.sqrt(freedom / stream(random_state, "scale").chisquare(freedom, count))
    return np.asarray(sigma * np.minimum(spread, _LARGEST_SCALE))
