//! What a caller sees of a run, and how it stops one.

use assay_corpus::CorpusError;
use assay_schema::SourceReport;

use crate::error::PipelineError;

/// Something that happened during a run.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Inputs and tokenizer are there; work begins.
    Started {
        /// Bytes on disk of all files to read.
        input_bytes: u64,
        /// Most bytes of memory that deduplication takes for each document that it keeps.
        index_bytes_per_document: u64,
        /// Whether the tokenizer has no fast path.
        slow_tokenizer: bool,
    },
    /// A source or evaluation set begins.
    Opened {
        /// Its name.
        name: &'a str,
        /// Bytes on disk of its files.
        input_bytes: u64,
    },
    /// A source goes on where an earlier run was stopped.
    Resumed {
        /// Its name.
        name: &'a str,
        /// Documents that were read before.
        documents: u64,
    },
    /// Some blocks of a source or evaluation set are done.
    Advanced {
        /// Its name.
        name: &'a str,
        /// Bytes on disk read so far.
        bytes_read: u64,
        /// Documents read so far.
        documents: u64,
        /// Documents kept so far.
        kept: u64,
    },
    /// Documents were read by a command that only shows them.
    Read {
        /// What they belong to.
        name: &'a str,
        /// Bytes on disk read so far.
        bytes_read: u64,
        /// Documents read so far.
        documents: u64,
    },
    /// A line was rejected, as the recipe allows.
    Rejected {
        /// Which line and why.
        error: &'a CorpusError,
    },
    /// A source or evaluation set is finished and in place.
    Finished {
        /// What became of its documents.
        report: &'a SourceReport,
        /// Whether it was finished by an earlier run.
        reused: bool,
    },
}

/// Watches a run, on the thread that called it.
pub trait Observer {
    /// Called when something happened.
    fn event(&self, event: &Event<'_>);

    /// Asked between batches and files: true stops the run, which the same call can take up again.
    fn cancelled(&self) -> bool {
        false
    }

    /// The error that stops the run, when it is to stop.
    ///
    /// # Errors
    /// [`PipelineError::Cancelled`] once [`Observer::cancelled`] is true.
    fn check(&self) -> Result<(), PipelineError> {
        if self.cancelled() {
            return Err(PipelineError::Cancelled);
        }
        Ok(())
    }
}

/// An observer that watches nothing and never stops.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    fn event(&self, _event: &Event<'_>) {}
}
