//! What all parts of a run share: the job, the threads, the observer.

use assay_decontam::EvalIndex;
use rayon::ThreadPool;

use crate::observer::{Event, Observer};
use crate::read::input_set::InputSet;
use crate::run::job::Job;
use crate::run::workspace::Workspace;

/// What every part of a run is given.
pub(crate) struct Context<'a> {
    pub(crate) job: &'a Job<'a>,
    pub(crate) pool: ThreadPool,
    pub(crate) observer: &'a dyn Observer,
}

/// What all sources of a run share.
pub(crate) struct SourceContext<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) workspace: &'a Workspace,
    /// The evaluation sets to decontaminate against, when the recipe asks for it.
    pub(crate) evals: Option<&'a EvalIndex>,
}

impl Context<'_> {
    /// Tells the observer that a source or evaluation set begins.
    pub(crate) fn opened(&self, set: &InputSet) {
        self.observer.event(&Event::Opened {
            name: &set.name,
            input_bytes: set.bytes(),
        });
    }
}
