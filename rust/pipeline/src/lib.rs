//! Runs a recipe: documents in; documents, token stores and a manifest out.
//!
//! # A document's walk
//!
//! 1. One thread reads the files of a source in blocks of documents (`read::reading`).
//! 2. The stages that need one document alone run on several blocks in parallel: filters,
//!    decontamination, and the fingerprints for deduplication (`stages::parallel`).
//! 3. The stages that compare a document with earlier ones take the documents one by one, in order:
//!    exact duplicates, near-duplicates, paragraphs, substrings (`stages::ordered`).
//! 4. What stays is encoded in parallel (`stages::encode`) and written (`stages::write`), while
//!    step 2 works on the next blocks.
//!
//! On the way the text of a document is a `stages::body::Body`, which is copied only when it must
//! be. Every loss is counted (`stages::counts`) and, on request, written down
//! (`stages::decisions`).
//! Clusters of near-duplicates and substrings must see all documents before they decide about any:
//! for them the input is read several times (`stages::multi_pass`).
//!
//! # A run
//!
//! `run::recipe` has the order: evaluation sets, then sources, then the manifest. `run::source` takes
//! one source through the walk above. The output does not depend on the number of threads. What is
//! finished is kept in `run::workspace`, and a source that was stopped goes on from its
//! `run::checkpoint`, so that a run in pieces ends with the same bytes. `run::session` has the same
//! stages for batches that a caller holds.
//!
//! # The folders
//!
//! `read` and `stages` serve `run`. `inspect` shows what is in inputs and finished outputs,
//! `tokens` mixes and exports token stores, `verify` recomputes digests. All of them share `error`,
//! `observer` and `manifest`. Modules import from the one that defines a name; what is re-exported
//! here is for other crates.

mod error;
mod inspect;
mod manifest;
mod observer;
mod read;
mod run;
mod stages;
mod tokens;
mod verify;

pub use assay_dedup::Banding;
pub use error::{ErrorKind, PipelineError};
pub use inspect::diff::{Change, Diff, Example, diff};
pub use inspect::features::{Features, features};
pub use inspect::report::{Loss, Losses, LostDocument, report};
pub use inspect::sample::{Sample, sample};
pub use inspect::stats::{Stats, stats};
pub use manifest::VERSION;
pub use observer::{Event, Observer, Silent};
pub use read::inputs::Inputs;
pub use run::estimate::{Estimate, SourceEstimate, estimate};
pub use run::recipe::run;
pub use run::session::{Outcome, Session};
pub use stages::decisions::Decision;
pub use tokens::export::export;
pub use tokens::mix::{mix, plan_mixture};
pub use verify::{Verified, verify};
