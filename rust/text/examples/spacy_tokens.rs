//! Writes the tokens of each line of the standard input, separated by tabs: for comparing with
//! spaCy over a corpus by hand.

use std::io::{self, BufRead, Write};

use assay_text::SpacyEnglish;

fn main() -> io::Result<()> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        writeln!(output, "{}", SpacyEnglish::get().tokens(&line).join("\t"))?;
    }
    output.flush()
}
