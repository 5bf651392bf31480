//! Runs a recipe: documents in; documents, token stores and a manifest out.
//!
//! The documents stream through in blocks: read by one thread (`reading`), filtered,
//! decontaminated and hashed in parallel (`judge`), deduplicated one by one in document order
//! (`settle`), encoded in parallel and written (`sink`); while one step is judged the one before it
//! is written. The output does not depend on the number of threads. Each finished source is kept,
//! so a run that was stopped goes on with the source where it stopped and ends with the same bytes.

mod account;
mod checkpoint;
mod decisions;
mod dedupe;
mod diff;
mod digest;
mod error;
mod estimate;
mod evals;
mod export;
mod features;
mod fields;
mod inputs;
mod job;
mod judge;
mod mix;
mod observer;
mod outputs;
mod reading;
mod report;
mod run;
mod sample;
mod session;
mod settle;
mod sink;
mod source;
mod stats;
mod verify;
mod verify_output;
mod whole;
mod work;

pub use assay_dedup::Banding;
pub use decisions::Decision;
pub use diff::{Change, Diff, Example, diff};
pub use error::{ErrorKind, PipelineError};
pub use estimate::{Estimate, SourceEstimate, estimate};
pub use export::export;
pub use features::{Features, features};
pub use inputs::Inputs;
pub use mix::{mix, plan_mixture};
pub use observer::{Event, Observer, Silent};
pub use report::{Loss, Losses, LostDocument, report};
pub use run::run;
pub use sample::{Sample, sample};
pub use session::{Outcome, Session};
pub use stats::{Stats, stats};
pub use verify::{Verified, verify};

/// The version of assay that this build is.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
