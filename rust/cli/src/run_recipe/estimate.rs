//! Prints what a run would take and leave, for a person.

use std::fmt::Write;

use assay_pipeline::Estimate;
use indicatif::HumanBytes;

use crate::printer::grouped;

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
