"""The study file, which a person writes in TOML; it is checked in full before work starts."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    field_validator,
    model_validator,
)

from assay.checks import window_stride
from assay.comparison.question import FixedAnneal, FixedSpend, Question
from assay.errors import DataError, StudyError
from assay.output import OutputFolder
from assay.records import BASE, CONTROL, INTEGRATION, REPLAY, PackingMethod
from assay.sources import Acquisition, Positive, Prices
from assay.tomlfile import path_of, read_toml
from assay.units import Currency, Quantity, parse_nats, parse_tokens

__all__ = ["MOST_RUNS", "BlendTable", "SourceTable", "Study", "StudyFile", "load_study"]

_RESERVED = {CONTROL, BASE, INTEGRATION, REPLAY, "target", "guard"}

_MOST_RUNGS = 1_000
MOST_RUNS = 100_000
"""Beyond these a number of the ladder is a slip of the pen, and a plan would take hours to make."""


def _tokens(value: Any) -> Any:
    """Read a number of tokens that is written as text, such as ``"50B"``."""
    if not isinstance(value, str):
        return value
    try:
        tokens = parse_tokens(value)
    except StudyError as error:
        raise ValueError(str(error)) from None
    return int(tokens) if tokens.is_integer() else tokens


TokenCount = Annotated[
    int, BeforeValidator(_tokens, json_schema_input_type=int | str), Field(gt=0, le=10**18)
]
"""Tokens trained on, of which no one has more: a whole number, or text such as ``"50B"``."""
Length = Annotated[int, Field(gt=0, le=2**24)]
"""Tokens of one sequence, or a width of the model."""
Batch = Annotated[int, Field(gt=0, le=2**24)]
"""Sequences of one update."""
Updates = Annotated[int, Field(ge=0, le=10**12)]
Rate = Annotated[Positive, Field(le=1e6)]
"""A learning rate."""

LawName = Literal["auto", "power", "anchored", "rectified", "broken", "m4", "repetition"]
"""The laws in trained tokens, which are all that a study varies."""

Paths = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(
        lambda value: (value,) if isinstance(value, str) else value,
        json_schema_input_type=str | list[str],
    ),
    Field(min_length=1),
]


def _plain(value: Any) -> Any:
    """Refuse what TOML can say and the engine's recipes cannot: dates, and what is no number."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        raise ValueError(
            "found a date or a number that is not finite: expected names of rules, or tables such "
            'as { rule = "length", min_words = 50 }'
        ) from None
    return value


Filters = tuple[
    Annotated[Any, BeforeValidator(_plain, json_schema_input_type=str | dict[str, Any])], ...
]
"""Rules and presets of the corpus engine, each by its name or as a table; it checks them."""


def _nats(value: Any) -> float:
    if not isinstance(value, str):
        raise ValueError(f'found {value!r}: give it with its unit, for example "0.05 nats"')
    try:
        return parse_nats(value)
    except StudyError as error:
        raise ValueError(str(error)) from None


class _Table(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, use_attribute_docstrings=True
    )


class StudyTable(_Table):
    """Name, seed, and the question: at which total cost, or for which anneal, a choice is made."""

    name: str = Field(min_length=1)
    """What the report is headed with."""
    seed: int = Field(default=0, ge=0, lt=2**64)
    """Seed of every random draw of the study."""
    currency: Currency = "usd"
    """Currency whose ranking leads."""
    budget: str | None = None
    """Total cost at which to decide, for example "40 USD", if that is fixed."""
    anneal_tokens: TokenCount | None = None
    """Trained tokens of the final anneal, for example "50B", if that is fixed."""
    pilot: str | None = None
    """The purse: the most that all runs of the study may cost together, for example "30 USD"."""
    least_gain: Annotated[float, Field(ge=0, le=100)] = 0.0
    """Sources that differ by less are tied, in nats per token."""

    @property
    def question(self) -> Question:
        """What is asked: the best use of one total cost, or the best text for one length."""
        if self.anneal_tokens is not None:
            return FixedAnneal(float(self.anneal_tokens))
        return FixedSpend(self._amount("budget", self.budget))

    @property
    def purse(self) -> Quantity | None:
        """The most that all runs may cost together."""
        return None if self.pilot is None else self._amount("pilot", self.pilot)

    def _amount(self, key: str, text: str | None) -> Quantity:
        try:
            amount = Quantity.parse(text or "")
        except StudyError as error:
            raise StudyError(f"[study] {key}: {error}") from None
        if amount.currency != self.currency:
            raise StudyError(
                f'[study] {key} "{text}" is not in the currency "{self.currency}": give '
                "both in one currency"
            )
        return amount

    @model_validator(mode="after")
    def _one_question(self) -> StudyTable:
        if self.budget is None and self.anneal_tokens is None:
            raise StudyError(
                "[study] asks nothing: give budget, the total cost at which to decide, or "
                "anneal_tokens, the length of the final anneal"
            )
        if self.budget is not None and self.anneal_tokens is not None:
            raise StudyError(
                f'[study] has budget "{self.budget}" and anneal_tokens {self.anneal_tokens}: the '
                "total cost or the length can be fixed, not both; `pilot` is what runs may cost"
            )
        _ = self.question, self.purse
        return self


class ShapeTable(_Table):
    """Shape of the built-in tiny Llama-architecture model."""

    hidden: Length = 128
    """Width, a multiple of twice ``heads``."""
    layers: Annotated[int, Field(gt=0, le=10_000)] = 4
    """Layers."""
    heads: Length = 4
    """Attention heads of a layer."""
    ffn: Length = 352
    """Width of the feed-forward part."""

    @model_validator(mode="after")
    def _heads_are_whole(self) -> ShapeTable:
        if self.hidden % (2 * self.heads):
            raise StudyError(
                f"[base] shape has hidden = {self.hidden} for {self.heads} heads: expected a "
                f"multiple of {2 * self.heads}, an even width for each head"
            )
        return self


class PretrainTable(_Table):
    """How the built-in base is pre-trained on the replay text, at a constant rate."""

    tokens: TokenCount = 1_200_000
    """Tokens trained on."""
    learning_rate: Rate = 3e-3
    """Rate, at which every anneal then begins by default."""
    warmup_steps: Updates = 40
    """Updates in which the rate rises from zero."""
    batch_sequences: Batch = 16
    """Sequences of one update."""


class BaseTable(_Table):
    """The model that is annealed."""

    model: str = "builtin:tiny"
    """"builtin:tiny", or a local folder with a Hugging Face causal language model."""
    tokenizer: str
    """A tokenizer.json that fits the model."""
    shape: ShapeTable = ShapeTable()
    """Shape of the built-in model."""
    pretrain: PretrainTable = PretrainTable()
    """How the built-in model is pre-trained."""

    @property
    def builtin(self) -> bool:
        """Whether assay builds and pre-trains the base itself."""
        return self.model == "builtin:tiny"


class TextTable(_Table):
    """Documents: files or folders, relative to the study file."""

    path: Paths
    """A file, folder or glob, or a list of them."""


class GuardTable(TextTable):
    """General text that must not get worse."""

    limit: (
        Annotated[float, BeforeValidator(_nats, json_schema_input_type=str), Field(gt=0, le=100)]
        | None
    ) = None
    """Most that its loss may rise over the unannealed base, for example "0.05 nats"."""


class ReplayTable(TextTable):
    """The general mix that is blended into every anneal."""

    ratio: float = Field(default=0.3, ge=0, lt=1)
    """Share of replay in every anneal's tokens."""
    filters: Filters = ()
    """Rules and presets of the corpus engine that documents must pass."""


class SourceTable(TextTable):
    """A candidate source: its text and what it costs."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=64)
    """Letters, digits, ``.``, ``_`` and ``-``, up to 64."""
    filters: Filters = ()
    """Rules and presets of the corpus engine that its documents must pass."""
    cap: (
        Annotated[PositiveFloat, BeforeValidator(_tokens, json_schema_input_type=float | str)]
        | None
    ) = None
    """Unique tokens that can be had, as prepared; by default as many as preparation found."""
    cost: Acquisition
    """What its text costs."""


class BlendTable(_Table):
    """A mixture of candidates, which is annealed on like a source of its own."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*$", max_length=64)
    """As of a source, and ``+``."""
    shares: Annotated[dict[str, Annotated[float, Field(gt=0, lt=1)]], Field(min_length=2)]
    """Share of each member in the candidate part; they sum to 1."""

    @model_validator(mode="after")
    def _shares_are_all(self) -> BlendTable:
        total = sum(self.shares.values())
        if not math.isclose(total, 1.0, rel_tol=0.0, abs_tol=1e-6):
            raise StudyError(f'[[blend]] "{self.name}" shares sum to {total:g}: make them sum to 1')
        return self


class PrepareTable(_Table):
    """How the text is prepared; every source and replay alike."""

    exact: bool = True
    """Whether repeated documents go."""
    near: bool = Field(default=True, validation_alias=AliasChoices("near", "minhash"))
    """Near-duplicates; ``minhash`` is the key of before 0.1, read for one release."""
    across: bool = False
    """Whether the candidates lose what an earlier one in the file has. Otherwise each is judged
    alone and keeps what others have too. What replay has, every candidate loses."""
    decontaminate_ngram: int = Field(default=13, gt=0, lt=2**32)
    """Words in a row by which a document is found to hold evaluation text."""
    separator: str = "<|endoftext|>"
    """Token of the tokenizer that ends each document."""
    on_bad_line: Literal["fail", "reject"] = "fail"
    """Whether a line that is no document stops the study, or is counted."""


class LadderTable(_Table):
    """The geometric sequence of budgets, in trained tokens."""

    from_: TokenCount = Field(alias="from")
    """Smallest budget."""
    to: TokenCount | None = None
    """Largest budget; left out, the ladder climbs as near to the deciding point as ``pilot`` pays
    for."""
    factor: float = Field(default=2.0, gt=1, le=1e6)
    """Ratio of a budget to the one before."""
    seeds: PositiveInt | tuple[PositiveInt, ...] = 2
    """Seeds on every rung, or one number for each rung; the last holds for those above."""
    epochs_max: Annotated[Positive, Field(le=1e6)] = 4.0
    """Most passes over the unique tokens of a source."""

    @model_validator(mode="after")
    def _rises(self) -> LadderTable:
        if self.to is not None and self.to < self.from_:
            raise StudyError(f"[ladder] from = {self.from_} is above to = {self.to}")
        _ = self.budgets
        return self

    @property
    def budgets(self) -> tuple[int, ...]:
        """Rungs that the file alone decides: up to ``to``, or only the first where it is left out.

        Raises
        ------
        StudyError
            If they are so many that a number must be wrong.
        """
        return self.budgets_to(self.from_ if self.to is None else self.to)

    def budgets_to(self, top: float) -> tuple[int, ...]:
        """Rungs from ``from`` to at most ``top`` trained tokens.

        Raises
        ------
        StudyError
            If they are so many that a number must be wrong.
        """
        if math.log(max(top / self.from_, 1.0)) >= _MOST_RUNGS * math.log(self.factor):
            raise StudyError(
                f"[ladder] factor = {self.factor!r} makes more than {_MOST_RUNGS:,} rungs from "
                f"{self.from_} to {top:.0f}: raise `factor`"
            )
        rungs = [self.from_]
        while round(self.from_ * self.factor ** len(rungs)) <= top:
            rungs.append(round(self.from_ * self.factor ** len(rungs)))
        return tuple(rungs)

    def seeds_on(self, rung: int) -> int:
        """Return the number of seeds on a rung, the lowest being 0."""
        if isinstance(self.seeds, int):
            return self.seeds
        return self.seeds[min(rung, len(self.seeds) - 1)]

    @model_validator(mode="after")
    def _one_seed_count_per_rung(self) -> LadderTable:
        rungs = self.budgets
        if (
            self.to is not None
            and not isinstance(self.seeds, int)
            and len(self.seeds) != len(rungs)
        ):
            raise StudyError(
                f"[ladder] seeds has {len(self.seeds)} numbers for "
                f"{len(rungs)} rungs {list(rungs)}: give one number, or one a rung"
            )
        return self


class AnnealTable(_Table):
    """The recipe of one anneal."""

    sequence_tokens: Length = 256
    """Tokens of one sequence."""
    batch_sequences: Batch = 4
    """Sequences of one update."""
    packing: PackingMethod = "concatenate"
    """How documents become sequences; unless concatenated they see nothing of each other."""
    learning_rate: Rate | None = None
    """Rate at the start; by default that of the base, if assay built it."""
    warmup_steps: Updates = 0
    """Updates in which the rate rises from zero."""
    precision: Literal["float32", "bfloat16"] = "float32"
    """Numbers that training computes with."""


class EvaluateTable(_Table):
    """The frozen windows of the target and guard sets."""

    windows: int = Field(default=128, ge=2, le=10**7)
    """Windows of each set."""
    window_tokens: int = Field(default=256, ge=2, le=2**24)
    """Tokens of one window."""
    stride_tokens: Length | None = None
    """Tokens from one window of a document to the next; by default windows do not overlap."""

    @model_validator(mode="after")
    def _stride_fits(self) -> EvaluateTable:
        try:
            window_stride(self.window_tokens, self.stride_tokens)
        except StudyError as error:
            raise StudyError(f"[evaluate] {error}") from None
        return self


class FitTable(_Table):
    """How laws are fitted and decisions made."""

    law: LawName = "auto"
    """Law of the loss in trained tokens; "auto" combines several by their withheld error."""
    resamples: int = Field(default=1000, ge=50, le=100_000)
    """Refits that the intervals come from."""
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    """Probability at which a source is bought, and of every interval."""


class StudyFile(_Table):
    """The study file as written."""

    schema_version: Literal[1] = 1
    """Version of this format."""
    study: StudyTable
    base: BaseTable
    prices: Prices
    target: TextTable
    guard: GuardTable
    replay: ReplayTable
    source: tuple[SourceTable, ...] = Field(min_length=1)
    blend: tuple[BlendTable, ...] = ()
    prepare: PrepareTable = PrepareTable()
    ladder: LadderTable
    anneal: AnnealTable = AnnealTable()
    evaluate: EvaluateTable = EvaluateTable()
    fit: FitTable = FitTable()

    def check_ladder_ends(self) -> None:
        """Check that something ends the ladder; the command line may have added a purse.

        Raises
        ------
        StudyError
            If it has no largest budget, and runs may cost any amount.
        """
        if self.ladder.to is None and self.study.pilot is None:
            raise StudyError(
                "[ladder] to and [study] pilot are both missing, and something must end the "
                "ladder: give `to`, the largest budget, or `pilot`, what all runs may cost"
            )

    def steps_to(self, top: float) -> tuple[int, ...]:
        """Return the updates of a run on each rung of the ladder up to ``top`` trained tokens.

        Raises
        ------
        StudyError
            If a rung is less than one update or than the warm-up, or two are one.
        """
        budgets, anneal = self.ladder.budgets_to(top), self.anneal
        batch = anneal.batch_sequences * anneal.sequence_tokens
        steps = tuple(round(budget / batch) for budget in budgets)
        if steps[0] < 1:
            raise StudyError(
                f"[ladder] a budget of {budgets[0]} tokens is less than one batch of "
                f"{anneal.batch_sequences} x {anneal.sequence_tokens} tokens: raise [ladder] from"
            )
        if steps[0] <= anneal.warmup_steps:
            raise StudyError(
                f"[anneal] warmup_steps is {anneal.warmup_steps}, and a budget of {budgets[0]} "
                f"tokens has {steps[0]} updates: lower it, or raise [ladder] from"
            )
        for i in range(1, len(steps)):
            if steps[i] == steps[i - 1]:
                raise StudyError(
                    f"[ladder] budgets of {budgets[i - 1]} and {budgets[i]} tokens are the same "
                    f"{steps[i]} updates: raise `factor`, or `from`"
                )
        return steps

    @field_validator("source")
    @classmethod
    def _distinct_names(cls, sources: tuple[SourceTable, ...]) -> tuple[SourceTable, ...]:
        seen: set[str] = set()
        for source in sources:
            if source.name in seen | _RESERVED:
                reason = "reserved" if source.name in _RESERVED else "used twice"
                raise StudyError(f'[[source]] name "{source.name}" is {reason}: choose another')
            seen.add(source.name)
        return sources

    @model_validator(mode="after")
    def _blends_are_of_sources(self) -> StudyFile:
        sources = {source.name for source in self.source}
        taken = sources | _RESERVED
        for blend in self.blend:
            if blend.name in taken:
                raise StudyError(
                    f'[[blend]] name "{blend.name}" is taken or reserved: choose another'
                )
            taken.add(blend.name)
            for member in blend.shares:
                if member not in sources:
                    raise StudyError(
                        f'[[blend]] "{blend.name}" has a share of "{member}", and the sources are '
                        f"{', '.join(sorted(sources))}: correct the name, or add the source"
                    )
        return self

    @model_validator(mode="after")
    def _few_enough_runs(self) -> StudyFile:
        ladder = self.ladder
        runs = sum(ladder.seeds_on(i) for i in range(len(ladder.budgets)))
        runs *= len(self.source) + len(self.blend) + 1
        if runs > MOST_RUNS:
            raise StudyError(
                f"[ladder] {len(ladder.budgets)} rungs with the seeds asked for make {runs:,} "
                f"runs of {len(self.source)} sources and the control, and {MOST_RUNS:,} are the "
                "most: lower `seeds`"
            )
        return self

    @model_validator(mode="after")
    def _rungs_are_runs(self) -> StudyFile:
        _ = self.steps_to(self.ladder.budgets[-1])
        return self

    @model_validator(mode="after")
    def _no_run_beyond_the_final_one(self) -> StudyFile:
        ladder, length = self.ladder, self.study.anneal_tokens
        for key, tokens in (("from", ladder.from_), ("to", ladder.to)):
            if length is not None and tokens is not None and tokens > length:
                raise StudyError(
                    f"[ladder] {key} = {tokens} is above [study] anneal_tokens = {length}: a "
                    f"pilot run is not longer than the final anneal, lower `{key}`"
                )
        return self

    @model_validator(mode="after")
    def _caps_fill_a_run(self) -> StudyFile:
        ladder, share = self.ladder, 1.0 - self.replay.ratio
        drawn = share * ladder.from_
        for source in self.source:
            if source.cap is not None and source.cap * ladder.epochs_max < drawn:
                raise StudyError(
                    f'[[source]] "{source.name}" cap = {source.cap:.10g} tokens, and the smallest '
                    f"run, [ladder] from = {ladder.from_}, trains on {drawn:.10g} of the source, "
                    f"more than epochs_max = {ladder.epochs_max:g} times its cap: correct `cap`, "
                    "which is in tokens, or lower `from`"
                )
        return self

    @model_validator(mode="after")
    def _learning_rate_known(self) -> StudyFile:
        if not self.base.builtin and self.anneal.learning_rate is None:
            raise StudyError(
                "[anneal] learning_rate is missing: a base that was not built here does not "
                "say at which rate its training stood"
            )
        return self


@dataclass(frozen=True)
class Study:
    """A checked study file, the folder its paths start from, and its output folder."""

    file: StudyFile
    folder: Path
    out: Path

    def path(self, name: str) -> Path:
        """Resolve a path of the study file."""
        return self.folder / name

    def with_purse(self, pilot: str) -> Study:
        """Return the study with another purse, such as ``"30 USD"``.

        Raises
        ------
        StudyError
            If it is no amount of the study's currency.
        """
        table = self.file.study.model_copy(update={"pilot": pilot})
        _ = table.purse
        return replace(self, file=self.file.model_copy(update={"study": table}))

    @property
    def source_names(self) -> tuple[str, ...]:
        """Names of the candidate sources, in the order of the file."""
        return tuple(source.name for source in self.file.source)

    @property
    def candidate_names(self) -> tuple[str, ...]:
        """Names of all that is annealed on and judged: the sources, and then the blends."""
        return (*self.source_names, *(blend.name for blend in self.file.blend))

    @cached_property
    def output(self) -> OutputFolder:
        """The output folder, with the name of everything in it."""
        return OutputFolder(self.out)


def load_study(path: str | os.PathLike[str], out: str | os.PathLike[str] | None = None) -> Study:
    """Read and check a study file.

    Parameters
    ----------
    path
        The TOML file. Paths inside it are relative to its folder.
    out
        Output folder; ``<file stem>.assay`` beside the file by default.

    Raises
    ------
    DataError
        If the file is missing or is not TOML.
    StudyError
        If a key is unknown, missing or has a value that cannot be; the message names it.
    """
    path = path_of(path, "the study")
    if not path.exists():
        raise DataError(f"{path} does not exist: `assay demo` makes one to start from")
    file = read_toml(path, StudyFile)
    folder = path.with_suffix(".assay") if out is None else path_of(out, "the output folder")
    return Study(file, path.parent, folder)
