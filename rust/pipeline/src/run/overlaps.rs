//! Counts what sources share that are not compared with each other.

use assay_dedup::KeptTexts;
use assay_schema::{Overlap, SourceInput};

use crate::error::PipelineError;
use crate::run::job::Job;
use crate::run::workspace::Workspace;

/// What each two sources share that `dedup.across` does not name, from the lists of what stayed of
/// them. Two lists are in memory at a time.
pub(crate) fn overlaps(
    job: &Job<'_>,
    workspace: &Workspace,
) -> Result<Vec<Overlap>, PipelineError> {
    let dedup = &job.recipe.dedup;
    let named = dedup.across.named().filter(|_| dedup.counts_overlaps());
    let alternatives = named.map_or(&[][..], |named| &job.recipe.sources[named..]);
    let mut overlaps = Vec::new();
    for (place, first) in alternatives.iter().enumerate() {
        let rest = &alternatives[place + 1..];
        if rest.is_empty() {
            break;
        }
        let ours = kept(workspace, first)?;
        for second in rest {
            let shared = ours.shared(&kept(workspace, second)?);
            overlaps.push(Overlap {
                sources: [first.name.clone(), second.name.clone()],
                documents: shared.documents,
                text_bytes: shared.text_bytes,
            });
        }
    }
    Ok(overlaps)
}

fn kept(workspace: &Workspace, source: &SourceInput) -> Result<KeptTexts, PipelineError> {
    let found = workspace.load_kept(&source.name);
    found.ok_or_else(|| workspace.lost("the list of documents that stayed", &source.name))
}
