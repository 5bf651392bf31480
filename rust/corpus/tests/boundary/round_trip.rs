//! Documents written in every format and read again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Float64Array, RecordBatch, StringArray, StructArray};
use arrow_schema::{DataType, Field, Schema};
use assay_corpus::{Batch, Fields, Format, Kept, Reader, ShardWriter, encode};

use crate::world::{Seen, World, arrow_file, fields, gzip, parquet, read, zstd};

const FORMATS: [Format; 5] = [
    Format::Jsonl,
    Format::JsonlGz,
    Format::JsonlZst,
    Format::Parquet,
    Format::Arrow,
];

const LINES: &str = "{\"id\": \"a\", \"text\": \"one\\u00e9\", \"n\": 1.00}\n\
                     { \"n\":null,\"text\" : \"two\", \"id\":2}\r\n\
                     {\"text\": \"three\", \"m\": {\"text\": \"\\ud800\"}}\n\
                     not json\n\
                     {\"id\": \"e\", \"text\": \"five\"}";

/// The rows of [`LINES`] that are documents, in columns with everything that is hard.
fn rows() -> RecordBatch {
    let texts: DictionaryArray<Int32Type> = ["one\u{e9}", "two", "three", "five"]
        .into_iter()
        .map(Some)
        .collect();
    let scores: ArrayRef = Arc::new(Float64Array::from(vec![Some(0.5), None, Some(1.0), None]));
    let score = Arc::new(Field::new("score", DataType::Float64, true));
    let meta = StructArray::new(vec![score].into(), vec![scores], None);
    let ids: ArrayRef = Arc::new(StringArray::from(vec![
        Some("a"),
        Some("2"),
        None,
        Some("e"),
    ]));
    let columns: Vec<ArrayRef> = vec![Arc::new(texts), Arc::new(meta), ids];
    let field = |name: &str, column: &ArrayRef| {
        let field = Field::new(name, column.data_type().clone(), true);
        field.with_metadata([("of".to_owned(), name.to_owned())].into())
    };
    let names = ["text", "meta", "id"];
    let list: Vec<_> = names
        .iter()
        .zip(&columns)
        .map(|(name, column)| field(name, column))
        .collect();
    let schema =
        Schema::new(list).with_metadata([("made by".to_owned(), "a test".to_owned())].into());
    RecordBatch::try_new(Arc::new(schema), columns).unwrap()
}

/// Writes what `choose` keeps of an input, and returns the one shard.
fn copy(input: &Path, format: Format, choose: impl Fn(usize, &str) -> Option<Kept>) -> PathBuf {
    let folder = input.with_extension("out");
    fs::create_dir_all(&folder).unwrap();
    let mut reader = Reader::open(input, &fields()).unwrap();
    let mut writer = ShardWriter::new(&folder, 0);
    while let Some(batch) = reader.next_batch().unwrap() {
        let documents =
            (0..batch.len()).filter_map(|index| Some((index, batch.record(index).ok()?)));
        let kept: Vec<_> = documents
            .filter_map(|(index, record)| choose(index, &record.text))
            .collect();
        writer
            .push(&encode(&batch, &kept, format).unwrap())
            .unwrap();
    }
    let shards = writer.end().unwrap();
    assert_eq!(shards.len(), 1);
    assert_eq!(shards[0].name, format!("documents-00000.{format}"));
    let path = folder.join(&shards[0].name);
    let digest = assay_corpus::blake3_file(&path).unwrap();
    assert_eq!(
        (digest.bytes, digest.blake3),
        (shards[0].bytes, shards[0].blake3.clone())
    );
    path
}

fn unchanged(index: usize, _: &str) -> Option<Kept> {
    Some(Kept { index, text: None })
}

fn inputs(world: &World) -> Vec<PathBuf> {
    vec![
        world.write("plain.jsonl", LINES.as_bytes()),
        world.write("gzip.jsonl.gz", &gzip(LINES)),
        world.write("zstd.jsonl.zst", &zstd(LINES)),
        world.write("rows.parquet", &parquet(&[rows()])),
        world.write("rows.arrow", &arrow_file(&[rows()])),
    ]
}

/// Identifiers and texts.
fn documents(seen: Vec<Seen>) -> Vec<(Option<String>, String)> {
    let documents = seen
        .into_iter()
        .filter_map(|seen| Some((seen.id, seen.text.ok()?)));
    documents.collect()
}

#[test]
fn every_pair_of_formats_keeps_identifiers_and_texts() {
    let world = World::new();
    for input in inputs(&world) {
        let before = documents(read(&input).unwrap());
        assert_eq!(before.len(), 4);
        for format in FORMATS {
            let output = copy(&input, format, unchanged);
            assert_eq!(
                documents(read(&output).unwrap()),
                before,
                "{} {format}",
                input.display()
            );
        }
    }
}

#[test]
fn every_pair_of_formats_takes_a_new_text() {
    let world = World::new();
    let choose = |index, text: &str| match text {
        "two" => Some(Kept {
            index,
            text: Some("zw\u{f6}lf \"\n".to_owned()),
        }),
        "three" => None,
        _ => unchanged(index, text),
    };
    for input in inputs(&world) {
        for format in FORMATS {
            let output = copy(&input, format, choose);
            let documents = documents(read(&output).unwrap());
            let texts: Vec<_> = documents.iter().map(|(_, text)| text.as_str()).collect();
            assert_eq!(
                texts,
                ["one\u{e9}", "zw\u{f6}lf \"\n", "five"],
                "{} {format}",
                input.display()
            );
        }
    }
}

#[test]
fn kept_lines_are_the_same_bytes_but_for_a_new_text() {
    let world = World::new();
    let input = world.write("a.jsonl", LINES.as_bytes());
    let without_bad = LINES.replace("not json\n", "") + "\n";
    assert_eq!(
        fs::read_to_string(copy(&input, Format::Jsonl, unchanged)).unwrap(),
        without_bad
    );
    let new = |index, text: &str| {
        Some(Kept {
            index,
            text: (text == "two").then(|| "2\t".to_owned()),
        })
    };
    let expected = without_bad.replace("\"two\"", "\"2\\t\"");
    assert_eq!(
        fs::read_to_string(copy(&input, Format::Jsonl, new)).unwrap(),
        expected
    );
}

#[test]
fn rows_keep_columns_types_and_metadata() {
    let given = Batch::from_arrow(rows(), &fields()).unwrap();
    let all: Vec<_> = (0..4).map(|index| Kept { index, text: None }).collect();
    assert_eq!(given.take(&all).unwrap(), rows());
    let new = Kept {
        index: 1,
        text: Some("new".to_owned()),
    };
    let taken = given.take(&[new, all[3].clone()]).unwrap();
    assert_eq!(taken.schema(), rows().schema());
    let again = Batch::from_arrow(taken.clone(), &fields()).unwrap();
    let texts = [0, 1].map(|index| again.record(index).unwrap().text.into_owned());
    assert_eq!(texts, ["new", "five"]);
    assert_eq!(&taken.column(1).slice(0, 1), &rows().column(1).slice(1, 1));
}

#[test]
fn a_text_inside_a_struct_is_replaced_there() {
    let text = Arc::new(Field::new("text", DataType::Utf8View, true));
    let column = arrow_array::StringViewArray::from(vec!["a", "b"]);
    let meta = StructArray::new(vec![text].into(), vec![Arc::new(column)], None);
    let rows = crate::world::batch([("meta", Arc::new(meta) as ArrayRef)]);
    let paths = Fields {
        text: "meta.text".to_owned(),
        ..fields()
    };
    let given = Batch::from_arrow(rows.clone(), &paths).unwrap();
    let new = |index, text: &str| Kept {
        index,
        text: Some(text.to_owned()),
    };
    let taken = given.take(&[new(0, "b"), new(1, "a")]).unwrap();
    assert_eq!(taken.schema(), rows.schema());
    let again = Batch::from_arrow(taken, &paths).unwrap();
    assert_eq!(again.record(0).unwrap().text, "b");
}

#[test]
fn lines_as_rows_have_the_same_columns_whatever_comes_first() {
    let world = World::new();
    let input = world.write("a.jsonl", LINES.as_bytes());
    let output = copy(&input, Format::Parquet, unchanged);
    let mut reader = Reader::open(&output, &fields()).unwrap();
    let batch = reader.next_batch().unwrap().unwrap();
    let other = |index| {
        let record = batch.record(index).unwrap();
        record.field("fields").unwrap().as_str().unwrap().to_owned()
    };
    assert_eq!(other(0), "{\"n\":1.00}");
    assert_eq!(other(1), "{\"n\":null}");
    assert_eq!(other(2), "{\"m\":{\"text\": \"\\ud800\"}}");
    assert_eq!(other(3), "{}");
}

#[test]
fn rows_as_lines_have_every_column() {
    let world = World::new();
    let input = world.write("a.parquet", &parquet(&[rows()]));
    let lines = fs::read_to_string(copy(&input, Format::Jsonl, unchanged)).unwrap();
    let second: serde_json::Value = serde_json::from_str(lines.lines().nth(1).unwrap()).unwrap();
    let expected = serde_json::json!({"text": "two", "meta": {"score": null}, "id": "2"});
    assert_eq!(second, expected);
}
