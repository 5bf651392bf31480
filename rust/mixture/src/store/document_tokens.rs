//! The tokens of a store's documents, one by one, with the digests checked on the way.

use std::path::Path;

use assay_schema::{Shard, TokenStore};

use crate::error::MixtureError;
use crate::store::hashed_file::HashedFile;
use crate::store::numbers::decode;
use crate::store::reader::StoreReader;
use crate::store::shard_documents::{Document, ShardDocuments};

/// Reads the documents of a token store in order; memory is that of the longest one.
///
/// A damaged shard is found at its end at the latest, before [`DocumentTokens::advance`] gives a
/// document of the next one or says that there is none.
pub struct DocumentTokens {
    store: StoreReader,
    /// The shard that comes next.
    next: usize,
    shard: Option<ShardFiles>,
    bytes: Vec<u8>,
    document: Vec<u32>,
}

impl DocumentTokens {
    /// Opens the store in `folder`.
    ///
    /// # Errors
    /// The errors of [`StoreReader::open`].
    pub fn open(folder: &Path) -> Result<Self, MixtureError> {
        Ok(Self {
            store: StoreReader::open(folder)?,
            next: 0,
            shard: None,
            bytes: Vec::new(),
            document: Vec::new(),
        })
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &TokenStore {
        self.store.header()
    }

    /// The next document with its separator; none after the last one.
    ///
    /// # Errors
    /// [`MixtureError::Content`] and [`MixtureError::Digest`] naming the file that is damaged,
    /// [`MixtureError::File`] when the system refuses.
    pub fn advance(&mut self) -> Result<Option<&[u32]>, MixtureError> {
        loop {
            if let Some(shard) = &mut self.shard
                && let Some(document) = shard.documents.next()?
            {
                let header = self.store.header();
                let width = header.dtype.bytes();
                self.bytes.resize(document.tokens as usize * width, 0);
                shard.tokens.fill(&mut self.bytes)?;
                self.document.clear();
                decode(&self.bytes, header.dtype, &mut self.document);
                if self.document.last() != Some(&header.separator_id) {
                    return Err(shard.no_separator(document));
                }
                return Ok(Some(&self.document));
            }
            let shards = &self.store.header().shards;
            if let Some(finished) = self.shard.take() {
                finished.check(&shards[self.next - 1])?;
            }
            let Some(shard) = shards.get(self.next) else {
                return Ok(None);
            };
            self.shard = Some(ShardFiles::open(self.store.folder(), shard)?);
            self.next += 1;
        }
    }
}

/// The two files of a shard, read side by side.
struct ShardFiles {
    tokens: HashedFile,
    documents: ShardDocuments<HashedFile>,
}

impl ShardFiles {
    fn open(folder: &Path, shard: &Shard) -> Result<Self, MixtureError> {
        let tokens = HashedFile::open(&folder.join(&shard.tokens_file))?;
        let path = folder.join(&shard.documents_file);
        let documents = HashedFile::open(&path)?;
        Ok(Self {
            tokens,
            // Places are counted within the shard.
            documents: ShardDocuments::new(path, documents, shard, 0),
        })
    }

    /// Compares the files, which were read to the last document, with the digests of their shard.
    fn check(self, shard: &Shard) -> Result<(), MixtureError> {
        self.tokens.check(shard)?;
        self.documents.into_file().check(shard)
    }

    fn no_separator(&self, document: Document) -> MixtureError {
        MixtureError::Content {
            path: self.tokens.path().to_owned(),
            entry: document.start + document.tokens - 1,
            problem: "no separator after a document",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;
    use crate::store::writer::tests::{settings, writer};

    fn write(folder: &Path, vocab_size: u64, shard_tokens: u64, documents: &[Vec<u32>]) {
        let mut writer = writer(folder, settings(vocab_size, false), shard_tokens);
        for document in documents {
            writer.push(document, 0, None).unwrap();
        }
        writer.finish().unwrap();
    }

    fn read(folder: &Path) -> Result<Vec<Vec<u32>>, MixtureError> {
        let mut documents = DocumentTokens::open(folder)?;
        let mut found = Vec::new();
        while let Some(document) = documents.advance()? {
            found.push(document.to_vec());
        }
        Ok(found)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn documents_are_those_of_the_whole_store(
            documents in prop::collection::vec(prop::collection::vec(0_u32..70_000, 0..9), 0..9),
            wide: bool, shard_tokens in 1_u64..20,
        ) {
            let parent = tempfile::tempdir().unwrap();
            let folder = parent.path().join("store");
            let vocab_size = if wide { 70_000 } else { 256 };
            let within = |document: Vec<u32>| document.iter().map(|t| t % vocab_size).collect();
            let documents: Vec<_> = documents.into_iter().map(within).collect();
            write(&folder, vocab_size.into(), shard_tokens, &documents);

            let store = StoreReader::open(&folder).unwrap();
            let mut expected = Vec::new();
            for shard in &store.header().shards {
                let content = store.shard(shard).unwrap();
                let mut start = 0;
                for (end, _) in content.documents {
                    expected.push(content.tokens[start as usize..end as usize].to_vec());
                    start = end;
                }
            }
            prop_assert_eq!(read(&folder).unwrap(), expected);
        }
    }

    #[test]
    fn damage_is_named() {
        for (file, at, byte, expected) in [
            ("tokens-00000.bin", 0, Some(9), "tokens-00000.bin: sha256 "),
            (
                "documents-00000.bin",
                8,
                Some(1),
                "documents-00000.bin: sha256 ",
            ),
            (
                "documents-00000.bin",
                0,
                Some(200),
                "documents-00000.bin: entry 0: document ends out of order",
            ),
            (
                "documents-00000.bin",
                0,
                Some(2),
                "tokens-00000.bin: entry 1: no separator after a document",
            ),
            (
                "documents-00000.bin",
                16,
                Some(5),
                "documents-00000.bin: entry 2: tokens after the last document",
            ),
            (
                "tokens-00000.bin",
                5,
                None,
                "tokens-00000.bin: 5 bytes, expected 12 by store.json",
            ),
        ] {
            let parent = tempfile::tempdir().unwrap();
            let folder = parent.path().join("store");
            write(&folder, 256, 100, &[vec![1, 2], vec![3, 0]]);
            let path = folder.join(file);
            let mut bytes = fs::read(&path).unwrap();
            match byte {
                Some(byte) => bytes[at] = byte,
                None => bytes.truncate(at),
            }
            fs::write(&path, bytes).unwrap();
            let error = read(&folder).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
