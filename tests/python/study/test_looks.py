import pytest

from assay.errors import DataError
from assay.records import read_measurements, write_measurements
from assay.study.looks import count_look, looks


def test_deciding_again_on_the_same_measurements_is_no_new_look(fitted_study):
    assert looks(fitted_study) == 1
    count_look(fitted_study)
    count_look(fitted_study)
    assert looks(fitted_study) == 1
    path = fitted_study.output.measurements
    write_measurements(path, read_measurements(path)[:-1])
    assert looks(fitted_study) == 2
    assert looks(fitted_study) == 2, "asking is no look"


def test_a_damaged_list_of_looks_is_named(fitted_study):
    fitted_study.output.looks.write_text('{"schema_version": 1, "looks": 3}')
    with pytest.raises(DataError, match=r"looks\.json does not list measurements"):
        looks(fitted_study)
