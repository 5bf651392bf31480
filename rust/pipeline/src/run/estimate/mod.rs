//! What a run would take and leave, from a run over a sample of its documents.

mod clock;
mod drawn;

use std::collections::BTreeMap;
use std::path::Path;

use assay_corpus::CorpusError;
use assay_schema::{Recipe, SourceReport};
use serde::Serialize;

use crate::error::PipelineError;
use crate::observer::Observer;
use crate::read::input_set::InputSet;
use crate::run::estimate::clock::Clock;
use crate::run::estimate::drawn::Drawn;
use crate::run::job::Job;
use crate::run::recipe::run;
use crate::stages::dedupe;

/// How many bytes on disk the samples of all sources have together, about.
const SAMPLE_BYTES: u64 = 16 << 20;

/// What a run would take and leave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// One for each source. Only duplicates within the sample are found; a whole run finds more.
    pub sources: Vec<SourceEstimate>,
    /// Seconds of processor time, over all threads, without the evaluation sets.
    pub cpu_seconds: f64,
    /// Bytes that the run writes, without the evaluation sets.
    pub output_bytes: f64,
    /// Most bytes of memory for the documents that stay, to compare later ones with.
    pub index_bytes: f64,
}

/// What a source would take and leave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceEstimate {
    /// Its name.
    pub name: String,
    /// Documents that were tried.
    pub sampled: u64,
    /// Lines or rows among them that are not valid documents, which would stop a run or be counted.
    pub bad: u64,
    /// Documents of the whole source.
    pub documents: f64,
    /// The share that stays.
    pub kept: f64,
    /// The share that each stage drops, as `stage: reason`.
    pub dropped: BTreeMap<String, f64>,
    /// Seconds of processor time.
    pub cpu_seconds: f64,
    /// Bytes that are written.
    pub output_bytes: f64,
}

/// Runs a recipe over a sample of up to 16 MiB in a temporary folder. Nothing is written to the
/// recipe's output.
///
/// # Errors
/// [`PipelineError`] as of [`run`].
pub fn estimate(
    recipe: &Recipe,
    base: &Path,
    threads: usize,
    observer: &dyn Observer,
) -> Result<Estimate, PipelineError> {
    let job = Job::resolve(recipe, base)?;
    let folder =
        tempfile::tempdir().map_err(|error| CorpusError::write(&std::env::temp_dir(), error))?;
    let mut sampled = recipe.clone();
    sampled.output = folder.path().join("output").to_string_lossy().into_owned();
    let sets = &job.sets[recipe.evals.len()..];
    let all: u64 = sets.iter().map(InputSet::bytes).sum();
    let mut drawn = Vec::with_capacity(sets.len());
    for (set, source) in sets.iter().zip(&mut sampled.sources) {
        observer.check()?;
        let share = share_of_sample(set.bytes(), all);
        let place = folder.path().join("input").join(&set.name);
        std::fs::create_dir_all(&place).map_err(|error| CorpusError::write(&place, error))?;
        drawn.push(Drawn::from(set, &job.fields, share, &place)?);
        source.path = vec![place.to_string_lossy().into_owned()];
    }
    let clock = Clock::new(observer);
    let manifest = run(&sampled, base, threads, &clock)?;
    let seconds = clock.into_seconds();
    let sampled_sources = sets.iter().zip(&drawn).zip(&manifest.sources);
    let sources = sampled_sources.map(|((set, drawn), report)| {
        let seconds = seconds.get(&set.name).copied().unwrap_or(0.0);
        scaled(set, drawn, report, seconds)
    });
    Ok(Estimate::of(sources.collect(), recipe))
}

impl Estimate {
    #[expect(clippy::cast_precision_loss, reason = "it is an estimate")]
    fn of(sources: Vec<SourceEstimate>, recipe: &Recipe) -> Self {
        let sum = |value: fn(&SourceEstimate) -> f64| sources.iter().map(value).sum::<f64>();
        let kept = sum(|source| source.documents * source.kept);
        Self {
            cpu_seconds: sum(|source| source.cpu_seconds),
            output_bytes: sum(|source| source.output_bytes),
            index_bytes: kept * dedupe::bytes_per_document(&recipe.dedup) as f64,
            sources,
        }
    }
}

/// How many bytes of the sample come from a source of `bytes`, when all sources have `all`.
fn share_of_sample(bytes: u64, all: u64) -> u64 {
    // From a source of one TiB on, the product is beyond 64 bits.
    let product = u128::from(SAMPLE_BYTES) * u128::from(bytes);
    let share = product.checked_div(u128::from(all)).unwrap_or(0);
    u64::try_from(share).unwrap_or(u64::MAX)
}

/// What a whole source would take and leave, from the report on its sample.
#[expect(clippy::cast_precision_loss, reason = "it is an estimate")]
fn scaled(set: &InputSet, drawn: &Drawn, report: &SourceReport, seconds: f64) -> SourceEstimate {
    let scale = set.bytes() as f64 / drawn.bytes.max(1) as f64;
    let share = |documents: u64| documents as f64 / drawn.documents.max(1) as f64;
    let dropped = report.stages.iter().flat_map(|stage| {
        let reasons = stage.dropped.iter();
        reasons.map(|(reason, count)| (format!("{}: {reason}", stage.stage), share(*count)))
    });
    SourceEstimate {
        name: set.name.clone(),
        sampled: drawn.documents,
        bad: drawn.bad,
        documents: drawn.documents as f64 * scale,
        kept: share(report.kept.documents),
        dropped: dropped.collect(),
        cpu_seconds: seconds * scale,
        output_bytes: written(report) as f64 * scale,
    }
}

/// Bytes of everything that was written for a source.
fn written(report: &SourceReport) -> u64 {
    let files = report.documents.iter().chain(&report.decisions);
    let tokens = report.store.as_ref().map_or(0, |store| {
        let width = if store.vocab_size <= 1 << 16 { 2 } else { 4 };
        store.tokens * width
    });
    files.map(|file| file.bytes).sum::<u64>() + tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_shared_out_by_size_however_large_the_sources_are() {
        assert_eq!(share_of_sample(0, 0), 0);
        assert_eq!(share_of_sample(1 << 30, 1 << 31), SAMPLE_BYTES / 2);
        assert_eq!(share_of_sample(1 << 40, 1 << 40), SAMPLE_BYTES);
        assert_eq!(share_of_sample(1 << 50, 1 << 52), SAMPLE_BYTES / 4);
    }
}
