from assay.draw.style import looks


def test_a_source_looks_the_same_wherever_it_is_drawn() -> None:
    names = [f"source-{i}" for i in range(14)]
    drawn = looks([*names, "control"])
    assert drawn == looks(["control", *names])
    assert len(set(drawn.values())) == len(names) + 1
