//! Reading files that are as they should be, and files that are not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what it does not expect"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use assay_corpus::{CorpusError, Document, Fields, digest_file, open};

fn fields() -> Fields {
    Fields {
        text: "text".into(),
        id: "id".into(),
        max_line_bytes: 1000,
    }
}

fn read(path: &Path) -> Result<Vec<Document>, CorpusError> {
    open(path, &fields())?.collect()
}

fn texts(path: &Path) -> Vec<String> {
    let documents = read(path).unwrap();
    documents
        .into_iter()
        .map(|document| document.text)
        .collect()
}

/// Lines that compress badly, so that a truncated file loses some of them.
fn jsonl(count: u64) -> String {
    let number = |i: u64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let line = |i| format!("{{\"text\": \"{i} {:x}\"}}\n", number(i));
    (0..count).map(line).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn zstd(text: &str) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn write(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn every_compression_gives_the_same_documents() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (jsonl(20), jsonl(30));
    let whole = format!("{first}{second}");
    let expected = texts(&write(&folder, "plain.jsonl", whole.as_bytes()));
    assert_eq!(expected.len(), 50);
    let members = [gzip(&first), gzip(&second)].concat();
    assert_eq!(
        texts(&write(&folder, "members.jsonl.gz", &members)),
        expected
    );
    let frames = [zstd(&first), zstd(&second)].concat();
    assert_eq!(
        texts(&write(&folder, "frames.jsonl.zst", &frames)),
        expected
    );
}

#[test]
fn a_truncated_file_is_always_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let text = jsonl(30);
    for (name, bytes) in [("a.jsonl.gz", gzip(&text)), ("a.jsonl.zst", zstd(&text))] {
        assert_eq!(texts(&write(&folder, name, &bytes)).len(), 30);
        for length in 0..bytes.len() {
            let path = write(&folder, name, &bytes[..length]);
            let error = read(&path).expect_err("a truncated file was read");
            let message = error.to_string();
            assert!(
                matches!(error, CorpusError::Truncated { .. }),
                "{length}: {message}"
            );
            assert!(message.contains(name), "{message}");
        }
    }
}

#[test]
fn a_truncated_second_part_is_an_error_too() {
    let folder = tempfile::tempdir().unwrap();
    let text = jsonl(30);
    for (name, part) in [("a.jsonl.gz", gzip(&text)), ("a.jsonl.zst", zstd(&text))] {
        for length in 1..part.len() {
            let bytes = [&part, &part[..length]].concat();
            let error = read(&write(&folder, name, &bytes)).expect_err("a truncated file was read");
            assert!(error.to_string().contains(name), "{length}: {error}");
        }
    }
}

#[test]
fn a_flipped_bit_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let text = jsonl(30);
    for (name, good) in [("a.jsonl.gz", gzip(&text)), ("a.jsonl.zst", zstd(&text))] {
        for position in [0, good.len() / 2, good.len() - 1] {
            let mut bytes = good.clone();
            bytes[position] ^= 0x10;
            let error = read(&write(&folder, name, &bytes)).expect_err("a damaged file was read");
            assert!(error.to_string().contains(name), "{position}: {error}");
        }
    }
}

#[test]
fn plain_text_under_a_compressed_name_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for (name, format) in [("a.jsonl.gz", "gzip"), ("a.jsonl.zst", "zstd")] {
        let error = read(&write(&folder, name, jsonl(3).as_bytes())).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains(&format!("not valid {format} data")),
            "{message}"
        );
    }
}

#[test]
fn a_bad_line_is_named_and_the_next_one_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(
        &folder,
        "a.jsonl",
        b"{\"text\": \"1\"}\n\n \r\nnonsense\n{\"text\": \"5\"}",
    );
    let read: Vec<_> = open(&path, &fields()).unwrap().collect();
    assert_eq!(read.len(), 3);
    assert_eq!(read[0].as_ref().unwrap().line, 1);
    let message = read[1].as_ref().unwrap_err().to_string();
    assert!(
        message.contains("a.jsonl:4: not a JSON object"),
        "{message}"
    );
    let last = read[2].as_ref().unwrap();
    assert_eq!((last.line, last.text.as_str()), (5, "5"));
}

#[test]
fn a_long_line_is_skipped_without_being_kept() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(2_000_000);
    let text = format!("{{\"text\": \"1\"}}\n{{\"text\": \"{long}\"}}\n{{\"text\": \"3\"}}\n");
    let path = write(&folder, "a.jsonl.zst", &zstd(&text));
    let read: Vec<_> = open(&path, &fields()).unwrap().collect();
    let message = read[1].as_ref().unwrap_err().to_string();
    assert!(
        message.contains("a.jsonl.zst:2: line longer than 1000 bytes"),
        "{message}"
    );
    assert_eq!(read[2].as_ref().unwrap().text, "3");
}

#[test]
fn a_line_of_exactly_the_limit_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let line = |length: usize| format!("{{\"text\":\"{}\"}}\n", "x".repeat(length - 11));
    let path = write(&folder, "a.jsonl", line(1000).as_bytes());
    assert_eq!(texts(&path).len(), 1);
    let path = write(&folder, "a.jsonl", line(1001).as_bytes());
    assert!(read(&path).is_err());
}

#[test]
fn the_digest_covers_the_file_as_it_is_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, "abc.jsonl", b"abc");
    let digest = digest_file(&path).unwrap();
    // FIPS 180-2, appendix B.1.
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!((digest.bytes, digest.sha256.as_str()), (3, expected));

    for (name, bytes) in [
        ("a.jsonl.gz", gzip(&jsonl(9))),
        ("a.jsonl.zst", zstd(&jsonl(9))),
    ] {
        let path = write(&folder, name, &bytes);
        let mut lines = assay_corpus::Lines::open(&path, 1000).unwrap();
        while lines.next_line().unwrap().is_some() {}
        assert_eq!(lines.digest(), digest_file(&path).unwrap());
        assert_eq!(lines.documents(), 9);
    }
}

#[test]
fn a_missing_file_is_named() {
    let error = read(Path::new("no/such.jsonl")).unwrap_err();
    assert!(
        error.to_string().starts_with("no/such.jsonl: no such file"),
        "{error}"
    );
}
