//! What can go wrong with an index.

use std::io;
use std::path::{Path, PathBuf};

/// Why an index cannot be loaded or cannot take another document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DedupError {
    /// The bytes do not begin as this kind of index does.
    #[error("saved index begins with {found:02x?}, expected {expected:02x?}: run the stage again")]
    Kind {
        /// The first bytes found.
        found: [u8; 8],
        /// The first bytes of this kind and version.
        expected: [u8; 8],
    },
    /// The saved index has fewer bytes than its header says.
    #[error("saved index breaks off after byte {bytes}: run the stage again")]
    Truncated {
        /// Bytes before the item that is not complete.
        bytes: u64,
    },
    /// The saved index has more bytes than its header says.
    #[error(
        "saved index goes on after its last item, which ends at byte {bytes}: run the stage again"
    )]
    TooLong {
        /// Bytes that the header announces.
        bytes: u64,
    },
    /// The saved index cannot be read.
    #[error("cannot read a saved index: {source}: check the disk")]
    Load {
        /// The system's reason.
        source: io::Error,
    },
    /// The index was saved under other settings.
    #[error(
        "saved index has {bands} bands of {rows} rows, expected {expected_bands} of \
         {expected_rows}: run the stage again"
    )]
    Settings {
        /// Bands of the saved index.
        bands: u32,
        /// Rows of each of them.
        rows: u32,
        /// Bands asked for.
        expected_bands: u32,
        /// Rows asked for.
        expected_rows: u32,
    },
    /// The saved filter has another size than the settings ask for.
    #[error("saved filter has {found} words, expected {expected}: run the stage again")]
    Filter {
        /// Words of the saved filter.
        found: u64,
        /// Words of a filter with these settings.
        expected: u64,
    },
    /// A signature has another number of values than the index.
    #[error("signature has {found} values, expected {expected}: use the index's own settings")]
    Signature {
        /// Values of the signature.
        found: usize,
        /// Values of the index.
        expected: usize,
    },
    /// A signature was made with other n-grams or from another seed than those of the index.
    #[error(
        "signature was made under settings {found:016x}, those of the index under \
         {expected:016x}: use the same n-grams and seed"
    )]
    Scheme {
        /// Digest of the settings of the signature.
        found: u64,
        /// Digest of the settings of the first signature.
        expected: u64,
    },
    /// The index holds as many documents as it can number.
    #[error("index is full at {documents} documents: split the input")]
    Full {
        /// Documents held.
        documents: u64,
    },
    /// A check of n-grams ended without those of a document.
    #[error("n-grams of document {document} are needed: give those of all needed documents")]
    Missing {
        /// Number of the first such document.
        document: u32,
    },
    /// A temporary file cannot be written or read back.
    #[error(
        "{}: cannot hold a temporary file: {source}: make room or choose another folder",
        folder.display()
    )]
    TempFile {
        /// Its folder.
        folder: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl DedupError {
    /// Turns the system's reason into an error about a temporary file in a folder.
    pub(crate) fn temp_file(folder: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |source| Self::TempFile {
            folder: folder.to_owned(),
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_reason_of_the_system_is_lost() {
        let source = || io::Error::other("the disk is on fire");
        let errors = [
            DedupError::Load { source: source() },
            DedupError::TempFile {
                folder: PathBuf::from("scratch"),
                source: source(),
            },
        ];
        for error in errors {
            let message = error.to_string();
            assert!(message.contains("the disk is on fire"), "{message}");
        }
    }
}
