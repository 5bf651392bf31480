//! Results for a person.

use std::fmt::Write;
use std::path::Path;

use assay_schema::{Manifest, SourceReport};

/// A table of what a run read, dropped and wrote.
pub(crate) fn of_run(manifest: &Manifest, output: &Path) -> String {
    let reports = || manifest.evals.iter().chain(&manifest.sources);
    let longest = reports().map(|report| report.name.len()).max().unwrap_or(0);
    let width = longest.max("name".len());
    let mut text = row(
        width,
        ["name", "read", "rejected", "dropped", "kept", "tokens"],
    );
    for report in reports() {
        text += &row(
            width,
            [
                &report.name,
                &grouped(report.read.documents),
                &grouped(report.rejected_documents()),
                &grouped(report.dropped_documents()),
                &grouped(report.store.documents),
                &grouped(report.store.tokens),
            ],
        );
        text += &losses(report);
    }
    let _ = writeln!(text, "written to {}", output.display());
    text
}

/// One line on an output that is as it should be.
pub(crate) fn of_verify(manifest: &Manifest, folder: &Path) -> String {
    let stores = || manifest.evals.iter().chain(&manifest.sources);
    let tokens = stores().map(|report| report.store.tokens).sum();
    format!(
        "{}: every digest agrees: {} token stores, {} tokens\n",
        folder.display(),
        stores().count(),
        grouped(tokens)
    )
}

fn row(width: usize, [name, counts @ ..]: [&str; 6]) -> String {
    let mut line = format!("{name:width$}");
    for count in counts {
        let _ = write!(line, " {count:>13}");
    }
    line + "\n"
}

/// One line for each reason that a document was rejected or dropped for.
fn losses(report: &SourceReport) -> String {
    let mut text = String::new();
    for (reason, count) in &report.rejected {
        let _ = writeln!(text, "  {} rejected: {reason}", grouped(*count));
    }
    for stage in &report.stages {
        for (reason, count) in &stage.dropped {
            let _ = writeln!(
                text,
                "  {} dropped by {}: {reason}",
                grouped(*count),
                stage.stage
            );
        }
    }
    text
}

/// 1234567 as 1,234,567.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn digits_are_grouped_by_three() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1234567, "1,234,567"),
        ] {
            assert_eq!(super::grouped(number), text);
        }
    }
}
