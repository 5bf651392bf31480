//! What can go wrong while an index is built.

/// Why an index cannot take another item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecontamError {
    /// More n-grams than can be numbered.
    #[error(
        "evaluation set {eval_name:?}, document {document}: the index is full: use smaller \
         evaluation sets"
    )]
    Full {
        /// Name of the evaluation set.
        eval_name: String,
        /// The document that did not fit, from zero.
        document: u64,
    },
}
