"""Two copies of one source, measured with noise: nothing may be claimed of them."""

import numpy as np

import assay

STUDIES = 80


def study(rng):
    """Five budgets and two seeds of a source that is listed twice."""
    tokens = np.tile(2.0 ** np.arange(14, 19), 4)
    floor, reducible, alpha = rng.uniform(1.2, 2.5), rng.uniform(0.5, 1.5), rng.uniform(0.15, 0.6)
    mean = floor + reducible * (tokens / 2**16) ** -alpha
    noise = rng.uniform(0.001, 0.005) * rng.standard_normal(len(tokens))
    return {
        "source": np.repeat(["a", "b"], 10),
        "seed": np.tile(np.repeat([0, 1], 5), 2),
        "tokens": tokens,
        "loss": mean * np.exp(noise),
    }


def test_copies_of_one_source_hardly_ever_cross_and_are_seldom_bought():
    rng = np.random.default_rng(0)
    crossed, bought, apart = 0, 0, 0
    for seed in range(STUDIES):
        fits = assay.fit(study(rng), law="power", seed="seed", resamples=200, random_state=seed)
        compared = assay.compare(fits)
        crossed += bool(compared.crossings)
        bought += compared.verdict.kind == "buy"
        difference = compared.difference("a", "b")
        apart += not difference.lower <= 0.0 <= difference.upper
    assert crossed <= 0.05 * STUDIES
    assert bought <= 0.125 * STUDIES, "about 5% are expected"
    assert apart <= 0.125 * STUDIES
