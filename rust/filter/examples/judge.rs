//! Filters the documents of JSON lines on the standard input: for comparing with other programs and
//! for measuring by hand.
//!
//! `judge <filters as JSON>` writes, for each document, its id, the rule and reason that drop it,
//! and the detail; or the hash of the text that stays.

use std::borrow::Cow;
use std::error::Error;
use std::io::{self, BufRead, Write};

use assay_filter::{Chain, Document, Judgement};
use assay_schema::FilterSpec;
use assay_text::hash64;
use serde::Deserialize;

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let filters = std::env::args().nth(1).unwrap_or_default();
    let filters: Vec<FilterSpec> = serde_json::from_str(&filters)?;
    let chain = Chain::new(&filters)?;
    let stages = chain.stages();
    let mut output = io::BufWriter::new(io::stdout().lock());
    let mut input = io::stdin().lock();
    let mut buffer = String::new();
    while input.read_line(&mut buffer)? > 0 {
        let Line { id, text } = serde_json::from_str(&buffer)?;
        match chain.judge(&Document::of_text(&text)) {
            Judgement::Keep(kept) => {
                writeln!(output, "{id}\t\t{:016x}", hash64(0, kept.as_bytes()))?;
            }
            Judgement::Drop {
                stage,
                reason,
                detail,
            } => writeln!(output, "{id}\t{}\t{reason}\t{detail}", stages[stage])?,
        }
        buffer.clear();
    }
    Ok(output.flush()?)
}
