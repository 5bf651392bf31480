"""What is wrong with a file that a person wrote is said in the keys of that file."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from assay.errors import DataError, StudyError
from assay.tomlfile import read_toml


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Bought(_Table):
    kind: Literal["bought"]
    usd: float = 0.0


class _Made(_Table):
    kind: Literal["made"]
    params: float
    tiers: tuple[_Table, ...] = ()


class _Source(_Table):
    name: str
    path: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    cost: Annotated[_Bought | _Made, Field(discriminator="kind")]


class _Ladder(_Table):
    seeds: Annotated[int, Field(gt=0)] | tuple[Annotated[int, Field(gt=0)], ...] = 2


class _File(_Table):
    params: float = 1.0
    ladder: _Ladder = _Ladder()
    source: tuple[_Source, ...] = ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[[source]]\nname = "web"\ncost = { kind = "made" }',
            '[[source]] "web" cost.params is missing: add it',
        ),
        (
            '[[source]]\nname = "web"\ncost = { kind = "made", params = "big" }',
            '[[source]] "web" cost.params: it should be a valid number',
        ),
        (
            '[[source]]\nname = "web"\ncost = { kind = "bought", used = 1.0 }',
            '[[source]] "web" cost.used is an unknown key (did you mean "usd"?)',
        ),
        (
            '[[source]]\nname = "web"\ncost = { kind = "stolen" }',
            "[[source]] \"web\" cost.kind: found 'stolen', expected one of 'bought', 'made'",
        ),
        ('[[source]]\nname = "web"\ncost = {}', '[[source]] "web" cost.kind is missing: add it'),
        (
            '[[source]]\nname = "web"\ncost = "bought"',
            "[[source]] \"web\" cost: expected a table, found 'bought'",
        ),
        (
            '[[source]]\nname = "web"\ncost = { kind = "made", params = 1, tiers = [{ a = 1 }] }',
            '[[source]] "web" cost.tiers number 1.a is an unknown key',
        ),
        (
            '[[source]]\nname = "a"\ncost = { kind = "bought" }\n[[source]]\ncost = {}',
            "[[source]] number 2 name is missing: add it",
        ),
        (
            '[[source]]\nname = "web"\npath = ["a", ""]\ncost = { kind = "bought" }',
            "[[source]] \"web\" path number 2: it should have at least 1 character, found ''",
        ),
        ("[ladder]\nseeds = [2, 0]", "[ladder] seeds number 2: it should be greater than 0"),
        ("[ladder]\nseeds = 0", "[ladder] seeds: it should be greater than 0, found 0"),
        ("ladder = 3", "[ladder]: expected a table, found 3"),
        ("[lader]\nseeds = 2", '[lader] is an unknown key (did you mean "ladder"?)'),
        ('params = "big"', "params: it should be a valid number"),
        ('[source]\nname = "web"', "[source] is one table, expected several: write [[source]]"),
    ],
)
def test_a_message_has_the_keys_of_the_file(tmp_path, text, message):
    path = tmp_path / "file.toml"
    path.write_text(text)
    with pytest.raises(StudyError) as raised:
        read_toml(path, _File)
    assert str(raised.value).startswith(f"{path}: {message}")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"none\.toml: there is no such file"):
        read_toml(tmp_path / "none.toml", _File)
