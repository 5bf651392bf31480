"""Measure the base and every finished run in an output folder, in processes of one thread each.

A run is not measured again while its evaluation sets stay the same. Nothing here loads torch
outside the processes.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

from assay.errors import AssayError, Interrupted
from assay.evaluate.manifest import write_manifest
from assay.evaluate.run import ChosenSets, EvaluationSet, kept_measurements, measure_run
from assay.ledger import read_result
from assay.output import OutputFolder
from assay.progress import Progress
from assay.records import BASE, Measurement, RunSpec, write_measurements

__all__ = ["evaluate_runs", "measure_folders", "measure_runs"]

_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"}


def evaluate_runs(
    out: Path,
    plan: Iterable[RunSpec],
    sets: Sequence[EvaluationSet],
    *,
    workers: int | None = None,
    progress: bool = True,
) -> list[Measurement]:
    """Measure ``out/base`` and each planned run that is done; write ``measurements.parquet``.

    The windows measured are listed in ``evaluation.json``. Runs that are measured already are not
    measured again.

    Parameters
    ----------
    out
        Output folder of the study.
    plan
        Runs to measure; those that are not done, or diverged, are left out.
    sets
        Target and guard sets.
    workers
        Processes with one thread each; one per core by default.
    progress
        Show progress on standard error.

    Returns
    -------
    list of Measurement
        The base first, then the runs in the order of the plan; each on every set.

    Raises
    ------
    Interrupted
        On Ctrl-C; what is finished is kept, and the same call goes on.
    DataError
        If a model or a token store is missing or damaged, or they do not fit.
    """
    return measure_runs(out, plan, ChosenSets.choose(sets), workers=workers, progress=progress)


def measure_runs(
    out: Path,
    plan: Iterable[RunSpec],
    chosen: ChosenSets,
    *,
    workers: int | None = None,
    progress: bool = True,
) -> list[Measurement]:
    """Measure all runs as :func:`evaluate_runs` does, on windows that are chosen already."""
    output = OutputFolder(out)
    write_manifest(output.evaluation, chosen)
    folders = [output.base, *(output.run(spec.key) for spec in plan)]
    measurements = measure_folders(folders, chosen, workers=workers, progress=progress)
    write_measurements(output.measurements, measurements)
    return measurements


def measure_folders(
    folders: Iterable[Path],
    chosen: ChosenSets,
    *,
    workers: int | None = None,
    progress: bool = True,
) -> list[Measurement]:
    """Measure the models in folders that have one, where that is not done; write no table."""
    measured = {f: kept_measurements(f, chosen) for f in folders if _has_model(f)}
    waiting = [folder for folder, kept in measured.items() if kept is None]
    if waiting:
        found = _in_processes(waiting, chosen.sets, workers or os.cpu_count() or 1, progress)
        measured.update(found)
    return [row for rows in measured.values() for row in rows or ()]


def _has_model(folder: Path) -> bool:
    """Tell whether a folder is the base, or a run that ended with weights."""
    if folder.name == BASE:
        return True
    result = read_result(folder)
    return result is not None and result["status"] == "done"


def _in_processes(
    folders: Sequence[Path], sets: Sequence[EvaluationSet], workers: int, progress: bool
) -> dict[Path, list[Measurement]]:
    found: dict[Path, list[Measurement]] = {}
    spawn = multiprocessing.get_context("spawn")
    with (
        _environment(_ONE_THREAD),
        ProcessPoolExecutor(min(workers, len(folders)), spawn, _start_process) as pool,
        Progress("evaluate", len(folders), unit="runs", shown=progress) as bar,
    ):
        try:
            bar.update(0)
            named = tuple(sets)
            futures = {pool.submit(_measure, folder, named): folder for folder in folders}
            for future in as_completed(futures):
                found[futures[future]] = future.result()
                bar.update(len(found))
        except KeyboardInterrupt:
            raise Interrupted(
                f"stopped with {len(found)} of {len(folders)} runs measured: run the same "
                "command again to resume"
            ) from None
        except BrokenProcessPool:
            raise AssayError(
                f"a process died with {len(found)} of {len(folders)} runs measured: if memory "
                "ran out, run the same command again with fewer workers"
            ) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return found


def _measure(folder: Path, sets: tuple[EvaluationSet, ...]) -> list[Measurement]:
    """Measure a run in a process of its own."""
    return measure_run(folder, _chosen(sets))


@functools.cache
def _chosen(sets: tuple[EvaluationSet, ...]) -> ChosenSets:
    """Choose the windows, once in each process.

    They are not sent there by the process that waits: they hold the byte counts of whole stores,
    which every process maps for itself.
    """
    return ChosenSets.choose(sets)


def _start_process() -> None:
    """Set up a process that measures: one thread, no output of its own, gone on Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    import torch
    from transformers.utils import logging

    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables for processes that are started inside; torch reads them when it loads."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
