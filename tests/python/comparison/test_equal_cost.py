import json

import pytest

from assay.comparison import Comparison, compare
from assay.errors import DataError, FitError, StudyError
from assay.units import Quantity

LAWS = {"early": (3.0, 1.0, 0.6), "late": (1.0, 3.4, 0.2), "control": (4.0, 0.8, 0.1)}
AT = Quantity(1e-6 * 2.0**18, "usd")


def run(offers, laws, at=AT, confidence=0.95, data=None, **options):
    _, fits, prices = offers(laws, data, **options)
    return compare(fits, at=at, cost=prices, confidence=confidence)


@pytest.fixture(scope="module")
def compared(offers):
    return run(offers, LAWS)


def test_a_clear_winner_is_bought(compared):
    assert compared.verdict.kind == "buy"
    assert compared.verdict.source == "early"
    assert compared.verdict.probability == pytest.approx(1.0)
    assert "early" in compared.verdict.reason


def test_gains_are_against_the_control_at_the_same_total_cost(offers):
    compared = run(offers, LAWS, data={"early": 6.0})
    early = next(s for s in compared.deciding.standings if s.source == "early")
    assert early.tokens == pytest.approx(2.0**16), "each token costs four times training"
    assert early.loss.value == pytest.approx(4.0)
    assert early.gain.value == pytest.approx(4 + 0.8 * 4**-0.1 - 4.0)
    assert early.gain.lower < early.gain.value < early.gain.upper
    assert early.gains == 1.0


def test_a_price_changes_the_answer_without_a_refit(offers):
    dear = run(offers, LAWS, data={"early": 200.0})
    assert dear.verdict.source == "late"


def test_every_currency_has_a_view_at_the_same_training_spend(compared):
    assert [view.currency for view in compared.views] == ["usd", "flops", "gpu_hours"]
    assert [view.at for view in compared.views] == pytest.approx(
        [1e-6 * 2.0**18, 1e7 * 2.0**18, 1e-9 * 2.0**18]
    )


def test_a_crossing_within_the_range_is_found_at_its_cost(offers):
    compared = run(
        offers, {"flat": (3.0, 1.0, 0.01), "steep": (1.0, 3.0, 0.3), "control": (4.5, 1, 0.1)}
    )
    [pair] = [p for p in compared.deciding.pairs if {p.a, p.b} == {"flat", "steep"}]
    assert pair.crossing.found
    assert pair.crossing.better_above == "steep"
    assert pair.crossing.cost.value == pytest.approx(1e-6 * 2.0**16, rel=0.1)
    assert pair.crossing.cost.lower < 1e-6 * 2.0**16 < pair.crossing.cost.upper


def test_two_copies_of_one_source_are_neither_bought_nor_crossed(offers):
    twins = {"a": (2.0, 2.0, 0.3), "b": (2.0, 2.0, 0.3), "control": (4.0, 0.8, 0.1)}
    compared = run(offers, twins, resamples=4000)
    assert compared.verdict.kind != "buy"
    [pair] = [p for p in compared.deciding.pairs if (p.a, p.b) == ("a", "b")]
    assert pair.better == pytest.approx(0.5, abs=0.05)
    assert not pair.crossing.found
    assert pair.difference.lower < 0 < pair.difference.upper
    assert sum(s.best for s in compared.deciding.standings) == pytest.approx(1.0)


def test_the_very_same_draws_are_a_tie(fitted, price):
    one = fitted("a", (2.0, 2.0, 0.3))
    other = fitted("b", (2.0, 2.0, 0.3), draws=one.draws)
    fits = {"a": one, "b": other, "control": fitted("control", (4.0, 0.8, 0.1))}
    prices = {name: price(name) for name in fits}
    compared = compare(fits, at=AT, cost=prices)
    assert compared.verdict.kind != "buy"
    assert [s.best for s in compared.deciding.standings] == [0.5, 0.5]


def test_sources_that_gain_nothing_cannot_be_told(offers):
    same = {"a": (4.0, 0.8, 0.1), "control": (4.0, 0.8, 0.1)}
    assert run(offers, same).verdict.kind != "buy"
    compared = run(offers, same, noise=0.2)
    assert compared.verdict.kind == "cannot-tell"
    assert "no source is shown to gain anything" in compared.verdict.reason
    assert compared.verdict.runs == ()


def test_two_close_sources_that_runs_can_tell_apart_get_runs(offers):
    close = {"a": (2.0, 2.0, 0.3), "b": (2.0, 2.025, 0.3), "control": (4.0, 0.8, 0.1)}
    compared = run(offers, close, at=Quantity(10.0, "usd"), noise=1e-5)
    assert compared.verdict.kind == "run-next"
    assert {r.source for r in compared.verdict.runs} <= {"a", "b"}
    assert compared.verdict.runs
    noisy = run(offers, close, noise=0.2)
    assert noisy.verdict.kind == "cannot-tell"
    assert "would not settle it" in noisy.verdict.reason


def test_a_failed_fit_is_never_bought(fitted, price):
    fits = {
        "a": fitted("a", (1.0, 1.0, 0.3), status="failed"),
        "control": fitted("control", (4.0, 0.8, 0.1)),
    }
    compared = compare(fits, at=AT, cost={name: price(name) for name in fits})
    assert compared.verdict.kind == "cannot-tell"
    assert "no law could be fitted to a" in compared.verdict.reason


def test_a_source_out_of_reach_is_shown_as_such(offers):
    compared = run(offers, LAWS, data={"early": 1e4})
    early = compared.deciding.standings[-1]
    assert (early.source, early.tokens, early.best) == ("early", None, 0.0)
    assert "early                out of reach" in str(compared)
    tiny = run(offers, LAWS, at=Quantity(1e-9, "usd"))
    assert tiny.verdict.kind == "cannot-tell"
    assert "buys too little" in tiny.verdict.reason


def test_the_single_budget_ranking_stands_beside_the_laws(compared):
    assert list(compared.deciding.single.losses) == ["early", "late", "control"]
    assert [s.source for s in compared.deciding.standings] == ["early", "late"]


def test_it_decides_by_default_at_the_largest_cost_all_were_measured_at(offers):
    _, fits, prices = offers(LAWS, data={"early": 6.0})
    assert compare(fits, cost=prices).deciding.at == pytest.approx(1e-6 * 2.0**18)


def test_it_survives_json(compared):
    text = json.dumps(compared.to_dict(), allow_nan=False)
    assert Comparison.from_dict(json.loads(text)) == compared
    values = json.loads(text)
    del values["verdict"]["kind"]
    with pytest.raises(DataError, match=r"verdict\.kind"):
        Comparison.from_dict(values)


def test_curves_cover_the_grid(compared):
    view = compared.deciding
    assert {curve.source for curve in view.curves} == set(LAWS)
    early = next(curve for curve in view.curves if curve.source == "early")
    assert len(early.gain) == len(view.cost) == 64
    assert all(
        a <= b <= c for a, b, c in zip(early.gain_lower, early.gain, early.gain_upper, strict=True)
    )
    assert early.measured_to == pytest.approx(1e-6 * 2.0**18)


def test_repeating_a_source_more_than_any_run_did_is_flagged(fitted, price):
    fits = {name: fitted(name, law) for name, law in LAWS.items()}
    prices = {name: price(name, cap=2.0**15 if name == "late" else 2.0**40) for name in LAWS}
    summaries = {s.source: s for s in compare(fits, at=AT, cost=prices).sources}
    [flag] = summaries["late"].flags
    assert flag.code == "epochs-beyond-data"
    assert "repeats the source 4.0 times" in flag.message
    assert summaries["early"].flags == ()


@pytest.mark.parametrize("amount", [0.0, -1.0, float("nan"), float("inf")])
def test_an_amount_that_is_no_positive_number_is_refused(fitted, amount):
    fits = {name: fitted(name, law) for name, law in LAWS.items()}
    for at in (amount, {"tokens": amount}, Quantity(amount, "tokens")):
        with pytest.raises(FitError, match="expected a positive number"):
            compare(fits, at=at)


def test_an_amount_may_be_written_out(offers):
    _, fits, prices = offers(LAWS, data={"early": 6.0})
    written = compare(fits, at="0.2 USD", cost=prices)
    assert written == compare(fits, at=Quantity(0.2, "usd"), cost=prices)
    with pytest.raises(StudyError, match='cannot read the amount "1 gold"'):
        compare(fits, at="1 gold", cost=prices)


def test_what_cannot_be_compared_is_refused(offers, fitted):
    _, fits, prices = offers(LAWS)
    with pytest.raises(FitError, match='control "replay" was not fitted'):
        compare(fits, cost=prices, control="replay")
    with pytest.raises(FitError, match="no source to compare"):
        compare({"control": fits["control"]}, cost=prices)
    with pytest.raises(FitError, match="found FitResult, expected fits by source"):
        compare(fits["late"], cost=prices)
    with pytest.raises(FitError, match='the fit of "late" is given as "new"'):
        compare({"new": fits["late"], "early": fits["early"]}, cost=prices)
    with pytest.raises(FitError, match=r"cost is 'prices\.toml', expected prices by source"):
        compare(fits, cost="prices.toml")
    with pytest.raises(FitError, match="no price is given for late"):
        compare(fits, cost={name: p for name, p in prices.items() if name != "late"})
    odd = dict(fits)
    odd["late"] = fitted("late", LAWS["late"], evaluation_sha256="x")
    odd["early"] = fitted("early", LAWS["early"], evaluation_sha256="y")
    with pytest.raises(FitError, match="2 different evaluation sets"):
        compare(odd, cost=prices)
    with pytest.raises(FitError, match="100, 400 resamples"):
        compare(dict(fits) | {"late": fitted("late", LAWS["late"], resamples=100)}, cost=prices)
    with pytest.raises(FitError, match=r"different columns \(cost; tokens\)"):
        compare(dict(fits) | {"late": fitted("late", LAWS["late"], x=("cost",))}, cost=prices)
