import numpy as np

from assay.fitting.random_streams import noise_scales, stream


def test_equal_names_give_equal_numbers_and_other_names_others():
    draw = stream(0, "noise", "a").random()
    assert stream(0, "noise", "a").random() == draw
    assert stream(1, "noise", "a").random() != draw
    assert stream(0, "noise", "b").random() != draw
    assert stream(0, "noisea").random() != stream(0, "noise", "a").random()


def test_noise_known_from_few_runs_is_drawn_wider():
    rng = np.random.default_rng(0)
    few = noise_scales(0, 0.01, 4, 20_000) * rng.standard_normal(20_000)
    assert np.quantile(few, 0.975) == np.clip(np.quantile(few, 0.975), 0.0265, 0.029)  # t: 2.776
    assert np.all(noise_scales(0, 0.01, 0, 3) == 0.01)
