//! JSON Lines that are as they should be, and lines that are not.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use assay_corpus::{CorpusError, Encoded, Fields, Reader, ShardWriter, TableWriter};
use proptest::prelude::*;

use crate::world::{World, fields, jsonl, read, read_with, texts};

#[test]
fn a_bad_line_has_a_number_and_the_next_one_is_read() {
    let world = World::new();
    let path = world.write(
        "a.jsonl",
        b"{\"text\": \"1\"}\n\n \r\nnonsense\n{\"text\": \"5\"}\r\n{\"text\": \"6\"}",
    );
    let seen = read(&path).unwrap();
    let numbers: Vec<_> = seen.iter().map(|seen| seen.number).collect();
    assert_eq!(numbers, [1, 4, 5, 6]);
    assert_eq!(texts(&path), ["1", "not-json", "5", "6"]);
}

#[test]
fn each_bad_line_is_counted_for_its_reason() {
    let world = World::new();
    let lines: [&[u8]; 8] = [
        b"{\"text\": \"\xff\"}",
        b"{\"text\": \"a\0\"}",
        b"\0\0\0\0",
        b"{\"text\": \"\\udead\"}",
        b"{\"text\": 5}",
        b"{\"id\": \"no text\"}",
        b"{\"text\": \"no id\"}",
        b"{\"text\": 1, \"text\": \"the last of two keys\"}",
    ];
    let expected = [
        "not-utf8",
        "not-json",
        "not-json",
        "not-json",
        "text-not-string",
        "no-text",
        "no id",
        "the last of two keys",
    ];
    assert_eq!(
        texts(&world.write("a.jsonl", &lines.join(&b'\n'))),
        expected
    );
}

#[test]
fn a_long_line_is_passed_over_wherever_it_stands() {
    let world = World::new();
    for length in [1001, 1 << 20, (1 << 20) + 1, 2_500_000] {
        let long = "x".repeat(length);
        for text in [
            format!("{long}\n{{\"text\": \"2\"}}\n{{\"text\": \"3\"}}\n"),
            format!("{{\"text\": \"1\"}}\n{long}\n{{\"text\": \"3\"}}"),
            format!("{{\"text\": \"1\"}}\n{{\"text\": \"2\"}}\n{long}"),
        ] {
            let seen = read(&world.write("a.jsonl", text.as_bytes())).unwrap();
            let numbers: Vec<_> = seen.iter().map(|seen| seen.number).collect();
            assert_eq!(numbers, [1, 2, 3]);
            for seen in seen {
                let expected = seen.number.to_string();
                assert!(seen.text == Ok(expected) || seen.text == Err("line-too-long"));
            }
        }
    }
}

#[test]
fn a_line_of_exactly_the_limit_is_read() {
    let world = World::new();
    let line = |length: usize| format!("{{\"text\":\"{}\"}}\n", "x".repeat(length - 11));
    assert_eq!(
        texts(&world.write("a.jsonl", line(1000).as_bytes()))[0].len(),
        989
    );
    assert_eq!(
        texts(&world.write("a.jsonl", line(1001).as_bytes())),
        ["line-too-long"]
    );
}

/// A stream that gives what it holds in pieces of one size, then fails when it is to.
struct Dribble {
    bytes: io::Cursor<Vec<u8>>,
    piece: usize,
    fails: bool,
}

impl Read for Dribble {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.piece);
        match self.bytes.read(&mut buffer[..most])? {
            0 if self.fails => Err(io::Error::from_raw_os_error(5)),
            count => Ok(count),
        }
    }
}

fn stream(text: &str, piece: usize, fails: bool) -> Reader {
    let bytes = io::Cursor::new(text.as_bytes().to_vec());
    let stream = Box::new(Dribble {
        bytes,
        piece,
        fails,
    });
    Reader::from_stream(Path::new("-"), stream, &fields()).unwrap()
}

#[test]
fn boundaries_depend_on_the_input_alone() {
    let text = jsonl(60_000);
    let sizes = |piece| {
        let mut reader = stream(&text, piece, false);
        let mut sizes = Vec::new();
        while let Some(batch) = reader.next_batch().unwrap() {
            sizes.push(batch.len());
        }
        sizes
    };
    let expected = sizes(1 << 30);
    assert!(expected.len() > 2);
    for piece in [7, 4096, 1_000_003] {
        assert_eq!(sizes(piece), expected);
    }
}

#[test]
fn lines_before_a_failure_are_read_and_half_a_line_is_not() {
    let mut reader = stream("{\"text\": \"1\"}\n{\"text\": \"2\"}", 3, true);
    assert_eq!(reader.next_batch().unwrap().unwrap().len(), 1);
    let error = reader.next_batch().unwrap_err();
    assert!(
        error.to_string().starts_with("-: cannot be read"),
        "{error}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn an_unreadable_file_is_an_error() {
    // The kernel opens it and refuses to read it.
    let error = read(Path::new("/proc/self/mem")).unwrap_err();
    assert!(matches!(error, CorpusError::Read { .. }), "{error}");
    let folder = World::new();
    let error = read(folder.path()).unwrap_err();
    assert!(matches!(error, CorpusError::Read { .. }), "{error}");
}

#[test]
fn a_missing_file_is_named() {
    let error = read(Path::new("no/such.jsonl")).unwrap_err();
    assert!(
        error.to_string().starts_with("no/such.jsonl: no such file"),
        "{error}"
    );
}

#[test]
fn records_are_parsed_from_many_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    fn moved<T: Send>() {}
    moved::<(Reader, ShardWriter, TableWriter, Encoded<'static>)>();
    let mut reader = stream(&jsonl(100), 1 << 20, false);
    let batch = reader.next_batch().unwrap().unwrap();
    shared(&batch);
    let count = || {
        (0..100)
            .filter(|&index| batch.record(index).is_ok())
            .count()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(count)).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), 100);
        }
    });
}

proptest! {
    /// The slow twin: the whole file in memory, split.
    #[test]
    fn agrees_with_splitting_the_whole(
        lines in proptest::collection::vec(proptest::sample::select(&["", " ", "{}", "{\"text\": \"a\"}", "{\"text\": \"longer\"}"][..]), 0..40),
        limit in 10_u64..20,
        ended in any::<bool>(),
    ) {
        let world = World::new();
        let mut text = lines.join("\n");
        if ended { text.push('\n'); }
        let path = world.path().join("a.jsonl");
        fs::write(&path, &text).unwrap();
        let limits = Fields { max_line_bytes: limit, ..fields() };
        let seen = read_with(&path, &limits).unwrap();
        let expected: Vec<_> = text.split('\n').enumerate()
            .filter(|(_, line)| !line.trim_ascii().is_empty())
            .map(|(at, line)| (at as u64 + 1, line.len() as u64 > limit))
            .collect();
        let seen: Vec<_> = seen.iter().map(|seen| (seen.number, seen.text == Err("line-too-long"))).collect();
        prop_assert_eq!(seen, expected);
    }
}
