import os

from assay.output import OutputFolder


def test_a_value_is_made_again_when_its_file_was_replaced_and_not_before(tmp_path):
    output, made = OutputFolder(tmp_path), []
    path = tmp_path / "a"

    def make():
        made.append(path.read_text() if path.exists() else None)
        return made[-1]

    path.write_text("one")
    assert [output.once("a", [path], make) for _ in range(3)] == ["one"] * 3
    assert made == ["one"]
    (tmp_path / "b").write_text("two")
    os.replace(tmp_path / "b", path)
    assert output.once("a", [path], make) == "two"


def test_a_value_of_two_files_is_made_again_when_either_changes(tmp_path):
    output, paths, made = OutputFolder(tmp_path), [tmp_path / "a", tmp_path / "b"], []
    for path in paths:
        path.write_text("")
    for changed in paths:
        output.once("both", paths, lambda: made.append(1))
        changed.write_text("longer")
    output.once("both", paths, lambda: made.append(1))
    assert len(made) == 3


def test_nothing_is_remembered_of_a_file_that_is_not_there(tmp_path):
    output, made = OutputFolder(tmp_path), []
    for _ in range(2):
        output.once("a", [tmp_path / "a"], lambda: made.append(1))
    assert len(made) == 2


def test_every_name_is_inside_the_folder_and_none_is_used_twice(tmp_path):
    output = OutputFolder(tmp_path)
    names = [name for name, kind in vars(OutputFolder).items() if isinstance(kind, property)]
    paths = [getattr(output, name) for name in names]
    assert len(names) > 10
    assert len(set(paths)) == len(paths)
    assert all(path.is_relative_to(tmp_path) for path in paths)
