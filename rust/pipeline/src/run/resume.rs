//! Finds what earlier runs of the same recipe left and a new run can use.

use std::fs;

use assay_decontam::EvalIndexBuilder;
use assay_schema::{Manifest, SourceReport};

use crate::error::PipelineError;
use crate::manifest::{MANIFEST, is_recipe_sha256};
use crate::observer::Observer;
use crate::read::evals::empty_index;
use crate::read::input_set::{Role, same_files};
use crate::run::checkpoint::Checkpoint;
use crate::run::context::Context;
use crate::run::evals;
use crate::run::job::Job;
use crate::run::workspace::Workspace;
use crate::stages::dedupe::Indexes;

/// Where a run goes on.
pub(crate) struct Resumed {
    /// Reports on the evaluation sets and sources that are finished.
    pub(crate) reports: Vec<SourceReport>,
    /// The deduplication indexes at that point, if any were saved.
    pub(crate) indexes: Option<Indexes>,
    /// The checkpoint of the source after the finished ones, if it was begun.
    pub(crate) checkpoint: Option<Checkpoint>,
}

/// The manifest of an output that is there and was made from the same recipe and input.
pub(crate) fn finished_output(
    job: &Job<'_>,
    observer: &dyn Observer,
) -> Result<Option<Manifest>, PipelineError> {
    let path = job.output.join(MANIFEST);
    let Ok(text) = fs::read_to_string(&path) else {
        return Ok(None);
    };
    let Ok(manifest) = Manifest::from_json(&text, MANIFEST) else {
        return Ok(None);
    };
    let reports = || manifest.evals.iter().chain(&manifest.sources);
    let same = is_recipe_sha256(&manifest.recipe_sha256, job.recipe)
        && manifest.tokenizer == job.tokenizer_report
        && manifest.filter_files == job.filter_files
        && reports().count() == job.sets.len()
        && reports().all(|report| job.output.join(&report.name).is_dir());
    if !same {
        return Ok(None);
    }
    for (set, report) in job.sets.iter().zip(reports()) {
        if set.name != report.name || !same_files(&set.files, &report.inputs, observer)? {
            return Ok(None);
        }
    }
    Ok(Some(manifest))
}

/// Finds where the last run of this recipe stopped, and removes checkpoints of no use.
pub(crate) fn resume(
    context: &Context<'_>,
    workspace: &Workspace,
) -> Result<Resumed, PipelineError> {
    let job = context.job;
    let evals = job.recipe.evals.len();
    let mut reports = workspace.finished(job, context.observer)?;
    if job.recipe.dedup.counts_overlaps() {
        // A source without its list must be read again, or it cannot be said what it shares.
        let lost = |report: &SourceReport| workspace.load_kept(&report.name).is_none();
        let first_lost = reports.iter().skip(evals).position(lost);
        reports.truncate(first_lost.map_or(reports.len(), |place| evals + place));
    }
    let next = job.sets.get(reports.len());
    if let Some(set) = next.filter(|set| set.role == Role::Source)
        && let Some((checkpoint, indexes)) =
            Checkpoint::load(job, workspace, set, context.observer)?
    {
        workspace.remove_checkpoints(Some(&set.name))?;
        return Ok(Resumed {
            reports,
            indexes: Some(indexes),
            checkpoint: Some(checkpoint),
        });
    }
    workspace.remove_checkpoints(None)?;
    let mut indexes = None;
    let sources = reports.iter().skip(evals).enumerate();
    let mut leading = sources.filter(|(place, _)| job.recipe.dedup.across.leads(*place));
    if let Some((_, last)) = leading.next_back() {
        indexes = workspace.load_indexes(job, &last.name);
        if indexes.is_none() {
            // Without the indexes no later source can be done: begin with the first again.
            reports.truncate(evals);
        }
    }
    Ok(Resumed {
        reports,
        indexes,
        checkpoint: None,
    })
}

/// The index to decontaminate against, holding the evaluation sets among the first `finished`
/// input sets; none when the recipe does not ask for it.
pub(crate) fn finished_evals(
    context: &Context<'_>,
    finished: usize,
) -> Result<Option<EvalIndexBuilder>, PipelineError> {
    let job = context.job;
    let Some(mut index) = empty_index(job.recipe) else {
        return Ok(None);
    };
    for set in job.sets[..finished]
        .iter()
        .filter(|set| set.role == Role::Eval)
    {
        evals::index_again(context, set, &mut index)?;
    }
    Ok(Some(index))
}
