//! The argument that hides progress, and work that is watched.

use assay_pipeline::PipelineError;
use clap::Args;

use crate::failure::Failure;
use crate::progress::Watch;

#[derive(Debug, Args)]
pub(crate) struct ProgressArgs {
    /// Show no progress.
    #[arg(long)]
    no_progress: bool,
}

impl ProgressArgs {
    /// Does the work while its progress is shown, and clears the screen before it returns.
    pub(crate) fn watch<T>(
        &self,
        interrupted: &dyn Fn() -> bool,
        work: impl FnOnce(&Watch<'_>) -> Result<T, PipelineError>,
    ) -> Result<T, Failure> {
        let watch = Watch::new(!self.no_progress, interrupted);
        let result = work(&watch);
        watch.clear();
        Ok(result?)
    }
}

/// Does work that takes too little time for progress, but can be interrupted.
pub(crate) fn watch_quietly<T>(
    interrupted: &dyn Fn() -> bool,
    work: impl FnOnce(&Watch<'_>) -> Result<T, PipelineError>,
) -> Result<T, Failure> {
    Ok(work(&Watch::new(false, interrupted))?)
}
