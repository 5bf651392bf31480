"""A slip in a number of a study file hung its reading, or ended in an OverflowError."""

import time

import pytest

import assay
from assay.study import load_study

_CASES = [
    ("to = 16000", "to = 16000\nfactor = 1.0000000001", "raise `factor`"),
    ("to = 16000", "to = 16000\nfactor = 1.0000000000000002", "raise `factor`"),
    ("to = 16000", "to = 16000\nfactor = 1.002", "more than 1,000 rungs"),
    ("to = 16000", "to = 16000\nfactor = 1e308", "[ladder] factor"),
    ("to = 16000", "to = 16000\nfactor = nan", "[ladder] factor"),
    ("to = 16000", f"to = 16000\nseeds = {10**20}", "lower `seeds`"),
    ("to = 16000", f"to = 16000\nseeds = [{10**20}, 1, 1, 1, 1]", "lower `seeds`"),
    ("to = 16000", f"to = {10**400}", "[ladder] to"),
    ("to = 16000", f"to = {'9' * 5000}", "is not TOML"),
    ("to = 16000", "to = 16000\nepochs_max = inf", "[ladder] epochs_max"),
    ("from = 1000", f"from = {10**30}", "[ladder] from"),
    ("[ladder]", f"[anneal]\nsequence_tokens = {10**20}\n[ladder]", "[anneal] sequence_tokens"),
    ("[ladder]", f"[anneal]\nbatch_sequences = {10**20}\n[ladder]", "[anneal] batch_sequences"),
    ("[ladder]", f"[anneal]\nwarmup_steps = {10**400}\n[ladder]", "[anneal] warmup_steps"),
    ("[ladder]", "[anneal]\nlearning_rate = 1e300\n[ladder]", "[anneal] learning_rate"),
    ("[ladder]", f"[evaluate]\nwindows = {10**20}\n[ladder]", "[evaluate] windows"),
    ("[ladder]", f"[evaluate]\nwindow_tokens = {10**20}\n[ladder]", "[evaluate] window_tokens"),
    ("[ladder]", f"[evaluate]\nstride_tokens = {10**20}\n[ladder]", "[evaluate] stride_tokens"),
    ("[ladder]", f"[fit]\nresamples = {10**12}\n[ladder]", "[fit] resamples"),
    ("[base]", f"[base]\nshape = {{ hidden = {10**20} }}", "[base] shape.hidden"),
    ("[base]", f"[base]\nshape = {{ layers = {10**20} }}", "[base] shape.layers"),
    ("[base]", f"[base]\npretrain = {{ tokens = {10**20} }}", "[base] pretrain.tokens"),
    ("gpu_hour = 2.0", "gpu_hour = 1e308", "[prices] gpu_hour"),
    ("gpu_hour = 2.0", "gpu_hour = 2.0\nutilisation_train = 1e-300", "[prices] utilisation_train"),
    ('kind = "raw"', 'kind = "raw", usd_per_million_tokens = 1e308', "usd_per_million_tokens"),
    (
        'kind = "raw"',
        'kind = "instructed", generator_params = 1e9, tokens_in = 1, tokens_out = 1, '
        f"tokens_kept = 1, rounds = {10**400}",
        "rounds",
    ),
    ("[base]", f"[base]\nshape = {'[' * 20000}", "is not TOML"),
]


@pytest.mark.parametrize(("old", "new", "key"), _CASES, ids=range(len(_CASES)))
def test_it_is_refused_at_once_in_one_line_that_names_the_key(tmp_path, small_study, old, new, key):
    path = tmp_path / "study.toml"
    assert old in small_study
    path.write_text(small_study.replace(old, new))
    start = time.monotonic()
    with pytest.raises((assay.StudyError, assay.DataError)) as raised:
        load_study(path)
    assert time.monotonic() - start < 5.0
    said = str(raised.value)
    assert key in said
    assert "\n" not in said
    assert len(said) < 600
