//! How fast documents are encoded: CPU seconds of encoding alone, one thread.
//!
//! `encode TOKENIZER DOCUMENTS [PASSES]` reads JSON lines with a `text`; the first pass is with an
//! empty cache.

use std::borrow::Cow;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::time::Duration;

use assay_tokenize::Tokenizer;
use cpu_time::ThreadTime;
use serde::Deserialize;

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, documents, rest @ ..] = arguments.as_slice() else {
        return Err("usage: encode TOKENIZER DOCUMENTS [PASSES]".into());
    };
    let passes: usize = rest.first().map_or(Ok(1), |text| text.parse())?;
    let began = ThreadTime::now();
    let tokenizer = Tokenizer::open(Path::new(path))?;
    let mut out = std::io::stdout().lock();
    let opened = began.elapsed().as_secs_f64();
    writeln!(out, "opened in {opened:.3} s, fast {}", tokenizer.is_fast())?;
    for _ in 0..passes {
        let (bytes, tokens, took) = pass(&tokenizer, documents)?;
        let (seconds, megabytes) = (took.as_secs_f64(), bytes as f64 / 1e6);
        let rate = megabytes / seconds;
        writeln!(
            out,
            "{megabytes:.1} MB of text, {tokens} tokens, {seconds:.2} s, {rate:.1} MB/s"
        )?;
    }
    Ok(())
}

fn pass(
    tokenizer: &Tokenizer,
    documents: &str,
) -> Result<(usize, usize, Duration), Box<dyn Error>> {
    let mut input = BufReader::new(File::open(documents)?);
    let (mut line, mut ids) = (String::new(), Vec::new());
    let (mut bytes, mut tokens, mut took) = (0, 0, Duration::ZERO);
    while input.read_line(&mut line)? > 0 {
        let text = serde_json::from_str::<Line>(&line)?.text;
        ids.clear();
        let began = ThreadTime::now();
        tokenizer.encode_into(&text, &mut ids)?;
        took += began.elapsed();
        bytes += text.len();
        tokens += ids.len();
        line.clear();
    }
    Ok((bytes, tokens, took))
}
