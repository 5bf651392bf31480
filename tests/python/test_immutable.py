import copy
import json
import pickle

import numpy as np
import pytest

from assay.immutable import Frozen, read_only


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.__setitem__("a", 2),
        lambda d: d.__delitem__("a"),
        lambda d: d.update(a=2),
        lambda d: d.pop("a"),
        lambda d: d.setdefault("b", 2),
        lambda d: d.popitem(),
        lambda d: d.clear(),
        lambda d: d.__ior__({"a": 2}),
    ],
)
def test_a_frozen_dictionary_refuses_every_change(change):
    values = Frozen(a=1)
    with pytest.raises(TypeError, match="cannot be changed"):
        change(values)
    assert values == {"a": 1}


def test_it_is_copied_pickled_and_written_as_any_dictionary():
    values = Frozen(a=1)
    assert pickle.loads(pickle.dumps(values)) == copy.deepcopy(values) == values
    assert json.dumps(values) == '{"a": 1}'
    assert values | {"b": 2} == {"a": 1, "b": 2}


def test_a_read_only_view_leaves_the_array_as_it_was():
    values = np.zeros(2)
    with pytest.raises(ValueError, match="read-only"):
        read_only(values)[0] = 1.0
    values[0] = 1.0
