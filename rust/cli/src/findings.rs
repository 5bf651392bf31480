//! What was found without changing anything, for a person.

use std::fmt::Write;
use std::path::Path;

use assay_pipeline::{Banding, Diff, Estimate, Features, Losses, LostDocument, Stats};
use indicatif::HumanBytes;

use crate::summary::grouped;

/// A table of what inputs hold.
pub(crate) fn of_stats(stats: &Stats) -> String {
    let mut text = String::new();
    for (name, count) in [
        ("documents", stats.documents),
        ("text bytes", stats.text_bytes),
        ("characters", stats.characters),
        ("words", stats.words),
        ("lines", stats.lines),
        ("longest text", stats.longest),
    ] {
        let _ = writeln!(text, "{name:24} {:>18}", grouped(count));
    }
    for (percent, bytes) in &stats.percentiles {
        let name = format!("{percent}% are at most");
        let _ = writeln!(text, "{name:24} {:>18} bytes", grouped(*bytes));
    }
    for (reason, count) in &stats.bad {
        let _ = writeln!(
            text,
            "{:24} {:>18}",
            format!("bad: {reason}"),
            grouped(*count)
        );
    }
    text
}

/// What a table of features holds.
pub(crate) fn of_features(written: &Features, output: &Path) -> String {
    let mut text = written.columns.join("\n");
    let documents = grouped(written.documents);
    let _ = writeln!(
        text,
        "\n{documents} documents written to {}",
        output.display()
    );
    if written.bad > 0 {
        let bad = grouped(written.bad);
        let _ = writeln!(text, "{bad} of them are bad lines, whose numbers are empty");
    }
    text
}

/// What a run would take and leave.
pub(crate) fn of_estimate(estimate: &Estimate) -> String {
    let mut text = String::new();
    for source in &estimate.sources {
        let (name, sampled) = (&source.name, grouped(source.sampled));
        let _ = writeln!(
            text,
            "{name}: about {} documents, {:.1}% of them kept, by {sampled} that were tried",
            rounded(source.documents),
            100.0 * source.kept
        );
        for (reason, share) in &source.dropped {
            let _ = writeln!(text, "  {:5.1}% dropped by {reason}", 100.0 * share);
        }
        if source.bad > 0 {
            let _ = writeln!(
                text,
                "  {} of those tried are bad lines",
                grouped(source.bad)
            );
        }
    }
    let bytes = |bytes: f64| HumanBytes(whole(bytes)).to_string();
    let _ = writeln!(
        text,
        "{:.1} s of processor time, {} to write, up to {} of memory for deduplication\n\
         duplicates beyond the sample are not counted; nothing was written",
        estimate.cpu_seconds,
        bytes(estimate.output_bytes),
        bytes(estimate.index_bytes)
    );
    text
}

/// An estimated count, to three digits.
fn rounded(count: f64) -> String {
    let count = whole(count);
    let step = 10_u64.pow(count.checked_ilog10().unwrap_or(0).saturating_sub(2));
    grouped((count + step / 2) / step * step)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a conversion to a whole number saturates"
)]
fn whole(value: f64) -> u64 {
    value.round() as u64
}

/// The changes between two outputs, each with some of its documents.
pub(crate) fn of_diff(diff: &Diff) -> String {
    let mut text = format!("{:>13}  the same\n", grouped(diff.same));
    for change in &diff.changes {
        let count = grouped(change.documents);
        let _ = writeln!(text, "{count:>13}  {} -> {}", change.first, change.second);
        for example in &change.examples {
            let id = example.id.as_deref().unwrap_or("");
            let place = format!("{}: {}:{}", example.source, example.file, example.number);
            let _ = writeln!(text, "{:15}{}", "", format!("{place} {id}").trim_end());
        }
    }
    for (count, which) in [(diff.only_first, "first"), (diff.only_second, "second")] {
        if count > 0 {
            let _ = writeln!(text, "{:>13}  only in the {which} output", grouped(count));
        }
    }
    text
}

/// The losses of each source, with their shares and some of the documents.
pub(crate) fn of_report(sources: &[Losses]) -> String {
    let mut text = String::new();
    for source in sources {
        let read = grouped(source.documents);
        let _ = writeln!(text, "{}: {read} read", source.source);
        for loss in &source.losses {
            let share = percent(loss.documents, source.documents);
            let lost = grouped(loss.documents);
            let _ = writeln!(text, "{lost:>13} {share} {}: {}", loss.stage, loss.reason);
            for (value, documents) in &loss.by {
                let of = source.by.get(value).copied().unwrap_or(*documents);
                let share = percent(*documents, of);
                let _ = writeln!(text, "{:>13} {share}   of {value}", grouped(*documents));
            }
            for example in &loss.examples {
                let _ = writeln!(text, "{}", lost_document(example));
            }
        }
    }
    text
}

/// One line: place, identifier, what was measured, and the text with its white space as spaces.
fn lost_document(example: &LostDocument) -> String {
    let mut line = format!("{:15}{}:{}", "", example.file, example.number);
    if let Some(id) = &example.id {
        let _ = write!(line, " {id}");
    }
    if !example.detail.is_empty() {
        let detail: String = example.detail.chars().take(80).collect();
        let _ = write!(line, " ({detail})");
    }
    let words: Vec<_> = example.text.split_whitespace().collect();
    let text = words.join(" ").replace(char::is_control, "\u{fffd}");
    format!("{line} {text}").trim_end().to_owned()
}

/// A share in percent, right-aligned.
#[expect(
    clippy::cast_precision_loss,
    reason = "a percentage is shown with one decimal"
)]
fn percent(part: u64, whole: u64) -> String {
    format!("{:5.1}%", 100.0 * part as f64 / whole.max(1) as f64)
}

/// How likely two documents are compared.
pub(crate) fn of_curve(banding: Banding) -> String {
    let Banding { bands, rows } = banding;
    let mut text = format!("{bands} bands of {rows} values\nsimilarity  compared\n");
    for (similarity, probability) in banding.curve() {
        let _ = writeln!(text, "{similarity:>10.2} {probability:>9.5}");
    }
    text
}
