//! Why a run or a verification ended early.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use assay_corpus::CorpusError;
use assay_decontam::DecontamError;
use assay_dedup::DedupError;
use assay_export::ExportError;
use assay_filter::FilterError;
use assay_mixture::MixtureError;
use assay_schema::SchemaError;
use assay_tokenize::TokenizeError;

/// Why a run or a verification ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// The recipe is wrong.
    #[error(transparent)]
    Recipe(SchemaError),
    /// The separator is not a token.
    #[error(
        "separator is {separator:?}, which is not in the vocabulary of {}: name a token of that \
         tokenizer", tokenizer.display()
    )]
    Separator {
        /// The separator of the recipe.
        separator: String,
        /// The tokenizer file.
        tokenizer: PathBuf,
    },
    /// The output folder holds something else.
    #[error(
        "{}: not empty and not written by assay: choose another output or empty it",
        path.display()
    )]
    ForeignOutput {
        /// The output folder.
        path: PathBuf,
    },
    /// Another run writes the same output.
    #[error("{}: another run is writing here: wait for it or choose another output", path.display())]
    Busy {
        /// The output folder.
        path: PathBuf,
    },
    /// A filter cannot be made from its settings.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// An input cannot be read or an output cannot be written.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// The tokenizer cannot be read or used.
    #[error(transparent)]
    Tokenize(#[from] TokenizeError),
    /// A token store cannot be written or is damaged.
    #[error(transparent)]
    Store(#[from] MixtureError),
    /// Tokens cannot be exported.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// A deduplication index cannot take another document.
    #[error("{name}: {error}")]
    Dedup {
        /// The source.
        name: String,
        /// What the index said.
        #[source]
        error: DedupError,
    },
    /// The evaluation sets are too large to index.
    #[error(transparent)]
    Decontaminate(#[from] DecontamError),
    /// The files of a source hold no document.
    #[error("{name}: no document in {}: check the path", paths.join(", "))]
    EmptySource {
        /// The source or evaluation set.
        name: String,
        /// Its paths in the recipe.
        paths: Vec<String>,
    },
    /// No document of a source is left.
    #[error(
        "{name}: none of its {read} documents is left ({reasons}): loosen the stages or leave the \
         source out"
    )]
    NothingLeft {
        /// The source or evaluation set.
        name: String,
        /// Documents read.
        read: u64,
        /// Where they went, as `stage: reason count`.
        reasons: String,
    },
    /// A finished output is not what its manifest says.
    #[error("{}: {found}, expected {expected}: run the recipe again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        found: String,
        /// What the manifest says.
        expected: String,
    },
    /// A recipe over batches in memory has a stage that must see all documents first.
    #[error(
        "dedup.substrings and dedup.near.keep must see all documents before they decide about \
         any, which batches in memory do not allow: run a recipe over files"
    )]
    MultiPassStage,
    /// Standard input would have to be read several times.
    #[error(
        "standard input can be read once, and this recipe reads it {times} times: write it to a \
         file and name that"
    )]
    StandardInput {
        /// How often the recipe reads it.
        times: usize,
    },
    /// An output was written without decisions about single documents.
    #[error("{}: written without decisions: run it again with them", path.display())]
    NoDecisions {
        /// The output folder.
        path: PathBuf,
    },
    /// None of the rules measures anything.
    #[error("{}: compare no number with a threshold: name other rules", stages.join(", "))]
    NoFeatures {
        /// The rules.
        stages: Vec<String>,
    },
    /// Two outputs cannot be compared row by row.
    #[error("{path}: the other run read its files in another order: list them in the same order")]
    OtherOrder {
        /// A file that both read.
        path: String,
    },
    /// The threads could not be started.
    #[error("{threads} threads cannot be started: {reason}: ask for fewer")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// The system's reason.
        reason: String,
    },
    /// The observer asked to stop.
    #[error("stopped; what is finished is kept: run the same command again to go on")]
    Cancelled,
}

/// What kind of trouble an error is; the command line and Python give each their own answer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The recipe or an argument asks for something that cannot be done.
    Recipe,
    /// An input or a finished output is missing, damaged or not as expected.
    Data,
    /// The system refused, for example on a full disk.
    System,
    /// Stopped on request; the same command goes on.
    Cancelled,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Recipe, Self::Data, Self::System, Self::Cancelled];
}

impl PipelineError {
    /// The kind of trouble.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Recipe(_)
            | Self::Filter(_)
            | Self::MultiPassStage
            | Self::StandardInput { .. }
            | Self::NoDecisions { .. }
            | Self::NoFeatures { .. }
            | Self::OtherOrder { .. }
            | Self::Separator { .. }
            | Self::ForeignOutput { .. } => ErrorKind::Recipe,
            Self::Store(error) if error.is_request() => ErrorKind::Recipe,
            Self::Corpus(CorpusError::Write { .. })
            | Self::Busy { .. }
            | Self::Dedup { .. }
            | Self::Decontaminate(_)
            | Self::Threads { .. } => ErrorKind::System,
            Self::Store(error) if error.is_write() => ErrorKind::System,
            Self::Export(error) if error.is_write() => ErrorKind::System,
            Self::Export(error) if error.is_request() => ErrorKind::Recipe,
            Self::Corpus(_)
            | Self::Tokenize(_)
            | Self::Store(_)
            | Self::Export(_)
            | Self::EmptySource { .. }
            | Self::NothingLeft { .. }
            | Self::Damaged { .. } => ErrorKind::Data,
            Self::Cancelled => ErrorKind::Cancelled,
        }
    }

    /// The system's reason, where it refused to read or write or found nothing at a path.
    pub fn system_reason(&self) -> Option<io::Error> {
        if self.is_missing() {
            return Some(io::ErrorKind::NotFound.into());
        }
        let mut cause = self.source();
        while let Some(error) = cause {
            if let Some(reason) = error.downcast_ref::<io::Error>() {
                return Some(match reason.raw_os_error() {
                    Some(code) => io::Error::from_raw_os_error(code),
                    None => reason.kind().into(),
                });
            }
            cause = error.source();
        }
        None
    }

    /// Whether there is nothing at a path that was to be read.
    fn is_missing(&self) -> bool {
        let file = match self {
            Self::Corpus(error)
            | Self::Tokenize(TokenizeError::File(error))
            | Self::Store(MixtureError::File(error))
            | Self::Export(ExportError::File(error))
            | Self::Export(ExportError::Store(MixtureError::File(error))) => error,
            _ => return false,
        };
        matches!(file, CorpusError::Missing { .. })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn kind(error: impl Into<PipelineError>) -> Option<io::ErrorKind> {
        error.into().system_reason().map(|reason| reason.kind())
    }

    #[test]
    fn the_system_s_reason_is_found_below_every_layer() {
        let path = Path::new("file");
        let missing = || CorpusError::read(path, io::ErrorKind::NotFound.into());
        let full = || CorpusError::write(path, io::Error::from_raw_os_error(28));
        let not_found = Some(io::ErrorKind::NotFound);
        assert_eq!(kind(missing()), not_found);
        assert_eq!(kind(TokenizeError::File(missing())), not_found);
        assert_eq!(
            kind(ExportError::Store(MixtureError::File(missing()))),
            not_found
        );
        assert_eq!(kind(full()), Some(io::ErrorKind::StorageFull));
        assert_eq!(
            kind(MixtureError::File(full())),
            Some(io::ErrorKind::StorageFull)
        );
        let code = PipelineError::from(full()).system_reason();
        assert_eq!(code.and_then(|reason| reason.raw_os_error()), Some(28));
        let list = FilterError::ReadList {
            path: "list".to_owned(),
            lines: 0,
            source: io::ErrorKind::PermissionDenied.into(),
        };
        assert_eq!(kind(list), Some(io::ErrorKind::PermissionDenied));
        let spill = DedupError::TempFile {
            folder: path.to_owned(),
            source: io::ErrorKind::PermissionDenied.into(),
        };
        let name = "web".to_owned();
        let dedup = PipelineError::Dedup { name, error: spill };
        assert_eq!(kind(dedup), Some(io::ErrorKind::PermissionDenied));
        assert_eq!(kind(PipelineError::Cancelled), None);
    }

    #[test]
    fn what_a_deduplication_index_said_is_the_cause() {
        let error = PipelineError::Dedup {
            name: "web".to_owned(),
            error: DedupError::Truncated { bytes: 1 },
        };
        let cause = error.source().map(ToString::to_string);
        assert!(cause.is_some_and(|cause| error.to_string().ends_with(&cause)));
    }
}
