//! Runs a recipe: documents in; documents, token stores and a manifest out.
//!
//! The documents stream through in blocks: read by one thread (`read`), filtered, decontaminated
//! and hashed in parallel (`stages::parallel`), deduplicated one by one in document order
//! (`stages::ordered`), encoded in parallel and written (`stages::write`); while one step is judged
//! the one before it is written. The output does not depend on the number of threads. Each finished
//! source is kept, so a run that was stopped goes on with the source where it stopped and ends with
//! the same bytes.

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
