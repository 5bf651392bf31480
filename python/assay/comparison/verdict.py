"""Deciding: buy a source, run something next, or cannot tell. There is no fourth verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assay.comparison import words
from assay.comparison.deciding_runs import deciding_runs
from assay.comparison.offers import AnyOffer, AtCosts, Offer
from assay.comparison.records import Standing, Verdict
from assay.units import Unit

__all__ = ["decide"]


def decide(
    offers: Mapping[str, AnyOffer],
    control: str | None,
    standings: Sequence[Standing],
    here: Mapping[str, AtCosts],
    currency: Unit,
    at: float,
    confidence: float,
) -> Verdict:
    """Decide at a total cost ``at``.

    A source is bought if it is the best, and beats the control, each with probability
    ``(1 + confidence) / 2``. The bar is that high because either of two equal sources may come out
    ahead: it keeps the chance of buying one of two copies at ``1 - confidence``. If no source is
    shown to gain anything, or if no runs that the budget pays for are expected to settle what is
    open, the verdict is that one cannot tell. Otherwise it names the runs that help most.
    """
    reachable = [s for s in standings if s.tokens is not None]
    if not reachable or (control is not None and not here[control].reached[0]):
        return _cannot_tell(None, 0.0, words.too_little(at, currency))
    best = max(reachable, key=lambda s: (s.best, s.gains or 0.0))
    sure = best.best if best.gains is None else min(best.best, best.gains)
    failed = [s.source for s in reachable if offers[s.source].fit.status == "failed"]
    if failed:
        return _cannot_tell(best.source, sure, words.not_fitted(failed))
    enough = 0.5 + 0.5 * confidence
    if sure >= enough:
        return Verdict(
            kind="buy", source=best.source, probability=sure, reason=words.why_best(best), runs=()
        )
    if control is not None and all(
        s.gain.lower is not None and s.gain.lower <= 0 for s in reachable
    ):
        return _cannot_tell(best.source, sure, words.NO_GAIN)
    rival = _rival(best, reachable, control)
    open_question = words.not_told_apart(best.source, rival, sure)
    contenders = {name: offers[name] for name in (best.source, rival)}
    priced = {name: offer for name, offer in contenders.items() if isinstance(offer, Offer)}
    if len(priced) < len(contenders):
        return _cannot_tell(best.source, sure, words.no_model_size(open_question))
    difference = here[rival].draws[:, 0] - here[best.source].draws[:, 0]
    following = deciding_runs(priced, difference, currency, at, enough)
    if not following.settles:
        return _cannot_tell(best.source, sure, words.never_settled(open_question))
    return Verdict(
        kind="run-next",
        source=best.source,
        probability=sure,
        reason=words.worth_running(open_question),
        runs=following.runs,
    )


def _rival(best: Standing, reachable: Sequence[Standing], control: str | None) -> str:
    """Return the one the best source is least told apart from: the runner-up or the control."""
    others = [s for s in reachable if s is not best]
    if control is not None and (not others or (best.gains or 0.0) < best.best):
        return control
    return max(others, key=lambda s: s.best).source


def _cannot_tell(source: str | None, probability: float, reason: str) -> Verdict:
    return Verdict(
        kind="cannot-tell", source=source, probability=probability, reason=reason, runs=()
    )
