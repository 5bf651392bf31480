//! The documents of a token store, with every digest checked on the way.

use std::path::Path;

use assay_corpus::sha256_file;
use assay_mixture::{DocumentTokens, HEADER};
use assay_schema::{ExportSource, TokenStore};

use crate::error::ExportError;
use crate::input::items::Items;

/// The documents of a token store in order, each with its separator.
pub(super) struct StoreDocuments {
    source: ExportSource,
    documents: DocumentTokens,
}

impl StoreDocuments {
    /// Opens the store in `folder` and compares the sizes of its files with its header.
    pub(super) fn open(folder: &Path) -> Result<Self, ExportError> {
        let documents = DocumentTokens::open(folder)?;
        Ok(Self {
            source: described(folder, documents.header())?,
            documents,
        })
    }
}

impl Items for StoreDocuments {
    fn source(&self) -> &ExportSource {
        &self.source
    }

    fn bytes(&self) -> u64 {
        let header = self.documents.header();
        header.tokens * header.dtype.bytes() as u64
    }

    fn advance(&mut self) -> Result<Option<&[u32]>, ExportError> {
        Ok(self.documents.advance()?)
    }
}

fn described(folder: &Path, header: &TokenStore) -> Result<ExportSource, ExportError> {
    Ok(ExportSource {
        name: header.name.clone(),
        sha256: sha256_file(&folder.join(HEADER))?,
        sequence_tokens: None,
        tokenizer_sha256: header.tokenizer_sha256.clone(),
        vocab_size: header.vocab_size,
        separator_id: header.separator_id,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use assay_mixture::{StoreSettings, StoreWriter};

    use super::*;

    #[test]
    fn documents_keep_their_separators_and_damage_is_no_mistake_of_the_caller() {
        let parent = tempfile::tempdir().unwrap();
        let settings = StoreSettings {
            name: "books".to_owned(),
            tokenizer_sha256: "ab".repeat(32),
            vocab_size: 256,
            separator_id: 0,
            bytes: false,
        };
        let mut writer = StoreWriter::create(parent.path(), settings).unwrap();
        writer.push(&[1, 2], 0, None).unwrap();
        writer.push(&[], 0, None).unwrap();
        writer.finish().unwrap();

        let mut documents = StoreDocuments::open(parent.path()).unwrap();
        assert_eq!(
            (documents.source.name.as_str(), documents.bytes()),
            ("books", 8)
        );
        assert_eq!(documents.advance().unwrap(), Some(&[1, 2, 0][..]));
        assert_eq!(documents.advance().unwrap(), Some(&[0][..]));
        assert_eq!(documents.advance().unwrap(), None);

        fs::write(
            parent.path().join("tokens-00000.bin"),
            [9, 0, 2, 0, 0, 0, 0, 0],
        )
        .unwrap();
        let mut documents = StoreDocuments::open(parent.path()).unwrap();
        documents.advance().unwrap();
        documents.advance().unwrap();
        let error = documents.advance().unwrap_err();
        assert!(
            error.to_string().contains("tokens-00000.bin: sha256 "),
            "{error}"
        );
        assert!(!error.is_request() && !error.is_write());
    }
}
