import functools
from types import SimpleNamespace

import numpy as np
import pytest

from assay.corpus import Mixture, TokenStore, slow
from assay.errors import DataError
from assay.study.layout import make_plan
from assay.study.prices import price_sources
from assay.study.sequences import (
    AvailableSequences,
    BlendedSequences,
    available_sequences,
    pack,
    packed_folder,
)

S = 32


@pytest.fixture
def study_of(packed_study, tmp_path):
    """Prepare a study that is packed as asked."""
    return functools.partial(packed_study, tmp_path)


@pytest.mark.parametrize(("packing", "twin"), [("best-fit", slow.best_fit), ("pad", slow.pad)])
def test_sequences_are_counted_and_written_as_the_slow_twins_say(study_of, packing, twin):
    study = study_of(packing)
    found = available_sequences(study)
    assert not (study.out / "packed").exists()
    folder = packed_folder(pack(study, packing, S), packing, S)
    for source in Mixture.open(folder).sources:
        store = TokenStore.open(study.output.store(source.name))
        lengths = np.diff(store.documents[:, 0].astype(int), prepend=0).tolist()
        expected = len(twin(lengths, S))
        assert found[source.name].sequences == expected == len(source.packing)
        fill = store.token_count / (expected * S)
        assert found[source.name].fill == pytest.approx(fill, abs=1e-6)


def test_text_that_is_packed_is_left_as_it_is(study_of):
    study = study_of("best-fit")
    manifest = packed_folder(pack(study, "best-fit", S), "best-fit", S) / "mixture.json"
    before = manifest.stat().st_ino, manifest.stat().st_mtime_ns
    pack(study, "best-fit", S)
    assert (manifest.stat().st_ino, manifest.stat().st_mtime_ns) == before


def test_concatenated_text_is_not_packed(study_of):
    study = study_of("concatenate")
    assert not pack(study, "concatenate", S).exists()
    store = TokenStore.open(study.output.store("notes"))
    supply = available_sequences(study)["notes"]
    assert (supply.sequences, supply.fill) == ((store.token_count - 1) // S, 1.0)


def test_shares_and_prices_are_of_tokens_not_of_padding(study_of):
    study = study_of("pad")
    plan = make_plan(study)
    control, run = plan.specs
    assert control.candidate_sequences == 0
    replay = (run.sequences - run.candidate_sequences) * S * run.replay_fill
    assert run.candidate_fill < 0.9
    assert replay / (replay + run.candidate_tokens) == pytest.approx(0.25, abs=0.02)
    priced = price_sources(study, plan)["notes"]
    assert priced.unique(np.array([run.tokens])) == pytest.approx(run.candidate_tokens, rel=0.03)


def test_a_cap_is_of_tokens_not_of_padding(study_of):
    supply = available_sequences(study_of("pad", cap="\ncap = 400"))["notes"]
    assert supply.sequences == int(400 // (supply.fill * S)) > 400 // S


def test_a_damaged_store_is_named(study_of):
    study = study_of("pad")
    shard = study.output.store("notes") / "documents-00000.bin"
    shard.write_bytes(bytes(len(shard.read_bytes())))
    with pytest.raises(DataError, match=r"notes"):
        pack(study, "pad", S)


def blend(**members):
    """A blend of members as (share, sequences, fill)."""
    store = SimpleNamespace(sha256="s")
    found = {name: AvailableSequences(store, n, fill) for name, (_, n, fill) in members.items()}
    return BlendedSequences(found, {name: share for name, (share, _, _) in members.items()})


def test_a_blend_has_as_many_sequences_as_its_scarcest_member_allows():
    two = blend(books=(0.25, 10, 1.0), web=(0.75, 900, 1.0))
    assert (two.sequences, two.scarcest, two.fill) == (40, "books", 1.0)
    assert blend(books=(0.25, 900, 1.0), web=(0.75, 30, 1.0)).scarcest == "web"


def test_shares_of_a_blend_are_of_tokens_not_of_padding():
    two = blend(books=(0.5, 100, 0.5), web=(0.5, 100, 1.0))
    assert two.fill == pytest.approx(1 / (0.5 / 0.5 + 0.5 / 1.0))
    assert two.sequences == 150  # 100 half full ones of books and 50 full ones of the web
    books, web = two.split(90, 90)
    assert (books.candidate_sequences, web.candidate_sequences) == (60, 30)
    assert books.candidate_sequences * books.fill == web.candidate_sequences * web.fill


def test_a_member_that_is_drawn_from_has_at_least_one_sequence_of_its_own():
    many, few = blend(many=(0.9, 100, 1.0), few=(0.1, 100, 1.0)).split(10, 3)
    assert (many.candidate_sequences, few.candidate_sequences) == (9, 1)
    assert (many.unique_sequences, few.unique_sequences) == (3, 1)
    _, none = blend(many=(0.9, 100, 1.0), few=(0.1, 100, 1.0)).split(2, 2)
    assert (none.candidate_sequences, none.unique_sequences) == (0, 0)
