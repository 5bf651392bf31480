"""tests/python mirrors python/assay: the tests of a module are found by its name.

The tests of ``python/assay/study/plan.py`` are in ``tests/python/study/test_plan.py``. Modules that
are tested under another name, or in ``tests/regressions``, stand in ``COVERED``, tests of more than
one module in ``WIDER``; both tables hold nothing that is not needed.

Three kinds of module need no entry: an ``__init__.py`` hands on what others define, a ``slow.py``
is the readable twin that tests of its fast one compare with, and the verbs in ``cli/`` are tested
as a user calls them, in ``tests/python/test_cli.py``. Kernels have ``tests/kernels``.
"""

from pathlib import Path

import pytest

COVERED = {
    "allocation/members": "allocation/test_best_buy.py",
    "allocation/records": "allocation/test_best_buy.py",
    "allocation/result": "allocation/test_text.py",
    "allocation/search": "allocation/test_best_buy.py",
    "allocation/words": "allocation/test_best_buy.py",
    "anneal/checkpoint": "anneal/test_run.py",
    "anneal/loop": "anneal/test_run.py",
    "anneal/model": "anneal/test_pretrain.py",
    "anneal/protocol": "anneal/test_executor.py",
    "anneal/runtime": "anneal/test_executor.py",
    "anneal/worker": "anneal/test_executor.py",
    "base/describe": "regressions/bases/test_bases_were_known_only_by_the_names_of_llama.py",
    "base/folder": "anneal/test_pretrain.py",
    "base/weights": "regressions/test_a_second_copy_of_the_weights_was_counted_too.py",
    "checks": "test_bad_input.py",
    "comparison/check": "comparison/test_equal_cost.py",
    "comparison/currency_view": "comparison/test_equal_cost.py",
    "comparison/guard_limit": "comparison/test_verdict.py",
    "comparison/intervals": "comparison/test_pairs.py",
    "comparison/prices": "comparison/test_offers.py",
    "comparison/purchases": "comparison/test_fixed_anneal.py",
    "comparison/question": "study/test_file.py",
    "comparison/records": "comparison/test_equal_cost.py",
    "comparison/result": "comparison/test_text.py",
    "comparison/setting": "comparison/test_fixed_spend.py",
    "comparison/spends": "comparison/test_equal_cost.py",
    "comparison/standings": "comparison/test_equal_cost.py",
    "comparison/words": "comparison/test_text.py",
    "corpus/mapped_files": "corpus/test_store.py",
    "corpus/sequence": "corpus/test_packing.py",
    "draw/fitted": "draw/test_plot_residuals.py",
    "draw/lines": "draw/test_plot_law.py",
    "evaluate/manifest": "evaluate/test_runs.py",
    "evaluate/pairs": "evaluate/test_runs.py",
    "evaluate/run": "evaluate/test_runs.py",
    "fitting/flags": "test_bad_input.py",
    "fitting/intervals": "fitting/test_result.py",
    "fitting/law_choice": "fitting/test_estimate.py",
    "fitting/member": "fitting/test_result.py",
    "fitting/point/engine": "fitting/point/test_solver.py",
    "fitting/records": "fitting/test_result.py",
    "fitting/settings": "test_bad_input.py",
    "fitting/source_points": "test_bad_input.py",
    "fitting/withheld": "fitting/test_back_test.py",
    "laws/law": "laws/test_contract.py",
    "report/assemble": "report/test_views.py",
    "report/curves": "report/test_views.py",
    "report/measurements": "report/test_views.py",
    "report/style": "report/test_plots.py",
    "report/svg": "report/test_html.py",
    "study/base": "study/test_plan.py",
    "study/kept": "study/test_stages.py",
    "study/measure": "study/test_stages.py",
    "study/measurements": "study/test_stages.py",
    "study/report": "study/test_stages.py",
    "study/train": "anneal/test_study_packing.py",
}

WIDER = {
    "allocation/test_page.py": "the manual of the allocation",
    "anneal/test_blended_study.py": "a study with a blend, through all its stages to a decision",
    "anneal/test_packed.py": "from packing to gradients: documents of a sequence are apart",
    "anneal/test_study_packing.py": "every packing of a study, through all stages that train",
    "comparison/test_tables.py": "comparisons of tables: no control, no prices, model sizes",
    "comparison/test_twins.py": "a bar on fits and comparison: copies of a source are not bought",
    "corpus/test_mixture_folder.py": "what the command mix writes, read back",
    "demo/test_whole_study.py": "the demo from text to report",
    "comparison/test_page.py": "the manual of decisions",
    "evaluate/test_page.py": "the manual of the evaluation",
    "evaluate/test_smollm2.py": "a model of the hub, where its package is installed",
    "fitting/test_coverage.py": "a bar on all of fitting: intervals hold what they say",
    "laws/test_contract.py": "what every law promises",
    "published/test_chinchilla_refit.py": "published numbers that fits must reproduce",
    "published/test_gemstones.py": "published numbers that fits must reproduce",
    "published/test_heldout.py": "published runs that fits must predict",
    "published/test_isoflops.py": "published numbers that fits must reproduce",
    "published/test_ladders.py": "published orders that comparisons must reproduce",
    "published/test_mixtures.py": "published numbers that fits must reproduce",
    "published/test_repetition.py": "published numbers that fits must reproduce",
    "report/test_print.py": "the page in a browser: on paper, narrow and dark",
    "test_bad_input.py": "what real tables get wrong, through every function that takes one",
    "test_examples.py": "the examples in docstrings",
}


def modules(root: Path) -> set[str]:
    """Return the modules of assay that need tests of their own, as paths without ``.py``."""
    package = root / "python" / "assay"
    paths = (path.relative_to(package) for path in package.rglob("*.py"))
    return {
        path.with_suffix("").as_posix()
        for path in paths
        if path.parts[0] not in ("cli", "kernels")
        and path.name not in ("__init__.py", "__main__.py", "slow.py")
    }


def written(root: Path) -> set[str]:
    """Return the test files of the Python layer, as paths below tests/python."""
    folder = root / "tests" / "python"
    return {path.relative_to(folder).as_posix() for path in folder.rglob("test_*.py")}


def twin(module: str) -> str:
    """Return where the tests of a module are looked for first."""
    path = Path(module)
    return (path.parent / f"test_{path.name}.py").as_posix()


def test_the_tests_of_every_module_are_found_by_its_name(root):
    lost = {m for m in modules(root) if twin(m) not in written(root)} - COVERED.keys()
    assert not lost, f"without tests/python/<folder>/test_<name>.py or a line in COVERED: {lost}"


def test_every_test_is_named_after_a_module(root):
    named = {twin(module) for module in modules(root)} | {"test_cli.py"}
    lost = written(root) - named - WIDER.keys()
    assert not lost, f"name no module, and have no line in WIDER: {lost}"


@pytest.mark.parametrize("module", COVERED)
def test_a_module_covered_elsewhere_has_no_tests_under_its_name(root, module):
    assert module in modules(root), "there is no such module"
    folder = "tests" if COVERED[module].startswith("regressions/") else "tests/python"
    assert (root / folder / COVERED[module]).is_file(), "there is no such test file"
    assert twin(module) not in written(root), "it has tests under its own name: remove the line"


@pytest.mark.parametrize("test", WIDER)
def test_a_wider_test_is_there_and_named_after_no_module(root, test):
    assert test in written(root), "there is no such test file"
    assert test not in {twin(module) for module in modules(root)}, "it names a module"
