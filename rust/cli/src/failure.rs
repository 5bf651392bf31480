//! Why a command failed: the message for a person, and the exit code.

use std::fmt;
use std::io;

use assay_pipeline::{ErrorKind, PipelineError};
use assay_schema::SchemaError;

use crate::exit_code::ExitCode;

/// Why a command failed. A message has its cause in it, so that it is one line in all.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An argument that cannot be read, or that the verb does not take.
    Usage(String),
    Pipeline(PipelineError),
    RecipeFile {
        path: String,
        error: io::Error,
    },
    Output(io::Error),
    /// Ctrl-C, which is all that cancels work on the command line.
    Interrupted,
}

impl Failure {
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Pipeline(error) => error.kind().into(),
            Self::Usage(_) | Self::RecipeFile { .. } => ErrorKind::Recipe.into(),
            Self::Output(_) => ErrorKind::System.into(),
            Self::Interrupted => ExitCode::Interrupted,
        }
    }

    /// Whether whoever reads the output has closed it, which is no failure.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
            Self::Interrupted => f.write_str(
                "interrupted: run the same command again to continue from where it stopped",
            ),
        }
    }
}

impl From<PipelineError> for Failure {
    fn from(error: PipelineError) -> Self {
        match error {
            PipelineError::Cancelled => Self::Interrupted,
            other => Self::Pipeline(other),
        }
    }
}

impl From<SchemaError> for Failure {
    fn from(error: SchemaError) -> Self {
        PipelineError::Recipe(error).into()
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

#[cfg(test)]
mod tests {
    use assay_corpus::CorpusError;
    use assay_filter::FilterError;

    use super::*;

    /// A reason that no message can have by chance.
    fn reason() -> io::Error {
        io::Error::other("the disk is made of cheese")
    }

    #[test]
    fn the_system_s_reason_is_in_the_message() {
        let path = std::path::Path::new("file");
        let list = FilterError::ReadList {
            path: "list".to_owned(),
            lines: 3,
            source: reason(),
        };
        let damaged = CorpusError::Damaged {
            path: path.to_owned(),
            format: "gzip",
            lines: 3,
            source: reason(),
        };
        let compress = CorpusError::Compress { source: reason() };
        let recipe = Failure::RecipeFile {
            path: "recipe.toml".to_owned(),
            error: reason(),
        };
        let failures: [Failure; 7] = [
            PipelineError::from(CorpusError::read(path, reason())).into(),
            PipelineError::from(CorpusError::write(path, reason())).into(),
            PipelineError::from(damaged).into(),
            PipelineError::from(compress).into(),
            PipelineError::from(list).into(),
            recipe,
            reason().into(),
        ];
        for failure in failures {
            let message = failure.to_string();
            assert!(message.contains("made of cheese"), "{message}");
            assert_eq!(message.lines().count(), 1, "{message}");
        }
    }
}
