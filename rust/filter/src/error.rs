//! What can be wrong with a chain of rules.

use crate::expression::error::ExpressionError;
use crate::fasttext::error::ModelError;

/// Why rules cannot be made from their settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// The phrases that a rule looks for cannot be compiled.
    #[error("filter {rule:?}: its phrases cannot be compiled: {error}")]
    Phrases {
        /// The rule.
        rule: &'static str,
        /// What the compiler said.
        error: aho_corasick::BuildError,
    },
    /// An expression cannot be understood.
    #[error("expression {expression:?}: {source}")]
    Expression {
        /// The whole expression.
        expression: String,
        /// What is wrong with it.
        source: ExpressionError,
    },
    /// A model cannot be used.
    #[error("model {path:?}: {source}: check the path, or fetch the file again")]
    Model {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: ModelError,
    },
    /// A label is not one of the model's.
    #[error("model {path:?}: no label {label:?}, expected one of {known}")]
    Label {
        /// The file.
        path: String,
        /// The label.
        label: String,
        /// All labels of the model.
        known: String,
    },
    /// A list of addresses or words cannot be read.
    #[error(
        "list {path:?}: cannot be read after {lines} lines: {source}: check the path, or fetch the file again"
    )]
    ReadList {
        /// The file.
        path: String,
        /// Lines that could be read.
        lines: u64,
        /// The system's or the decoder's reason.
        source: std::io::Error,
    },
    /// A line of a list is not what the list is for.
    #[error("list {path:?}, line {line}: {found:?}, expected {expected}")]
    ListEntry {
        /// The file.
        path: String,
        /// One-based line.
        line: u64,
        /// The entry, or its beginning.
        found: String,
        /// What would be accepted.
        expected: &'static str,
    },
    /// A list without entries would match nothing.
    #[error("list {path:?}: no entries: check the path, or remove it from the recipe")]
    EmptyList {
        /// The file.
        path: String,
    },
}
