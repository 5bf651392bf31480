//! Why a document of these formats is refused.

/// Why a text is not a valid recipe, manifest or token-store header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// The text does not parse, or a key is unknown, missing or of the wrong type.
    #[error("{origin}:{line}: {detail}")]
    Syntax {
        /// The file or the name of the document.
        origin: String,
        /// One-based line.
        line: usize,
        /// What the parser found and what it expected.
        detail: String,
    },
    /// A part of a recipe that is no text, such as settings typed on a command line: a key is
    /// unknown, missing or of the wrong type.
    #[error("{origin}: {detail}")]
    Settings {
        /// Where the settings come from.
        origin: String,
        /// What was found and what was expected.
        detail: String,
    },
    /// The file was written by a version of assay that this one cannot read.
    #[error(
        "{origin}: schema_version is {found}, this assay reads {expected}: use the assay that \
         wrote the file, or write it again"
    )]
    Version {
        /// The file or the name of the document.
        origin: String,
        /// The version in the file.
        found: u32,
        /// The version this build reads.
        expected: u32,
    },
    /// A value parses but means nothing.
    #[error("{origin}: {key} is {found}, expected {expected}")]
    Value {
        /// The file or the name of the document.
        origin: String,
        /// The key, as a path from the top of the document.
        key: String,
        /// The offending value.
        found: String,
        /// What would be accepted.
        expected: String,
    },
    /// No such kind of document.
    #[error(
        "kind is {found:?}, expected one of recipe, manifest, token-store, mixture-recipe, mixture, export"
    )]
    Kind {
        /// The name that was asked for.
        found: String,
    },
}
