//! Parquet and Arrow files that are as they should be, and files that are not.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, DictionaryArray, Int64Array, LargeStringArray, RecordBatch, StringArray,
    StringViewArray, StructArray,
};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field};
use assay_corpus::{Batch, CorpusError, FieldValue, Fields, Reader};

use crate::world::{
    Seen, World, arrow_file, arrow_stream, batch, fields, parquet, read, read_with, texts,
};

fn strings<const N: usize>(values: [Option<&str>; N]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn sample() -> RecordBatch {
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![Some(7), None, Some(9)]));
    batch([("id", ids), ("text", strings([Some("a"), None, Some("c")]))])
}

fn every_format(batches: &[RecordBatch]) -> [(&'static str, Vec<u8>); 3] {
    [
        ("a.parquet", parquet(batches)),
        ("a.arrow", arrow_file(batches)),
        ("a.arrows", arrow_stream(batches)),
    ]
}

#[test]
fn every_format_gives_the_same_documents_whatever_the_name() {
    let world = World::new();
    let seen = |number, id: Option<&str>, text: Result<&str, &'static str>| Seen {
        number,
        id: id.map(str::to_owned),
        text: text.map(str::to_owned),
    };
    let expected = [
        seen(1, Some("7"), Ok("a")),
        seen(2, None, Err("text-not-string")),
        seen(3, Some("9"), Ok("c")),
        seen(4, Some("7"), Ok("a")),
        seen(5, None, Err("text-not-string")),
        seen(6, Some("9"), Ok("c")),
    ];
    for (name, bytes) in every_format(&[sample(), sample()]) {
        for name in [name, "a.jsonl"] {
            assert_eq!(
                read(&world.write(name, &bytes)).unwrap(),
                expected,
                "{name}"
            );
        }
    }
}

#[test]
fn every_kind_of_string_column_is_text() {
    let world = World::new();
    let values = vec![Some("a"), None, Some("a much longer text than the others")];
    let dictionary: DictionaryArray<Int32Type> = values.clone().into_iter().collect();
    let columns: [ArrayRef; 4] = [
        Arc::new(StringArray::from(values.clone())),
        Arc::new(LargeStringArray::from(values.clone())),
        Arc::new(StringViewArray::from(values)),
        Arc::new(dictionary),
    ];
    for column in columns {
        for (name, bytes) in every_format(&[batch([("text", Arc::clone(&column))])]) {
            let texts = texts(&world.write(name, &bytes));
            let expected = ["a", "text-not-string", "a much longer text than the others"];
            assert_eq!(texts, expected, "{name} {}", column.data_type());
        }
    }
}

#[test]
fn a_column_that_is_null_in_the_first_row_group_is_read_from_the_next() {
    let world = World::new();
    let empty = batch([
        ("text", strings([None, None])),
        ("id", strings([None, None])),
    ]);
    let full = batch([("text", strings([Some("a")])), ("id", strings([Some("b")]))]);
    for (name, bytes) in every_format(&[empty, full]) {
        let seen = read(&world.write(name, &bytes)).unwrap();
        assert_eq!(seen.len(), 3);
        assert_eq!(
            (seen[2].id.as_deref(), seen[2].text.as_deref()),
            (Some("b"), Ok("a"))
        );
    }
}

#[test]
fn rows_without_a_text_column_are_rejected_one_by_one() {
    let world = World::new();
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    for (name, bytes) in every_format(&[batch([("number", Arc::clone(&numbers))])]) {
        assert_eq!(texts(&world.write(name, &bytes)), ["no-text", "no-text"]);
    }
    for (name, bytes) in every_format(&[batch([("text", numbers)])]) {
        let expected = ["text-not-string", "text-not-string"];
        assert_eq!(texts(&world.write(name, &bytes)), expected);
    }
}

#[test]
fn a_text_longer_than_the_limit_is_rejected() {
    let world = World::new();
    let long = "x".repeat(1001);
    let column = strings([Some(&long), Some(&long[1..])]);
    for (name, bytes) in every_format(&[batch([("text", column)])]) {
        assert_eq!(
            texts(&world.write(name, &bytes)),
            ["line-too-long", &long[1..]]
        );
    }
}

/// A struct column `meta` whose second row is null while its field holds something.
fn nested() -> RecordBatch {
    let field = Arc::new(Field::new("text", DataType::Utf8, true));
    let nulls = NullBuffer::from(vec![true, false]);
    let meta = StructArray::new(
        vec![field].into(),
        vec![strings([Some("a"), Some("b")])],
        Some(nulls),
    );
    batch([
        ("meta", Arc::new(meta) as ArrayRef),
        ("meta.id", strings([Some("literal"), None])),
    ])
}

#[test]
fn text_is_found_in_a_struct_and_a_literal_name_wins() {
    let world = World::new();
    let paths = Fields {
        text: "meta.text".to_owned(),
        id: "meta.id".to_owned(),
        ..fields()
    };
    for (name, bytes) in every_format(&[nested()]) {
        let seen = read_with(&world.write(name, &bytes), &paths).unwrap();
        assert_eq!(
            (seen[0].id.as_deref(), seen[0].text.as_deref()),
            (Some("literal"), Ok("a"))
        );
        assert_eq!(seen[1].text, Err("text-not-string"), "{name}");
    }
}

#[test]
fn other_columns_are_found_by_path() {
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(3), None]));
    let rows = batch([("text", strings([Some("a"), Some("b")])), ("n", numbers)]);
    let given = Batch::from_arrow(rows, &fields()).unwrap();
    let record = given.record(0).unwrap();
    assert_eq!(record.field("n"), Some(FieldValue::Integer(3)));
    assert_eq!(record.field("text"), Some(FieldValue::String("a".into())));
    assert_eq!(record.field("none"), None);
    assert_eq!(given.record(1).unwrap().field("n"), None);
}

#[test]
fn a_truncated_file_is_an_error_that_names_it() {
    let world = World::new();
    for (name, bytes) in every_format(&[batch([("text", strings([Some("a")]))])]) {
        for length in (0..bytes.len()).rev().step_by(5) {
            let error = read(&world.write(name, &bytes[..length])).expect_err("it was read");
            assert!(error.to_string().contains(name), "{length}: {error}");
        }
    }
}

#[test]
fn something_after_the_end_of_a_stream_is_an_error() {
    let world = World::new();
    let whole = arrow_stream(&[sample()]);
    for after in [&b"x"[..], &whole] {
        let path = world.write("a.arrows", &[&whole, after].concat());
        let error = read(&path).unwrap_err();
        assert!(
            matches!(error, CorpusError::Table { rows: 3, .. }),
            "{error}"
        );
    }
}

#[test]
fn parquet_in_a_stream_is_refused_and_arrow_is_read() {
    let open = |bytes| Reader::from_stream(Path::new("-"), Box::new(Cursor::new(bytes)), &fields());
    let error = open(parquet(&[sample()])).err().unwrap();
    assert!(
        matches!(error, CorpusError::ParquetStream { .. }),
        "{error}"
    );
    for bytes in [arrow_file(&[sample()]), arrow_stream(&[sample()])] {
        let mut reader = open(bytes).unwrap();
        assert_eq!(reader.next_batch().unwrap().unwrap().len(), 3);
    }
}

#[test]
fn large_batches_come_in_pieces_that_keep_their_numbers() {
    let world = World::new();
    let text = "x".repeat(900);
    let column: ArrayRef = Arc::new(StringArray::from(vec![text.as_str(); 10_000]));
    for (name, bytes) in every_format(&[batch([("text", column)])]) {
        let path = world.write(name, &bytes);
        let mut reader = Reader::open(&path, &fields()).unwrap();
        let mut next = 1;
        while let Some(batch) = reader.next_batch().unwrap() {
            assert!(batch.len() < 3000, "{name}: {}", batch.len());
            for index in 0..batch.len() {
                assert_eq!(batch.number(index), next);
                next += 1;
            }
        }
        assert_eq!(next, 10_001, "{name}");
    }
}

#[test]
#[allow(unsafe_code, reason = "this is what a foreign library may hand over")]
fn rows_from_outside_are_checked_to_be_utf8() {
    let values = Buffer::from(vec![b'a', 0xff]);
    let offsets = OffsetBuffer::from_lengths([1, 1]);
    // SAFETY: it breaks the rule that is tested; nothing reads the strings before the check.
    let column = unsafe { StringArray::new_unchecked(offsets, values, None) };
    for name in ["text", "other"] {
        let rows = batch([(name, Arc::new(column.clone()) as ArrayRef)]);
        let error = Batch::from_arrow(rows, &fields()).unwrap_err();
        assert!(error.to_string().contains("the given rows"), "{error}");
    }
}

#[test]
fn a_page_that_does_not_match_its_checksum_is_an_error_that_names_the_file() {
    let world = World::new();
    // Written by pyarrow with `write_page_checksum`, which this crate's writer has no way to do.
    let whole = include_bytes!("page_checksums.parquet");
    let expected = ["a first text", "a second text", "a third text"];
    assert_eq!(texts(&world.write("a.parquet", whole)), expected);
    let values = whole.windows(12).position(|at| at == b"a first text");
    let values = values.unwrap();
    for at in values..values + 12 {
        let mut damaged = whole.to_vec();
        damaged[at] ^= 0x01;
        let error = read(&world.write("a.parquet", &damaged)).expect_err("it was read");
        assert!(matches!(error, CorpusError::Table { .. }), "{error}");
        assert!(error.to_string().contains("a.parquet"), "{error}");
    }
}
