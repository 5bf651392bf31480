"""Check that fits can be compared with each other before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping

from assay.checks import name
from assay.comparison.offers import AnyOffer
from assay.errors import FitError
from assay.fitting.result import FitResult
from assay.records import CONTROL

__all__ = ["check", "check_supply"]

_ANOTHER_UNIT = 1e-3
"""A supply of less than this share of the smallest run is one in another unit."""


def check(fits: Mapping[str, FitResult], control: str | None) -> str | None:
    """Check that fits can be compared, and return the name of the control, if there is one.

    Raises
    ------
    FitError
        If the control is missing, there is nothing to compare, a fit goes by another name than its
        source, laws read different columns, were measured on different evaluation sets, or have
        no, or unequal numbers of, resamples.
    """
    _check_fits(fits)
    if control is None:
        control = CONTROL if CONTROL in fits else None
    elif name(control, "control") not in fits:
        raise FitError(f'the control "{control}" was not fitted, found {", ".join(fits)}')
    if len(fits) < 2:
        alone = "the control" if control else next(iter(fits), "it")
        raise FitError(f"there is no source to compare with {alone}: add the runs of another")
    for source, result in fits.items():
        if result.source != source:
            raise FitError(
                f'the fit of "{result.source}" is given as "{source}", and its draws are those of '
                f'"{result.source}": name the sources in the table, and fit again'
            )
    sets = {r.evaluation_sha256 for r in fits.values()} - {None}
    if len(sets) > 1:
        raise FitError(
            f"the sources were measured on {len(sets)} different evaluation sets: "
            "measure all on one"
        )
    losses = {r.y for r in fits.values()}
    if len(losses) > 1:
        raise FitError(f"the fits predict different columns: {', '.join(sorted(losses))}")
    axes = {tuple(n for n in r.x if n != "epochs") for r in fits.values()}
    if len(axes) > 1:
        found = "; ".join(sorted(", ".join(axis) for axis in axes))
        raise FitError(f"the laws read different columns ({found}): fit all with one x")
    counts = {len(result.draws) for result in fits.values()}
    if len(counts) > 1 or max(counts) < 2:
        raise FitError(
            f"the fits have {', '.join(map(str, sorted(counts)))} resamples: "
            "fit all with one number of them, two or more"
        )
    return control


def check_supply(offers: Mapping[str, AnyOffer]) -> None:
    """Check that the tokens that prices offer are in the unit of the tokens of the runs.

    Raises
    ------
    FitError
        If a source could supply less than a thousandth of its smallest run: a cap in millions or
        billions.
    """
    for source, offer in offers.items():
        tokens = offer.fit.points.columns.get("tokens")
        if tokens is None:
            continue
        most, least = offer.price.tokens_max, float(tokens.min())
        if most < _ANOTHER_UNIT * least:
            raise FitError(
                f"{source}: its cap allows anneals of {most:,.0f} tokens at most, and its smallest "
                f"run trained on {least:,.0f}: is the cap in millions or billions? give each token"
            )


def _check_fits(fits: Mapping[str, FitResult]) -> None:
    named = isinstance(fits, Mapping)
    odd = [one for one in fits.values() if not isinstance(one, FitResult)] if named else [fits]
    if odd:
        found = type(odd[0]).__name__
        raise FitError(f"found {found}, expected fits by source, as assay.fit returns")
