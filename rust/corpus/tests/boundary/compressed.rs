//! Compressed files that are whole, truncated, damaged, or bombs.

use std::io::Write;

use assay_corpus::{CorpusError, Fields, Reader};

use crate::world::{World, fields, gzip, jsonl, read, texts, zstd};

#[test]
fn every_compression_gives_the_same_documents_whatever_the_name() {
    let world = World::new();
    let (first, second) = (jsonl(20), jsonl(30));
    let expected =
        read(&world.write("plain.jsonl", format!("{first}{second}").as_bytes())).unwrap();
    assert_eq!(expected.len(), 50);
    assert_eq!(
        (expected[49].number, expected[49].id.as_deref()),
        (50, Some("29"))
    );
    let members = [gzip(&first), gzip(&second)].concat();
    let frames = [zstd(&first), zstd(&second)].concat();
    for name in ["a.jsonl.gz", "a.jsonl.zst", "a.jsonl", "a"] {
        assert_eq!(
            read(&world.write(name, &members)).unwrap(),
            expected,
            "{name}"
        );
        assert_eq!(
            read(&world.write(name, &frames)).unwrap(),
            expected,
            "{name}"
        );
    }
}

#[test]
fn a_file_truncated_at_any_byte_is_an_error_that_names_it() {
    let world = World::new();
    let text = jsonl(30);
    for (name, bytes) in [("a.jsonl.gz", gzip(&text)), ("a.jsonl.zst", zstd(&text))] {
        for length in 0..bytes.len() {
            let error = read(&world.write(name, &bytes[..length])).expect_err("it was read");
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
fn a_second_part_truncated_at_any_byte_is_an_error_after_the_lines_of_the_first() {
    let world = World::new();
    let text = jsonl(30);
    for (name, part) in [("a.jsonl.gz", gzip(&text)), ("a.jsonl.zst", zstd(&text))] {
        for length in 1..part.len() {
            let path = world.write(name, &[&part, &part[..length]].concat());
            let mut reader = Reader::open(&path, &fields()).unwrap();
            let before = reader
                .next_batch()
                .unwrap()
                .expect("the lines of the first part");
            assert!(before.len() >= 30, "{length}");
            let error = reader.next_batch().expect_err("it was read");
            assert!(error.to_string().contains(name), "{length}: {error}");
            assert!(matches!(reader.next_batch(), Ok(None)));
        }
    }
}

#[test]
fn a_wrong_checksum_is_an_error() {
    let world = World::new();
    for (name, good, checksum) in [
        ("a.jsonl.gz", gzip(&jsonl(30)), 5..=8),
        ("a.jsonl.zst", zstd(&jsonl(30)), 1..=4),
    ] {
        for from_end in checksum {
            let mut bytes = good.clone();
            let position = bytes.len() - from_end;
            bytes[position] ^= 0x10;
            let error = read(&world.write(name, &bytes)).expect_err("it was read");
            assert!(
                matches!(error, CorpusError::Damaged { .. }),
                "{from_end}: {error}"
            );
        }
    }
}

#[test]
fn garbage_after_a_part_is_an_error() {
    let world = World::new();
    for (name, good) in [
        ("a.jsonl.gz", gzip(&jsonl(3))),
        ("a.jsonl.zst", zstd(&jsonl(3))),
    ] {
        for garbage in [&b"x"[..], b"garbage that is longer than a header", &[0; 64]] {
            let path = world.write(name, &[&good, garbage].concat());
            let error = read(&path).expect_err("it was read").to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}

#[test]
fn plain_text_under_a_compressed_name_is_an_error() {
    let world = World::new();
    for (name, format) in [("a.jsonl.gz", "gzip"), ("a.jsonl.zst", "zstd")] {
        let error = read(&world.write(name, jsonl(3).as_bytes())).unwrap_err();
        let expected = format!("not valid {format} data");
        assert!(error.to_string().contains(&expected), "{error}");
    }
}

#[test]
fn an_empty_file_is_whole_only_when_it_is_plain() {
    let world = World::new();
    assert_eq!(texts(&world.write("a.jsonl", b"")), [""; 0]);
    assert_eq!(texts(&world.write("a.jsonl.gz", &gzip(""))), [""; 0]);
    assert_eq!(texts(&world.write("a.jsonl.zst", &zstd(""))), [""; 0]);
    for name in ["a.jsonl.gz", "a.jsonl.zst", "a.parquet", "a.arrow"] {
        let error = read(&world.write(name, b"")).expect_err("it was read");
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn a_bomb_is_one_rejected_line_in_bounded_memory() {
    let world = World::new();
    // 8 MiB in a few KB.
    let bomb = format!(
        "{{\"text\": \"{}\"}}\n{{\"text\": \"b\"}}\n",
        "a".repeat(8 << 20)
    );
    for (name, bytes) in [("a.jsonl.gz", gzip(&bomb)), ("a.jsonl.zst", zstd(&bomb))] {
        assert!(bytes.len() < 1 << 14);
        let path = world.write(name, &bytes);
        assert_eq!(texts(&path), ["line-too-long", "b"]);
        let limits = Fields {
            max_line_bytes: 16 << 20,
            ..fields()
        };
        assert!(
            crate::world::read_with(&path, &limits).unwrap()[0]
                .text
                .is_ok()
        );
    }
}

/// A frame of one uncompressed block, with a window of 2 to the power of `window_log` bytes.
fn frame(window_log: u8, text: &str) -> Vec<u8> {
    let window = (window_log - 10) << 3;
    let block = (u32::try_from(text.len()).unwrap() << 3) | 1;
    let header = [
        &[0x28, 0xb5, 0x2f, 0xfd, 0, window],
        &block.to_le_bytes()[..3],
    ]
    .concat();
    [&header, text.as_bytes()].concat()
}

#[test]
fn a_frame_with_a_long_window_is_read() {
    let world = World::new();
    let expected = read(&world.write("plain.jsonl", jsonl(30).as_bytes())).unwrap();
    let mut encoder = ::zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.window_log(28).unwrap();
    encoder.long_distance_matching(true).unwrap();
    encoder.write_all(jsonl(30).as_bytes()).unwrap();
    let encoded = encoder.finish().unwrap();
    for frame in [encoded, frame(28, &jsonl(30)), frame(31, &jsonl(30))] {
        assert_eq!(read(&world.write("a.jsonl.zst", &frame)).unwrap(), expected);
    }
}

#[test]
fn a_window_beyond_the_limit_is_not_called_damage() {
    let world = World::new();
    let first = zstd(&jsonl(30));
    let path = world.write("a.jsonl.zst", &[first, frame(32, &jsonl(30))].concat());
    let error = read(&path).unwrap_err();
    let message = error.to_string();
    assert!(
        matches!(error, CorpusError::ZstdWindow { lines: 30, .. }),
        "{message}"
    );
    assert!(message.contains("a.jsonl.zst"), "{message}");
    assert!(message.contains("window"), "{message}");
    assert!(message.contains("--long"), "{message}");
}
