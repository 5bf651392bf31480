//! Opens a token store, reads whole shards of it, and verifies all of its files.

use std::fs;
use std::path::{Path, PathBuf};

use assay_corpus::{CorpusError, sha256_file};
use assay_schema::{Shard, TokenDtype, TokenStore};

use crate::error::MixtureError;
use crate::store::names::{HEADER, check_digest, file_names};
use crate::store::numbers::decode;

/// A finished token store.
#[derive(Debug)]
pub struct StoreReader {
    folder: PathBuf,
    header: TokenStore,
}

/// The content of one shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardContent {
    /// All tokens, each document followed by the separator.
    pub tokens: Vec<u32>,
    /// For each document the end of its tokens, separator included, and of its text in bytes.
    pub documents: Vec<(u64, u64)>,
    /// The bytes that each token covers, in stores that keep them.
    pub bytes: Option<Vec<u32>>,
}

impl StoreReader {
    /// Reads the header of the store in `folder` and compares the sizes of its files with it.
    ///
    /// # Errors
    /// [`MixtureError::File`] for a missing file, [`MixtureError::Header`] for a wrong header,
    /// [`MixtureError::Size`] for a truncated file.
    pub fn open(folder: &Path) -> Result<Self, MixtureError> {
        let path = folder.join(HEADER);
        let text = fs::read(&path).map_err(|error| CorpusError::read(&path, error))?;
        let origin = path.display().to_string();
        let header = TokenStore::from_json(&String::from_utf8_lossy(&text), &origin)?;
        let reader = Self {
            folder: folder.to_owned(),
            header,
        };
        for shard in &reader.header.shards {
            reader.check_sizes(shard)?;
        }
        Ok(reader)
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &TokenStore {
        &self.header
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The content of one shard of the header, in memory.
    ///
    /// # Errors
    /// [`MixtureError::File`] when the system refuses, [`MixtureError::Content`] when tokens are
    /// not in the vocabulary or the files do not fit each other.
    pub fn shard(&self, shard: &Shard) -> Result<ShardContent, MixtureError> {
        let tokens = self.read(&shard.tokens_file)?;
        let documents = self.read(&shard.documents_file)?;
        let bytes = shard
            .bytes_file
            .as_ref()
            .map(|name| self.read(name))
            .transpose()?;
        let numbers = |bytes: &[u8], width| {
            let mut numbers = Vec::new();
            decode(bytes, width, &mut numbers);
            numbers
        };
        let content = ShardContent {
            tokens: numbers(&tokens, self.header.dtype),
            documents: pairs(&documents).collect(),
            bytes: bytes.map(|bytes| numbers(&bytes, TokenDtype::Uint32)),
        };
        self.check_content(shard, &content)?;
        Ok(content)
    }

    fn check_sizes(&self, shard: &Shard) -> Result<(), MixtureError> {
        let width = self.header.dtype.bytes() as u64;
        let sizes = [
            (Some(&shard.tokens_file), shard.tokens, width),
            (Some(&shard.documents_file), shard.documents, 16),
            (shard.bytes_file.as_ref(), shard.tokens, 4),
        ];
        for (name, count, width) in sizes {
            let Some(name) = name else { continue };
            let path = self.folder.join(name);
            let found = fs::metadata(&path)
                .map_err(|error| CorpusError::read(&path, error))?
                .len();
            let expected = count.saturating_mul(width);
            if found != expected {
                return Err(MixtureError::Size {
                    path,
                    found,
                    expected,
                });
            }
        }
        Ok(())
    }

    fn check_digests(&self, shard: &Shard) -> Result<(), MixtureError> {
        for name in file_names(shard) {
            let path = self.folder.join(name);
            let found = sha256_file(&path)?;
            check_digest(path, found, shard)?;
        }
        Ok(())
    }

    fn check_content(&self, shard: &Shard, content: &ShardContent) -> Result<(), MixtureError> {
        let fault = |name: &String, entry: usize, problem| MixtureError::Content {
            path: self.folder.join(name),
            entry: entry as u64,
            problem,
        };
        let ShardContent {
            tokens,
            documents,
            bytes,
        } = content;
        let unknown = |token: &u32| u64::from(*token) >= self.header.vocab_size;
        if let Some(entry) = tokens.iter().position(unknown) {
            return Err(fault(
                &shard.tokens_file,
                entry,
                "token outside the vocabulary",
            ));
        }
        let mut start = (0, 0);
        for (entry, end) in documents.iter().copied().enumerate() {
            let fits = start.0 < end.0 && end.0 <= tokens.len() as u64 && start.1 <= end.1;
            if !fits {
                return Err(fault(
                    &shard.documents_file,
                    entry,
                    "document ends out of order",
                ));
            }
            let (from, to) = (start.0 as usize, end.0 as usize);
            if tokens[to - 1] != self.header.separator_id {
                return Err(fault(
                    &shard.tokens_file,
                    to - 1,
                    "no separator after a document",
                ));
            }
            let covered = bytes.as_ref().map(|bytes| sum(&bytes[from..to]));
            if let (Some(name), Some(covered)) = (&shard.bytes_file, covered)
                && covered != end.1 - start.1
            {
                return Err(fault(name, from, "bytes per token do not sum to the text"));
            }
            start = end;
        }
        if start.0 != tokens.len() as u64 {
            return Err(fault(
                &shard.documents_file,
                documents.len(),
                "tokens after the last document",
            ));
        }
        Ok(())
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, MixtureError> {
        let path = self.folder.join(name);
        Ok(fs::read(&path).map_err(|error| CorpusError::read(&path, error))?)
    }
}

/// Checks every file of the store in `folder`: its size, its digest, its content.
///
/// Memory is that of one shard. Returns the header.
///
/// # Errors
/// [`MixtureError`] naming the first file that is missing, truncated, changed or inconsistent.
pub fn verify(folder: &Path) -> Result<TokenStore, MixtureError> {
    let reader = StoreReader::open(folder)?;
    for shard in &reader.header.shards {
        reader.check_digests(shard)?;
        reader.shard(shard)?;
    }
    Ok(reader.header)
}

fn sum(bytes: &[u32]) -> u64 {
    bytes.iter().copied().map(u64::from).sum()
}

fn pairs(bytes: &[u8]) -> impl Iterator<Item = (u64, u64)> + '_ {
    let numbers: &[[u8; 8]] = bytes.as_chunks().0;
    let pair = |pair: &[[u8; 8]; 2]| (u64::from_le_bytes(pair[0]), u64::from_le_bytes(pair[1]));
    numbers.as_chunks().0.iter().map(pair)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;
    use crate::store::writer::tests::{settings, writer};

    /// A store of two documents that keeps bytes.
    fn store() -> (TempDir, PathBuf) {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("store");
        let mut writer = writer(&folder, settings(9, true), 100);
        writer.push(&[1, 2], 7, Some(&[3, 4])).unwrap();
        writer.push(&[3], 2, Some(&[2])).unwrap();
        writer.finish().unwrap();
        (parent, folder)
    }

    fn change(folder: &Path, name: &str, place: usize, value: u8) {
        let mut bytes = fs::read(folder.join(name)).unwrap();
        bytes[place] = value;
        fs::write(folder.join(name), bytes).unwrap();
    }

    fn first_shard(folder: &Path) -> Result<ShardContent, MixtureError> {
        let reader = StoreReader::open(folder)?;
        reader.shard(&reader.header().shards[0])
    }

    #[test]
    fn any_changed_byte_is_found() {
        let (_parent, folder) = store();
        verify(&folder).unwrap();
        for name in ["tokens-00000.bin", "documents-00000.bin", "bytes-00000.bin"] {
            let original = fs::read(folder.join(name)).unwrap();
            change(&folder, name, original.len() - 1, 77);
            let error = verify(&folder).unwrap_err();
            assert!(matches!(error, MixtureError::Digest { .. }), "{error}");
            assert!(error.to_string().contains(name), "{error}");
            fs::write(folder.join(name), original).unwrap();
        }
        verify(&folder).unwrap();
    }

    #[test]
    fn truncated_and_missing_files_are_named() {
        let (_parent, folder) = store();
        let path = folder.join("tokens-00000.bin");
        fs::write(&path, [1, 0, 2]).unwrap();
        let error = StoreReader::open(&folder).unwrap_err();
        assert!(
            matches!(
                error,
                MixtureError::Size {
                    found: 3,
                    expected: 10,
                    ..
                }
            ),
            "{error}"
        );
        fs::remove_file(&path).unwrap();
        let error = StoreReader::open(&folder).unwrap_err();
        assert!(
            error.to_string().contains("tokens-00000.bin: no such file"),
            "{error}"
        );
        fs::write(folder.join(HEADER), "{}").unwrap();
        let error = StoreReader::open(&folder).unwrap_err();
        assert!(matches!(error, MixtureError::Header(_)), "{error}");
    }

    #[test]
    fn contradictions_are_named() {
        let cases = [
            ("tokens-00000.bin", 2, 9, "token outside the vocabulary"),
            ("tokens-00000.bin", 4, 1, "no separator after a document"),
            ("documents-00000.bin", 16, 3, "document ends out of order"),
            ("documents-00000.bin", 16, 6, "document ends out of order"),
            ("documents-00000.bin", 24, 6, "document ends out of order"),
            (
                "bytes-00000.bin",
                0,
                4,
                "bytes per token do not sum to the text",
            ),
        ];
        for (name, place, value, expected) in cases {
            let (_parent, folder) = store();
            change(&folder, name, place, value);
            let error = first_shard(&folder).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn tokens_after_the_last_document_are_named() {
        let (_parent, folder) = store();
        change(&folder, "tokens-00000.bin", 6, 0);
        change(&folder, "documents-00000.bin", 16, 4);
        change(&folder, "bytes-00000.bin", 16, 0);
        let error = first_shard(&folder).unwrap_err();
        assert!(
            error.to_string().contains("tokens after the last document"),
            "{error}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn documents_come_back(
            documents in prop::collection::vec(prop::collection::vec(0_u32..70_000, 0..9), 0..9),
            wide: bool, keeps_bytes: bool, shard_tokens in 1_u64..20,
        ) {
            let parent = tempfile::tempdir().unwrap();
            let folder = parent.path().join("store");
            let vocab_size = if wide { 70_000 } else { 256 };
            let mut writer = writer(&folder, settings(vocab_size, keeps_bytes), shard_tokens);
            let mut expected = Vec::new();
            for tokens in &documents {
                let tokens: Vec<u32> = tokens.iter().map(|t| t % vocab_size as u32).collect();
                let bytes: Vec<u32> = tokens.iter().map(|token| token % 5).collect();
                let kept = keeps_bytes.then_some(&bytes[..]);
                writer.push(&tokens, sum(&bytes), kept).unwrap();
                expected.push((tokens, sum(&bytes)));
            }
            let header = writer.finish().unwrap();
            prop_assert_eq!(&verify(&folder).unwrap(), &header);
            let reader = StoreReader::open(&folder).unwrap();
            let mut found = Vec::new();
            for shard in &header.shards {
                let content = reader.shard(shard).unwrap();
                prop_assert_eq!(content.bytes.is_some(), keeps_bytes);
                let mut start = (0, 0);
                for end in content.documents {
                    let tokens = &content.tokens[start.0 as usize..end.0 as usize - 1];
                    found.push((tokens.to_vec(), end.1 - start.1));
                    start = end;
                }
            }
            prop_assert_eq!(found, expected);
        }
    }
}
