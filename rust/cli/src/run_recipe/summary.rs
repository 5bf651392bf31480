//! Prints what a run did, for a person.

use std::fmt::Write;
use std::path::Path;

use assay_schema::{Manifest, SourceReport, TokenStore};

use crate::printer::grouped;

/// A table of what a run read, dropped and wrote.
pub(crate) fn of_run(manifest: &Manifest, output: &Path) -> String {
    let reports = || manifest.evals.iter().chain(&manifest.sources);
    let longest = reports().map(|report| report.name.len()).max().unwrap_or(0);
    let width = longest.max("name".len());
    let titles = [
        "read",
        "rejected",
        "dropped",
        "kept",
        "tokens",
        "bytes/token",
    ];
    let mut text = row(width, "name", titles.map(str::to_owned));
    for report in reports() {
        let store = report.store.as_ref();
        let counts = [
            grouped(report.read.documents),
            grouped(report.rejected_documents()),
            grouped(report.dropped_documents()),
            grouped(report.kept.documents),
            store.map_or("-".to_owned(), |store| grouped(store.tokens)),
            store.map_or("-".to_owned(), bytes_per_token),
        ];
        text += &row(width, &report.name, counts);
        text += &losses(report);
        text += &found(report);
    }
    let _ = writeln!(text, "written to {}", output.display());
    text
}

/// Bytes of text for each token, the separators among them.
#[expect(clippy::cast_precision_loss, reason = "it is shown with two decimals")]
fn bytes_per_token(store: &TokenStore) -> String {
    format!(
        "{:.2}",
        store.text_bytes as f64 / store.tokens.max(1) as f64
    )
}

fn row(width: usize, name: &str, counts: [String; 6]) -> String {
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
        if stage.changed > 0 {
            let _ = writeln!(
                text,
                "  {} changed by {}",
                grouped(stage.changed),
                stage.stage
            );
        }
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

/// One line for each evaluation set that was searched for. A set without any item found stands out,
/// for then the wrong file may have been given.
fn found(report: &SourceReport) -> String {
    let mut text = String::new();
    for set in &report.found {
        let (found, items) = (grouped(set.found), grouped(set.items));
        let _ = match set.found {
            0 => writeln!(text, "  {}: NONE of its {items} documents found", set.name),
            _ => writeln!(
                text,
                "  {}: {found} of its {items} documents found",
                set.name
            ),
        };
        if set.too_short > 0 {
            let short = grouped(set.too_short);
            let _ = writeln!(
                text,
                "  {}: {short} more are too short to look for",
                set.name
            );
        }
    }
    text
}
