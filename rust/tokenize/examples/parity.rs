//! Whether the fast path gives the tokens of the tokenizers crate, for every document of a file.
//!
//! `parity TOKENIZER DOCUMENTS DIGESTS` reads JSON lines with a `text`, compares the digest of the
//! tokens of each with those in the file DIGESTS, prints the counts, and ends with 1 when any
//! differs. Where DIGESTS is missing it is written first, by the tokenizers crate, which takes a
//! hundred times longer.

use std::borrow::Cow;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::ExitCode;

use assay_tokenize::Tokenizer;
use serde::Deserialize;
use xxhash_rust::xxh3::xxh3_64;

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, documents, digests] = arguments.as_slice() else {
        return Err("usage: parity TOKENIZER DOCUMENTS DIGESTS".into());
    };
    if !Path::new(digests).exists() {
        fs::write(digests, slow_digests(path, documents)?)?;
    }
    let expected = fs::read(digests)?;
    let mut expected = expected.chunks(8);
    let tokenizer = Tokenizer::open(Path::new(path))?;
    let (mut compared, mut different) = (0_u64, 0_u64);
    for_each_text(documents, |text| {
        let same = expected.next() == Some(&digest(&tokenizer.encode(text)?));
        compared += 1;
        different += u64::from(!same);
        Ok(())
    })?;
    let is_fast = tokenizer.is_fast();
    let mut out = io::stdout();
    writeln!(
        out,
        "{path}: fast {is_fast}, {compared} documents, {different} differ"
    )?;
    Ok(ExitCode::from(u8::from(different > 0)))
}

/// The digests of the tokens that the tokenizers crate gives.
fn slow_digests(path: &str, documents: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut slow = tokenizers::Tokenizer::from_file(path).map_err(|error| error.to_string())?;
    slow.set_encode_special_tokens(true);
    let mut digests = Vec::new();
    for_each_text(documents, |text| {
        let encoding = slow.encode_fast(text, false);
        let encoding = encoding.map_err(|error| error.to_string())?;
        digests.extend(digest(encoding.get_ids()));
        Ok(())
    })?;
    Ok(digests)
}

fn digest(ids: &[u32]) -> [u8; 8] {
    let bytes: Vec<u8> = ids.iter().flat_map(|id| id.to_le_bytes()).collect();
    xxh3_64(&bytes).to_le_bytes()
}

fn for_each_text(
    documents: &str,
    mut each: impl FnMut(&str) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let mut input = BufReader::new(File::open(documents)?);
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        each(&serde_json::from_str::<Line>(&line)?.text)?;
        line.clear();
    }
    Ok(())
}
