import pytest

from assay.errors import DataError
from assay.study import load_study
from assay.study.chosen import ChosenRun, read_chosen, write_chosen


@pytest.fixture
def bare(tmp_path, small_study):
    path = tmp_path / "study.toml"
    path.write_text(small_study)
    return load_study(path)


def test_chosen_runs_survive_their_file(bare):
    assert read_chosen(bare) is None
    bare.out.mkdir()
    for runs in ((), (ChosenRun("a", 4096, 1), ChosenRun("control", 64, 0))):
        write_chosen(bare, runs)
        assert read_chosen(bare) == runs


def test_a_file_of_something_else_is_named(bare):
    bare.out.mkdir()
    for rest in ("", ', "runs": [{"source": "a"}]', ', "runs": [1]'):
        text = f'{{"schema_version": 1{rest}}}'
        bare.output.chosen.write_text(text)
        with pytest.raises(DataError, match=r"chosen\.json does not list chosen runs"):
            read_chosen(bare)
