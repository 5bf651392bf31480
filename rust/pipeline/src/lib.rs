//! Runs a recipe: documents in, token stores and a manifest out.
//!
//! The text streams through in batches: lines are parsed, filtered, decontaminated and hashed in
//! parallel, deduplicated one by one in document order, tokenised in parallel and written. The
//! output does not depend on the number of threads. Each finished source is kept, so a run that
//! was stopped goes on with the source where it stopped and ends with the same bytes.

mod account;
mod batch;
mod dedupe;
mod digest;
mod error;
mod evals;
mod job;
mod observer;
mod run;
mod source;
mod verify;
mod work;

pub use error::{ErrorKind, PipelineError};
pub use observer::{Event, Observer, Silent};
pub use run::run;
pub use verify::verify;

/// The version of assay that this build is.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
