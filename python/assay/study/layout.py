"""Lays out the runs of a study: which source, how much of it, how often, and with which control.

Every source and blend is annealed on a ladder of budgets with several seeds, and so is the control
(replay alone) at every budget. A source gets the rungs that it can fill, a blend those that all its
members can. Where the deciding point repeats a source, its runs repeat theirs as often, on a part
of the text (Repetition Mismatch, arXiv 2606.07597). If no run did otherwise, nothing would tell
repeated tokens from fewer new ones. So on the two lowest rungs the second seed repeats nothing: it
stands beside one that does. Where whole rungs were fresh instead, the law bent between them, and
simulated predictions at the deciding point were several times as far off. A purse leaves out the
highest rungs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from assay import _core
from assay.base.facts import BaseFacts
from assay.comparison.question import FixedAnneal
from assay.errors import StudyError
from assay.records import CONTROL, REPLAY, RunSpec
from assay.sources import PricedSource
from assay.study.base import base_facts
from assay.study.chosen import ChosenRun, read_chosen
from assay.study.file import MOST_RUNS, BlendTable, Study
from assay.study.ladders import (
    DecidingPoint,
    SourceLadder,
    deciding_point,
    fewest_budgets,
    runs_of,
    source_rungs,
    within,
)
from assay.study.plan import Plan, PlannedSource
from assay.study.prepare import read_prepared
from assay.study.prices import price_sources
from assay.study.purse import spent
from assay.study.sequences import AvailableSequences, BlendedSequences, available_sequences
from assay.units import format_amount

__all__ = ["blend_runs", "make_plan"]

_READ_EPOCHS = {"auto", "repetition"}
"""What may be fitted and tells repeated tokens from new ones."""
_RUNGS_TO_TELL = 4
"""On fewer, laws that read epochs were fitted to noise."""


def make_plan(study: Study) -> Plan:
    """Lay out the runs of a prepared study, and the control beside each budget.

    Where runs are chosen one by one, these are added to the rungs that no source can do without.

    Raises
    ------
    StudyError
        If a source has too few tokens for a law, no source can be had at the deciding point, or
        the purse is below the smallest plan.
    DataError
        If the study is not prepared, or the base does not fit the tokenizer.
    """
    layout = _Layout(study, base_facts(study, read_prepared(study).tokenizer))
    whole, chosen = layout.ladders, read_chosen(study)
    begun = study.output.ledger.exists()
    kept = whole if chosen is not None and begun else layout.within_purse(whole)
    sources = tuple(layout.planned(each) for each in whole)
    if chosen is not None:
        first = layout.specs([each.up_to(0) for each in whole])
        specs = dict.fromkeys([*first, *layout.chosen(chosen)])
        return Plan(layout.base, tuple(specs), sources)
    left_out = {s for each in whole for s in each.steps} - {s for each in kept for s in each.steps}
    return Plan(
        layout.base,
        tuple(layout.specs(kept)),
        sources,
        tuple(steps * layout.batch_tokens for steps in sorted(left_out)),
    )


def blend_runs(study: Study, blend: BlendTable, budgets: Iterable[int]) -> dict[int, RunSpec]:
    """Lay out a run of a blend, of the first seed, at each of ``budgets`` that it can fill.

    The blend need not be in the study; its runs are those that it would have there.

    Parameters
    ----------
    study
        A prepared study.
    blend
        Name and shares.
    budgets
        Trained tokens, whole updates.
    """
    alone = replace(study, file=study.file.model_copy(update={"blend": (blend,)}))
    layout = _Layout(alone, base_facts(alone, read_prepared(alone).tokenizer))
    epochs = layout._ladder(blend.name).epochs
    steps = {budget: budget // layout.batch_tokens for budget in budgets}
    reach = layout._reach(blend.name)
    return {b: layout._spec(blend.name, n, 0, epochs) for b, n in steps.items() if n <= reach}


@dataclass(frozen=True)
class _Layout:
    """A study and its base, and what follows from them for its runs."""

    study: Study
    base: BaseFacts

    @property
    def batch_tokens(self) -> int:
        """Trained tokens of one update."""
        return self.study.file.anneal.batch_sequences * self.study.file.anneal.sequence_tokens

    @cached_property
    def texts(self) -> dict[str, AvailableSequences]:
        """The text of every source and of replay, at least a sequence of each."""
        found, length = available_sequences(self.study), self.study.file.anneal.sequence_tokens
        for name, text in found.items():
            if not text.sequences:
                where = "[replay]" if name == REPLAY else f'source "{name}"'
                raise StudyError(
                    f"{where} has fewer than {length + 1} tokens after preparation and its cap, "
                    "not one sequence: give it more text"
                )
        return found

    @cached_property
    def candidates(self) -> dict[str, AvailableSequences | BlendedSequences]:
        """The text of every source and of every blend."""
        blends = self.study.file.blend
        return {
            **{name: self.texts[name] for name in self.study.source_names},
            **{each.name: BlendedSequences(self.texts, each.shares) for each in blends},
        }

    @cached_property
    def priced(self) -> dict[str, PricedSource]:
        """What every source, every blend and the control cost."""
        one_update = (self._spec(name, 1, 0, 1) for name in (CONTROL, *self.study.candidate_names))
        return price_sources(self.study, Plan(self.base, tuple(one_update)))

    @cached_property
    def points(self) -> dict[str, DecidingPoint | None]:
        """Where the study decides about each source; at least one can be had there."""
        names, table = self.study.candidate_names, self.study.file.study
        points = {name: deciding_point(table.question, self.priced[name]) for name in names}
        if any(points.values()):
            return points
        if isinstance(table.question, FixedAnneal):
            name = max(names, key=lambda name: self.priced[name].tokens_max)
            raise StudyError(
                f"[study] anneal_tokens = {table.anneal_tokens} is more than any source supplies "
                f'within [ladder] epochs_max = {self.study.file.ladder.epochs_max:g}: "{name}" '
                f"lasts for {self.priced[name].tokens_max:.4g} trained tokens; give `cap`, the "
                "unique tokens that can be had, where it is more than the text at hand, or lower "
                "anneal_tokens"
            )
        raise StudyError(
            f'[study] budget "{table.budget}" is below what the first tokens of every source '
            "cost: raise `budget`, or correct [source.cost] fixed_usd"
        )

    @cached_property
    def ladders(self) -> list[SourceLadder]:
        """The rungs of every source, whatever they cost."""
        self.study.file.check_ladder_ends()
        ladders = [self._ladder(name) for name in self.study.candidate_names]
        runs = sum(1 for _ in runs_of(ladders, self.study.file.ladder.seeds_on))
        if runs > MOST_RUNS:
            raise StudyError(
                f"[ladder] up to the deciding point makes {runs:,} runs, and {MOST_RUNS:,} are "
                "the most: raise `factor`, or give `to`"
            )
        return ladders

    def within_purse(self, ladders: Sequence[SourceLadder]) -> list[SourceLadder]:
        """Leave out the highest rungs until the purse pays for the rest."""
        purse = self.study.file.study.purse
        if purse is None:
            return list(ladders)

        def cost(kept: Sequence[SourceLadder]) -> float:
            return spent(self.specs(kept), self.priced, purse.currency)

        kept = within(ladders, purse.amount, cost)
        if kept is None:
            smallest = [each.up_to(0) for each in ladders]
            needed = format_amount(_rounded_up(cost(smallest)), purse.currency)
            raise StudyError(
                f'[study] pilot "{self.study.file.study.pilot}" is below {needed}, the cost of the '
                f"smallest plan with its {len(self.specs(smallest))} runs: raise `pilot`, or lower "
                "[ladder] from, seeds or the number of sources"
            )
        return kept

    def specs(self, ladders: Sequence[SourceLadder]) -> list[RunSpec]:
        """Return the runs of ``ladders``, and of the control beside them."""
        by_name = {each.source: each for each in ladders}
        return [
            self._spec(
                name, steps, seed, by_name[name].epochs_of(steps, seed) if name in by_name else 1
            )
            for name, steps, seed in runs_of(ladders, self.study.file.ladder.seeds_on)
        ]

    def chosen(self, runs: Iterable[ChosenRun]) -> list[RunSpec]:
        """Return the runs that were chosen; those of sources that were taken out are left out.

        Raises
        ------
        StudyError
            If a run is no whole number of updates, or its source has too few tokens for it.
        """
        ladders = {each.source: each for each in self.ladders}
        specs = []
        for run in runs:
            steps, rest = divmod(run.tokens, self.batch_tokens)
            if rest or not steps:
                raise StudyError(
                    f"{self.study.output.chosen} asks for a run of {run.tokens} tokens, and an "
                    f"update has {self.batch_tokens}: take [anneal] back to what it was, or delete "
                    "the file"
                )
            if run.source == CONTROL:
                specs.append(self._spec(CONTROL, steps, run.seed, 1))
            elif run.source in ladders:
                self._check_reach(run.source, steps)
                epochs = ladders[run.source].epochs_of(steps, run.seed)
                specs.append(self._spec(run.source, steps, run.seed, epochs))
        return specs

    def planned(self, ladder: SourceLadder) -> PlannedSource:
        """Describe how the runs of a source were laid out."""
        point = self.points[ladder.source]
        return PlannedSource(
            source=ladder.source,
            reach=self._reach(ladder.source) * self.batch_tokens,
            deciding_tokens=None if point is None else point.tokens,
            deciding_epochs=None if point is None else point.epochs,
            run_epochs=ladder.epochs,
            own_rungs=ladder.own,
            first_rungs=ladder.fewest,
        )

    def _ladder(self, name: str) -> SourceLadder:
        file, point = self.study.file, self.points[name]
        rungs = file.steps_to(self._top(name))
        fewest = min(fewest_budgets(file.fit.law), len(rungs))
        steps = source_rungs(
            rungs,
            self._reach(name),
            factor=file.ladder.factor,
            need=fewest,
            least=file.anneal.warmup_steps + 1,
        )
        if not steps:
            raise self._too_small(name, fewest)
        # Prices move the deciding point of a total cost. Whole numbers of epochs stay what they are
        # when it moves a little, and so do the runs.
        repeats = math.floor((point.epochs if point else 1.0) + 0.5)
        epochs = max(1, min(repeats, math.floor(file.ladder.epochs_max)))
        paired = min(file.ladder.seeds_on(0), file.ladder.seeds_on(1)) > 1
        long = len(steps) >= _RUNGS_TO_TELL
        fresh = epochs > 1 and paired and long and file.fit.law in _READ_EPOCHS
        return SourceLadder(
            source=name,
            steps=steps,
            fewest=max(fewest, _RUNGS_TO_TELL) if fresh else fewest,
            epochs=epochs,
            fresh=fresh,
            own=not set(steps) <= set(rungs),
        )

    def _top(self, name: str) -> float:
        """Return the trained tokens up to which a source has rungs."""
        file, point = self.study.file, self.points[name]
        if file.ladder.to is not None:
            return file.ladder.to
        nearest = max(point.tokens for point in self.points.values() if point is not None)
        top = nearest if point is None else point.tokens
        lowest = fewest_budgets(file.fit.law)
        return max(top, file.ladder.from_ * file.ladder.factor ** (lowest - 1) + 1.0)

    def _reach(self, name: str) -> int:
        """Return the updates of the largest run that a source fills within ``epochs_max``."""
        batch, most = self.study.file.anneal.batch_sequences, self._most(name)
        weights = self._weights(name)
        steps = math.floor(most * sum(weights) / (weights[0] * batch))
        while _core.quotas(weights, (steps + 1) * batch)[0] <= most:
            steps += 1
        while _core.quotas(weights, steps * batch)[0] > most:
            steps -= 1
        return steps

    def _most(self, name: str) -> float:
        """Return the sequences that a run may draw from a source, repeats counted."""
        return self.study.file.ladder.epochs_max * self.candidates[name].sequences

    def _weights(self, name: str) -> list[float]:
        """Return the weights of candidate and replay among the sequences of a run."""
        text, replay = self.candidates.get(name), self.texts[REPLAY]
        share = 1.0 - self.study.file.replay.ratio if text else 0.0
        return [share / (text.fill if text else 1.0), (1.0 - share) / replay.fill]

    def _spec(self, name: str, steps: int, seed: int, epochs: int) -> RunSpec:
        anneal, base = self.study.file.anneal, self.base
        text, replay_text = self.candidates.get(name), self.texts[REPLAY]  # the control has no text
        candidate, replay = _core.quotas(self._weights(name), steps * anneal.batch_sequences)
        available = text.sequences if text else 0
        unique = min(max(round(candidate / epochs), min(candidate, 1)), available)
        members = text.split(candidate, unique) if isinstance(text, BlendedSequences) else ()
        return RunSpec(
            source=name,
            seed=seed,
            steps=steps,
            batch_sequences=anneal.batch_sequences,
            sequence_tokens=anneal.sequence_tokens,
            candidate_sequences=candidate,
            unique_sequences=sum(each.unique_sequences for each in members) or unique,
            replay_unique_sequences=min(replay, replay_text.sequences),
            learning_rate=base.learning_rate,
            warmup_steps=anneal.warmup_steps,
            precision=anneal.precision,
            study_seed=self.study.file.study.seed,
            base_sha256=base.sha256,
            candidate_sha256=text.store.sha256 if isinstance(text, AvailableSequences) else "",
            replay_sha256=replay_text.store.sha256,
            tokenizer_sha256=replay_text.store.header["tokenizer_sha256"],
            packing=anneal.packing,
            candidate_fill=text.fill if text else 1.0,
            replay_fill=replay_text.fill,
            members=members,
        )

    def _check_reach(self, name: str, steps: int) -> None:
        reach, ladder = self._reach(name), self.study.file.ladder
        if steps > reach:
            text, called = self.candidates[name], f'source "{name}"'
            if isinstance(text, BlendedSequences):
                called = f'blend "{name}", whose scarcest member is "{text.scarcest}",'
            raise StudyError(
                f"{called} lasts for runs of {reach * self.batch_tokens:,} trained tokens within "
                f"[ladder] epochs_max = {ladder.epochs_max:g}, and one of "
                f"{steps * self.batch_tokens:,} is chosen: give it more text, or raise epochs_max"
            )

    def _too_small(self, name: str, budgets: int) -> StudyError:
        file, weights = self.study.file, self._weights(name)
        length, text = file.anneal.sequence_tokens, self.candidates[name]
        steps = file.anneal.warmup_steps + budgets
        drawn = _core.quotas(weights, steps * file.anneal.batch_sequences)[0]
        needed = math.ceil(drawn / file.ladder.epochs_max) * length
        return StudyError(
            f'source "{name}" has {text.sequences * length:,} tokens in whole sequences, too few '
            f"for {budgets} budgets of which the largest is {steps * self.batch_tokens:,} trained "
            f"tokens: it needs {needed:,} with [ladder] epochs_max = {file.ladder.epochs_max:g}"
        )


def _rounded_up(amount: float) -> float:
    """Return an amount of three digits that is enough."""
    digit = 10.0 ** (math.floor(math.log10(amount)) - 2)
    return math.ceil(amount / digit) * digit
