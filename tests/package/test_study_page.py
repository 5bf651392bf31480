"""docs/study.md is true: its files are studies, its prices are right, and it has every key."""

import json
import re
import tomllib

import pytest
from pydantic import BaseModel

from assay.cli import build_parser
from assay.sources import Bought, Filtered, Instructed, Prices, PriceTier, Rephrased, supply_curve
from assay.study.file import StudyFile

COSTS = (Bought, PriceTier, Filtered, Rephrased, Instructed)


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "study.md").read_text()


def blocks(page: str) -> list[str]:
    """Every block of TOML; the first is a whole study."""
    return re.findall(r"```toml\n(.*?)```", page, re.DOTALL)


def test_the_first_block_is_a_study_and_every_other_changes_it_to_one(page):
    whole, *parts = blocks(page)
    StudyFile.model_validate(tomllib.loads(whole))
    assert len(parts) >= 10
    for part in parts:
        StudyFile.model_validate(put_together(tomllib.loads(whole), tomllib.loads(part)))


def put_together(study: dict, part: dict) -> dict:
    """A study in which a part of it reads as another block of the page has it."""
    for name, table in part.items():
        if name == "source" and isinstance(table, dict):
            study["source"][0] |= table
        elif name == "source":
            study["source"] = [*table, *study["source"][len(table) :]]
        elif isinstance(table, list):
            study[name] = table
        else:
            study[name] = {**study.get(name, {}), **table}
    if "anneal_tokens" in part.get("study", {}):
        del study["study"]["budget"]
    return study


def test_the_price_of_each_kind_of_cost_is_worked_out(page):
    example = (
        r"```toml\n(\[source\.cost\].*?)```\n\nWith a kept share of ([\d.]+): \*\*([\d.]+) USD"
    )
    worked = re.findall(example, page, re.DOTALL)
    kinds = set()
    whole = StudyFile.model_validate(tomllib.loads(blocks(page)[0]))
    for text, kept, usd in worked:
        study = put_together(tomllib.loads(blocks(page)[0]), tomllib.loads(text))
        cost = StudyFile.model_validate(study).source[0].cost
        curve = supply_curve(cost, whole.prices, kept=float(kept), cap=1e12)
        million = float(curve.tiers[0].per_token.usd) * 1e6
        assert million == pytest.approx(float(usd), abs=0.0006), text
        kinds.add(cost.kind)
    assert kinds == {"raw", "licensed", "filtered", "rephrased", "instructed"}


def tables(model: type[BaseModel], name: str = "") -> dict[str, tuple[type[BaseModel], ...]]:
    """Models of every table of a file, by its heading on the page."""
    found: dict[str, tuple[type[BaseModel], ...]] = {}
    for key, field in model.model_fields.items():
        kinds = [field.annotation, *getattr(field.annotation, "__args__", ())]
        inner = [k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)]
        if key == "cost":
            found["[source.cost]"] = COSTS
        elif inner:
            several = isinstance(field.annotation, type) is False
            path = f"{name}.{key}" if name else key
            found[f"[[{path}]]" if several else f"[{path}]"] = (inner[0],)
            found |= tables(inner[0], path)
    return found


def test_every_table_and_key_is_on_the_page_with_its_default(page):
    asked = tables(StudyFile)
    assert {"[study]", "[[source]]", "[source.cost]", "[base.pretrain]", "[[blend]]"} <= set(asked)
    sections = dict(re.findall(r"^### (\[.*?\]+)\n(.*?)(?=^#|\Z)", page, re.DOTALL | re.MULTILINE))
    assert set(sections) == set(asked)
    for heading, models in asked.items():
        rows = {row[1].strip(" `"): row[3].strip() for row in rows_of(sections[heading])}
        fields = {f.alias or key: f for model in models for key, f in model.model_fields.items()}
        assert set(rows) == set(fields), heading
        for key, field in fields.items():
            assert rows[key] == default_of(field), f"{heading} {key}"


def rows_of(section: str) -> list[list[str]]:
    """Cells of the rows of a table whose first cell is a key; pipes inside a cell are escaped."""
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [re.split(r"(?<!\\)\|", line) for line in lines]


def default_of(field) -> str:
    """The default of a key as the page writes it."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or isinstance(value, BaseModel):
        return "none" if value is None else "as below"
    return f"`{json.dumps(value)}`".replace("|", r"\|")


def test_every_command_on_the_page_is_one(page):
    verbs = set(re.findall(r"assay (init|run|next|integrate|plan|report)\b", page))
    usage = build_parser().format_help()
    assert verbs >= {"init", "run", "next"}
    assert [verb for verb in verbs if not re.search(rf"^    {verb}\b", usage, re.MULTILINE)] == []


def test_the_prices_are_those_that_the_page_names(page):
    prices = Prices(**tomllib.loads(blocks(page)[0])["prices"])
    assert "2.5 USD for a GPU-hour of 9.9e14 FLOPs per second" in page
    assert (prices.gpu_hour, prices.peak_flops, prices.utilisation_generate) == (2.5, 9.9e14, 0.15)
