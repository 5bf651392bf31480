//! Reads documents, parses every one, and writes them again: the speed of the boundary alone.
//!
//! `cargo run --release -p assay-corpus --example copy -- INPUT FOLDER FORMAT`

#![allow(clippy::print_stdout, reason = "it is a program")]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use assay_corpus::{AtomicDir, Fields, Format, Kept, Reader, ShardWriter, encode};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [input, folder, format] = arguments.as_slice() else {
        return Err("expected INPUT FOLDER FORMAT".into());
    };
    let format: Format = format.parse()?;
    let fields = Fields {
        text: "text".to_owned(),
        id: "id".to_owned(),
        max_line_bytes: u64::MAX,
    };
    let start = Instant::now();
    let mut reader = Reader::open(Path::new(input), &fields)?;
    let folder = AtomicDir::create(Path::new(folder))?;
    let mut shards = ShardWriter::new(folder.path(), 0);
    let (mut text_bytes, mut rejected) = (0, 0);
    while let Some(batch) = reader.next_batch()? {
        let mut kept = Vec::with_capacity(batch.len());
        for index in 0..batch.len() {
            match batch.record(index) {
                Ok(record) => {
                    text_bytes += record.text.len();
                    kept.push(Kept { index, text: None });
                }
                Err(_) => rejected += 1,
            }
        }
        shards.push(&encode(&batch, &kept, format)?)?;
    }
    let shards = shards.end()?;
    folder.commit()?;
    let bytes: u64 = shards.iter().map(|shard| shard.bytes).sum();
    println!(
        "{} documents, {rejected} rejected, {text_bytes} bytes of text; {} bytes read, {bytes} written in {} shards, {:.2} s",
        reader.documents(),
        reader.bytes_read(),
        shards.len(),
        start.elapsed().as_secs_f64(),
    );
    Ok(())
}
