//! The command line of the corpus engine, as library and as the binary assay-corpus.
//!
//! [`run`] does what the arguments say and returns the exit code; it never ends the process, so
//! that the Python extension can call it too.

mod args;
mod commands;
mod export;
mod findings;
mod looking;
mod mix;
mod progress;
mod stage;
mod summary;

use std::ffi::OsString;
use std::io::{self, Write};

pub use progress::Watch;

/// Exit code of a run that Ctrl-C stopped.
pub const INTERRUPTED: i32 = 130;

/// Runs the command line and returns its exit code.
///
/// `program` is what help and errors call the program; `arguments` do not include it.
/// `interrupted` is asked between batches of documents, on this thread; true stops a run in a
/// state that the same command takes up again.
pub fn run(program: &'static str, arguments: &[OsString], interrupted: &dyn Fn() -> bool) -> i32 {
    let command = match args::parse(program, arguments) {
        Ok(command) => command,
        Err(error) => {
            // Nobody is left to tell when not even this can be printed.
            let _ = error.print();
            return error.exit_code();
        }
    };
    match commands::run(&command, interrupted) {
        Ok(()) => 0,
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "{program}: {failure}");
            failure.exit_code()
        }
    }
}

/// Why a command failed.
enum Failure {
    /// An argument that cannot be meant.
    Usage(String),
    Pipeline(assay_pipeline::PipelineError),
    RecipeFile {
        path: String,
        error: io::Error,
    },
    Output(io::Error),
    Interrupted,
}

impl Failure {
    fn exit_code(&self) -> i32 {
        match self {
            Self::Pipeline(error) => error.kind().exit_code(),
            Self::Usage(_) | Self::RecipeFile { .. } => {
                assay_pipeline::ErrorKind::Recipe.exit_code()
            }
            Self::Output(_) => assay_pipeline::ErrorKind::System.exit_code(),
            Self::Interrupted => INTERRUPTED,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Usage(message) => f.write_str(message),
            Self::Pipeline(error) => error.fmt(f),
            Self::RecipeFile { path, error } => {
                write!(
                    f,
                    "{path}: cannot be read: {error}: name a recipe file (TOML)"
                )
            }
            Self::Output(error) => write!(f, "cannot write to standard output: {error}"),
            Self::Interrupted => {
                f.write_str("interrupted: run the same command again to go on where it stopped")
            }
        }
    }
}

impl From<assay_pipeline::PipelineError> for Failure {
    fn from(error: assay_pipeline::PipelineError) -> Self {
        Self::Pipeline(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
