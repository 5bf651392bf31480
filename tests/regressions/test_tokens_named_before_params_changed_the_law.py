"""``x=["tokens", "params"]`` fitted a law that read tokens as parameters.

It fits as well as the right one, and means something else.
"""

import numpy as np
import pytest

import assay

SHAPES = [(n, d) for n in (1e9, 2e9, 4e9) for d in (1e10, 1e11, 1e12, 1e13)]


@pytest.mark.parametrize("law", ["chinchilla", "kaplan", "auto"])
def test_the_order_of_parameters_and_tokens_does_not_matter(law):
    params, tokens = (np.array(column) for column in zip(*SHAPES, strict=True))
    loss = 1.7 + 400.0 * params**-0.33 + 410.0 * tokens**-0.28
    wobble = 1.0 + 1e-3 * np.tile([1, -1], len(SHAPES) // 2)
    runs = {"params": params, "tokens": tokens, "loss": loss * wobble}
    one, other = (
        assay.fit(runs, x=x, law=law, source=None, resamples=20)
        for x in (["params", "tokens"], ["tokens", "params"])
    )
    assert one == other
