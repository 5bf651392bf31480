//! What can go wrong with an index.

/// Why an index cannot be loaded or cannot take another document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DedupError {
    /// The bytes do not begin as this kind of index does.
    #[error("saved index begins with {found:02x?}, expected {expected:02x?}: run the stage again")]
    Kind {
        /// The first bytes found.
        found: Vec<u8>,
        /// The first bytes of this kind and version.
        expected: [u8; 8],
    },
    /// The saved index has more or fewer bytes than its header says.
    #[error("saved index has {found} bytes, expected {expected}: run the stage again")]
    Length {
        /// Bytes found.
        found: usize,
        /// Bytes that the header announces.
        expected: u64,
    },
    /// The index was saved under other settings.
    #[error(
        "saved index has {found_bands} bands of {found_rows} rows, expected {bands} of {rows}: \
         run the stage again"
    )]
    Settings {
        /// Bands of the saved index.
        found_bands: u32,
        /// Rows of the saved index.
        found_rows: u32,
        /// Bands asked for.
        bands: u32,
        /// Rows asked for.
        rows: u32,
    },
    /// A signature was made under other settings than the index.
    #[error("signature has {found} hashes, expected {expected}: use the index's own settings")]
    Signature {
        /// Hashes of the signature.
        found: usize,
        /// Hashes of the index.
        expected: usize,
    },
    /// The index holds as many documents as it can number.
    #[error("index is full at {documents} documents: use fewer bands or split the input")]
    Full {
        /// Documents kept.
        documents: u64,
    },
}
