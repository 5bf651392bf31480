"""The plan of a study: the list of all anneals that it will run.

:func:`assay.study.layout.make_plan` lays it out from the study file, the base and the prepared
text.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from assay.base.facts import BaseFacts
from assay.files import read_json, write_json
from assay.records import CONTROL, BaseSpec, RunSpec
from assay.study.file import Study

__all__ = ["Plan", "PlannedSource", "read_plan"]


@dataclass(frozen=True, kw_only=True)
class PlannedSource:
    """How the runs of a source were laid out, and where the study decides about it."""

    source: str
    reach: int
    """Trained tokens of the largest run that its prepared text fills within ``epochs_max``."""
    deciding_tokens: float | None
    """Trained tokens at the deciding point; None if that is out of its reach."""
    deciding_epochs: float | None
    """Passes over its unique tokens there."""
    run_epochs: int
    """Times that its runs repeat their text, so that epochs match; 1 if they need not."""
    own_rungs: bool
    """Whether its rungs are its own, because it could not fill enough of the study's."""
    first_rungs: int
    """Lowest rungs that it cannot do without, with which a study with a purse starts."""


@dataclass(frozen=True)
class Plan:
    """The runs of a study, the base they start from, and how they were laid out."""

    base: BaseFacts
    specs: tuple[RunSpec, ...]
    sources: tuple[PlannedSource, ...] = ()
    left_out: tuple[int, ...] = ()
    """Budgets, in trained tokens, that the purse does not pay for."""

    @property
    def first(self) -> tuple[RunSpec, ...]:
        """The runs that a study with a purse starts with, the control beside those of sources."""
        first = []
        for source in self.sources:
            specs = [spec for spec in self.specs if spec.source == source.source]
            budgets = sorted({spec.tokens for spec in specs})[: source.first_rungs]
            first += [spec for spec in specs if spec.tokens in budgets]
        beside = {spec.tokens for spec in first}
        control = [s for s in self.specs if s.source == CONTROL and s.tokens in beside]
        return (*control, *first)

    def write(self, path: Path) -> None:
        """Write the plan as JSON."""
        value = {
            "base": asdict(self.base),
            "sources": [asdict(source) for source in self.sources],
            "left_out": list(self.left_out),
            "runs": [spec.to_dict() for spec in self.specs],
        }
        write_json(path, value)

    @classmethod
    def read(cls, path: Path) -> Plan:
        """Read what :meth:`write` wrote.

        Raises
        ------
        DataError
            If there is no plan.
        """
        value = read_json(path, "assay plan")
        base = value["base"]
        builtin = BaseSpec(**base["builtin"]) if base["builtin"] else None
        return cls(
            base=BaseFacts(**{**base, "builtin": builtin}),
            specs=tuple(RunSpec.from_dict(run) for run in value["runs"]),
            sources=tuple(PlannedSource(**source) for source in value.get("sources", ())),
            left_out=tuple(value.get("left_out", ())),
        )


def read_plan(study: Study) -> Plan:
    """Read the plan that ``assay plan`` wrote.

    Raises
    ------
    DataError
        If there is none.
    """
    path = study.output.plan
    return study.output.once("plan", [path], lambda: Plan.read(path))
