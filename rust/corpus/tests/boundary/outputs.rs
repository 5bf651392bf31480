//! Shards and tables of decisions.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, StringArray};
use assay_corpus::{
    Batch, Cell, Column, CorpusError, Format, Kept, Reader, Shard, ShardWriter, TableWriter, encode,
};

use crate::world::{World, batch, fields, jsonl, texts};

fn write_shards(input: &Path, folder: &Path, format: Format) -> Result<Vec<Shard>, CorpusError> {
    let mut reader = Reader::open(input, &fields())?;
    let mut writer = ShardWriter::new(folder, 7);
    let mut shards = Vec::new();
    while let Some(batch) = reader.next_batch()? {
        let kept: Vec<_> = (0..batch.len())
            .map(|index| Kept { index, text: None })
            .collect();
        writer.push(&encode(&batch, &kept, format)?)?;
        shards.extend(writer.end()?);
    }
    shards.extend(writer.end()?);
    Ok(shards)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn shards_end_when_told_and_hold_everything_in_order() {
    let world = World::new();
    let input = world.write("a.jsonl", jsonl(50_000).as_bytes());
    let expected = texts(&input);
    for format in [
        Format::Jsonl,
        Format::JsonlZst,
        Format::JsonlGz,
        Format::Parquet,
        Format::Arrow,
    ] {
        let folder = World::new();
        let shards = write_shards(&input, folder.path(), format).unwrap();
        assert_eq!(
            names(folder.path()),
            shards
                .iter()
                .map(|shard| shard.name.clone())
                .collect::<Vec<_>>()
        );
        assert!(shards.len() > 1, "{format}");
        assert_eq!(shards[1].name, format!("documents-00008.{format}"));
        let found: Vec<_> = shards
            .iter()
            .flat_map(|shard| texts(&folder.path().join(&shard.name)))
            .collect();
        assert_eq!(found, expected, "{format}");
        assert_eq!(
            shards.iter().map(|shard| shard.documents).sum::<u64>(),
            50_000
        );
        let again = World::new();
        assert_eq!(
            write_shards(&input, again.path(), format).unwrap(),
            shards,
            "{format}"
        );
    }
}

#[test]
fn a_change_of_schema_begins_a_shard() {
    let column = |text| Arc::new(StringArray::from(vec![text])) as ArrayRef;
    let one = Batch::from_arrow(batch([("text", column("a"))]), &fields()).unwrap();
    let two = Batch::from_arrow(
        batch([("text", column("b")), ("x", column("c"))]),
        &fields(),
    )
    .unwrap();
    let kept = [Kept {
        index: 0,
        text: None,
    }];
    for format in [Format::Parquet, Format::Arrow, Format::Jsonl] {
        let folder = World::new();
        let mut writer = ShardWriter::new(folder.path(), 0);
        for batch in [&one, &one, &two] {
            writer.push(&encode(batch, &kept, format).unwrap()).unwrap();
        }
        let documents: Vec<_> = writer
            .end()
            .unwrap()
            .iter()
            .map(|shard| shard.documents)
            .collect();
        let expected: &[u64] = if format == Format::Jsonl {
            &[3]
        } else {
            &[2, 1]
        };
        assert_eq!(documents, expected);
    }
}

#[test]
fn without_documents_there_is_no_shard() {
    let world = World::new();
    let input = world.write("a.jsonl", b"");
    let folder = World::new();
    assert_eq!(
        write_shards(&input, folder.path(), Format::Parquet).unwrap(),
        []
    );
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn a_dropped_writer_leaves_finished_shards_alone() {
    let world = World::new();
    let input = world.write("a.jsonl", jsonl(40_000).as_bytes());
    for format in [Format::Jsonl, Format::Parquet, Format::Arrow] {
        let folder = World::new();
        let mut reader = Reader::open(&input, &fields()).unwrap();
        let mut writer = ShardWriter::new(folder.path(), 0);
        let mut finished = Vec::new();
        while let Some(batch) = reader.next_batch().unwrap() {
            let kept = [Kept {
                index: 0,
                text: None,
            }];
            let ended = writer.end().unwrap();
            finished.extend(ended.into_iter().map(|shard| shard.name));
            writer
                .push(&encode(&batch, &kept, format).unwrap())
                .unwrap();
        }
        assert!(!finished.is_empty());
        drop(writer);
        assert_eq!(names(folder.path()), finished);
    }
}

#[test]
fn a_bad_document_is_not_kept_in_silence() {
    let world = World::new();
    let long = "x".repeat(1001);
    let lines = format!("{{\"text\": \"a\"}}\nnot json\n{long}\n");
    let path = world.write("a.jsonl", lines.as_bytes());
    let mut reader = Reader::open(&path, &fields()).unwrap();
    let lines = reader.next_batch().unwrap().unwrap();
    let nulls = Arc::new(StringArray::from(vec![None::<&str>; 3])) as ArrayRef;
    let rows = Batch::from_arrow(batch([("text", nulls)]), &fields()).unwrap();
    let new_text = Some("new".to_owned());
    for (batch, index, text, format) in [
        (&lines, 1, None, Format::Parquet),
        (&lines, 1, new_text.clone(), Format::Jsonl),
        (&lines, 2, None, Format::Jsonl),
        (&rows, 1, new_text, Format::Arrow),
    ] {
        let error = encode(batch, &[Kept { index, text }], format).unwrap_err();
        let number = index + 1;
        let expected = format!("line or row {number} was to be kept");
        assert!(error.to_string().starts_with(&expected), "{error}");
    }
}

const DECISIONS: [Column<'_>; 3] = [
    Column::Text("stage"),
    Column::Integer("number"),
    Column::Text("reason"),
];

#[test]
fn a_table_of_decisions_is_read_back() {
    let world = World::new();
    let write = |name: &str| {
        let mut table = TableWriter::create(&world.path().join(name), &DECISIONS).unwrap();
        for number in 0..20_000 {
            let reason = if number % 2 == 0 {
                Cell::Empty
            } else {
                Cell::Text("short")
            };
            table
                .push(&[Cell::Text("filter"), Cell::Integer(number), reason])
                .unwrap();
        }
        table.finish().unwrap()
    };
    assert_eq!(write("a.parquet"), write("b.parquet"));
    assert_eq!(names(world.path()), ["a.parquet", "b.parquet"]);
    let file = fs::File::open(world.path().join("a.parquet")).unwrap();
    let reader =
        parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(file, 1 << 20).unwrap();
    let rows = reader.map(Result::unwrap).next().unwrap();
    assert_eq!(rows.num_rows(), 20_000);
    assert_eq!(
        rows.column(1).as_primitive::<Int64Type>().value(19_999),
        19_999
    );
    let reasons = rows.column(2).as_string::<i32>();
    assert_eq!((reasons.is_null(0), reasons.value(1)), (true, "short"));
}

#[test]
fn a_row_that_does_not_fit_is_refused_and_the_table_goes_on() {
    let world = World::new();
    let path = world.path().join("a.parquet");
    let mut table = TableWriter::create(&path, &DECISIONS).unwrap();
    let short = [Cell::Empty, Cell::Empty];
    let wrong = [Cell::Text("a"), Cell::Text("b"), Cell::Empty];
    for row in [&short[..], &wrong] {
        let error = table.push(row).unwrap_err();
        assert!(matches!(error, CorpusError::BadCells { .. }), "{error}");
    }
    table.push(&[Cell::Empty; 3]).unwrap();
    table.finish().unwrap();
    drop(TableWriter::create(&world.path().join("b.parquet"), &DECISIONS).unwrap());
    assert_eq!(names(world.path()), ["a.parquet"]);
}

const FULL_DISK: &str = "ASSAY_TEST_FULL_DISK";

/// Run by the test below, in a process whose files may not grow: it stands in for a full disk.
#[test]
fn on_a_full_disk() {
    let Some(folder) = std::env::var_os(FULL_DISK) else {
        return;
    };
    let folder = Path::new(&folder);
    for format in [
        Format::Jsonl,
        Format::JsonlZst,
        Format::JsonlGz,
        Format::Parquet,
        Format::Arrow,
    ] {
        let error = write_shards(&folder.join("in.jsonl"), folder, format).unwrap_err();
        assert!(
            matches!(error, CorpusError::Write { .. }),
            "{format}: {error}"
        );
        assert!(error.to_string().contains("cannot be written"), "{error}");
    }
    let mut table = TableWriter::create(&folder.join("table.parquet"), &DECISIONS).unwrap();
    let mut push = |number: i64| {
        let detail = format!("{:x}", number.wrapping_mul(0x1E37_79B9_7F4A_7C15));
        table.push(&[
            Cell::Text(&detail),
            Cell::Integer(number),
            Cell::Text(&detail),
        ])
    };
    let pushed = (0..100_000).try_for_each(&mut push);
    let error = pushed.and_then(|()| table.finish().map(drop)).unwrap_err();
    assert!(matches!(error, CorpusError::Write { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let world = World::new();
    world.write("in.jsonl", jsonl(20_000).as_bytes());
    let program = std::env::current_exe().unwrap();
    let script = "ulimit -f 64; trap '' XFSZ; exec \"$0\" --exact outputs::on_a_full_disk";
    let limited = Command::new("sh")
        .args(["-c", script])
        .arg(program)
        .env(FULL_DISK, world.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&limited.stdout);
    assert!(
        limited.status.success() && told.contains("1 passed"),
        "{told}"
    );
    assert_eq!(names(world.path()), ["in.jsonl"]);
}
