import pytest

from assay import corpus
from assay.errors import DataError, RecipeError


@pytest.fixture
def recipe(tmp_path, write_documents, tokenizer_file):
    """Write a recipe for 20 documents, the first of them twice, and an evaluation set."""
    path = tmp_path / "a.jsonl"
    write_documents(path, 0, [40] * 20)
    first = path.read_text().splitlines()[0]
    path.write_text(path.read_text() + first + "\n")
    write_documents(tmp_path / "eval.jsonl", 1, [60] * 5)
    (tmp_path / "tokenizer.json").write_bytes(tokenizer_file.read_bytes())
    return {
        "schema_version": 1,
        "seed": 0,
        "output": "out",
        "tokenizer": "tokenizer.json",
        "source": [{"name": "a", "path": "a.jsonl"}],
        "eval": [{"name": "target", "path": "eval.jsonl"}],
    }


def test_a_prepared_store_reads_as_its_header_says(recipe, tmp_path):
    manifest = corpus.prepare(recipe, tmp_path, progress=False)
    assert corpus.read_manifest(tmp_path / "out") == manifest
    report = manifest["sources"][0]
    assert report["read"]["documents"] == 21
    store = corpus.TokenStore.open(tmp_path / "out" / "a")
    assert store.header["documents"] == 20
    assert len(store.tokens) == store.header["tokens"]
    assert store.documents[-1].tolist() == [store.header["tokens"], store.header["text_bytes"]]
    ends = store.documents[:, 0].astype(int)
    assert (store.tokens[ends - 1] == store.header["separator_id"]).all()
    with pytest.raises(DataError, match="not an evaluation set"):
        _ = store.token_bytes


def test_token_bytes_of_an_evaluation_set_sum_to_its_text(recipe, tmp_path):
    corpus.prepare(recipe, tmp_path, progress=False)
    store = corpus.TokenStore.open(tmp_path / "out" / "target")
    assert int(store.token_bytes.sum()) == store.header["text_bytes"]


def test_a_truncated_store_is_refused(recipe, tmp_path):
    corpus.prepare(recipe, tmp_path, progress=False)
    file = tmp_path / "out" / "a" / "tokens-00000.bin"
    file.write_bytes(file.read_bytes()[:-2])
    with pytest.raises(DataError, match=r"tokens-00000\.bin is \d+ bytes, its header says"):
        corpus.TokenStore.open(tmp_path / "out" / "a")
    with pytest.raises(DataError, match=r"tokens-00000\.bin"):
        corpus.verify(str(tmp_path / "out"))


def test_a_folder_without_a_store_says_what_to_do(tmp_path):
    with pytest.raises(DataError, match="assay prepare"):
        corpus.TokenStore.open(tmp_path)
    with pytest.raises(DataError, match="assay prepare"):
        corpus.read_manifest(tmp_path)


def test_a_misspelt_recipe_key_is_named(recipe, tmp_path):
    with pytest.raises(RecipeError, match="tokeniser"):
        corpus.prepare({**recipe, "tokeniser": "t"}, tmp_path, progress=False)


def test_a_bad_line_names_file_and_line(recipe, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(path.read_text() + "{not json\n")
    with pytest.raises(DataError, match=r"a\.jsonl.*22"):
        corpus.prepare(recipe, tmp_path, progress=False)
    assert not (tmp_path / "out" / "manifest.json").exists()
