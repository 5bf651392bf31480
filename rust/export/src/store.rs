//! The documents of a token store, one by one, with every digest checked on the way.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use assay_corpus::{CorpusError, hexadecimal, sha256_file};
use assay_mixture::{HEADER, MixtureError, StoreReader, decode};
use assay_schema::{ExportSource, Shard, TokenDtype, TokenStore};
use sha2::{Digest, Sha256};

use crate::{ExportError, Items};

/// Bytes that are read from a file at once.
const BUFFER: usize = 1 << 18;

/// Reads the documents of a token store in order; memory is that of the longest one.
///
/// Documents carry their separator. A damaged shard is found at its end at the latest, before
/// [`Items::advance`] gives a document of the next one or says that there is none.
pub(crate) struct StoreDocuments {
    folder: PathBuf,
    header: TokenStore,
    source: ExportSource,
    shards: std::vec::IntoIter<Shard>,
    shard: Option<ShardFiles>,
    bytes: Vec<u8>,
    document: Vec<u32>,
}

impl StoreDocuments {
    /// Opens the store in `folder` and compares the sizes of its files with its header.
    ///
    /// # Errors
    /// [`ExportError::Store`] naming the file that is missing or truncated, or what is wrong with
    /// the header.
    pub(crate) fn open(folder: &Path) -> Result<Self, ExportError> {
        let header = StoreReader::open(folder)?.header().clone();
        Ok(Self {
            folder: folder.to_owned(),
            source: described(folder, &header)?,
            shards: header.shards.clone().into_iter(),
            header,
            shard: None,
            bytes: Vec::new(),
            document: Vec::new(),
        })
    }
}

impl Items for StoreDocuments {
    fn source(&self) -> &ExportSource {
        &self.source
    }

    fn bytes(&self) -> u64 {
        self.header.tokens * self.header.dtype.bytes() as u64
    }

    fn advance(&mut self) -> Result<Option<&[u32]>, ExportError> {
        while self.shard.as_ref().is_none_or(ShardFiles::is_done) {
            if let Some(shard) = self.shard.take() {
                shard.check()?;
            }
            match self.shards.next() {
                None => return Ok(None),
                Some(shard) => self.shard = Some(ShardFiles::open(&self.folder, shard)?),
            }
        }
        if let Some(shard) = &mut self.shard {
            shard.read(self.header.dtype, &mut self.bytes)?;
            self.document.clear();
            decode(&self.bytes, self.header.dtype, &mut self.document);
            if self.document.last() != Some(&self.header.separator_id) {
                return Err(shard.no_separator());
            }
        }
        Ok(Some(&self.document))
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

/// The two files of a shard, read side by side.
struct ShardFiles {
    shard: Shard,
    tokens: Hashed,
    documents: Hashed,
    /// Documents and tokens read so far.
    read: (u64, u64),
}

impl ShardFiles {
    fn open(folder: &Path, shard: Shard) -> Result<Self, ExportError> {
        Ok(Self {
            tokens: Hashed::open(&folder.join(&shard.tokens_file))?,
            documents: Hashed::open(&folder.join(&shard.documents_file))?,
            shard,
            read: (0, 0),
        })
    }

    fn is_done(&self) -> bool {
        self.read.0 == self.shard.documents
    }

    /// Reads the tokens of the next document.
    fn read(&mut self, dtype: TokenDtype, bytes: &mut Vec<u8>) -> Result<(), ExportError> {
        // The end of the document's tokens, and that of its text.
        let mut ends = [[0; 8]; 2];
        self.documents.read(ends.as_flattened_mut())?;
        let (start, end) = (self.read.1, u64::from_le_bytes(ends[0]));
        if end <= start || end > self.shard.tokens {
            let problem = "document ends out of order";
            return Err(content(&self.documents.path, self.read.0, problem));
        }
        bytes.resize((end - start) as usize * dtype.bytes(), 0);
        self.tokens.read(bytes)?;
        self.read = (self.read.0 + 1, end);
        Ok(())
    }

    /// Whether the files, which were read to the last document, are those of the header.
    fn check(self) -> Result<(), ExportError> {
        if self.read.1 != self.shard.tokens {
            let problem = "tokens after the last document";
            return Err(content(&self.documents.path, self.read.0, problem));
        }
        for file in [self.tokens, self.documents] {
            file.check(&self.shard)?;
        }
        Ok(())
    }

    fn no_separator(&self) -> ExportError {
        let problem = "no separator after a document";
        content(&self.tokens.path, self.read.1 - 1, problem)
    }
}

fn content(path: &Path, entry: u64, problem: &'static str) -> ExportError {
    let path = path.to_owned();
    ExportError::Store(MixtureError::Content {
        path,
        entry,
        problem,
    })
}

/// A file that is hashed while it is read.
struct Hashed {
    path: PathBuf,
    file: BufReader<File>,
    hash: Sha256,
}

impl Hashed {
    fn open(path: &Path) -> Result<Self, ExportError> {
        let file = File::open(path).map_err(|error| CorpusError::read(path, error))?;
        Ok(Self {
            path: path.to_owned(),
            file: BufReader::with_capacity(BUFFER, file),
            hash: Sha256::new(),
        })
    }

    fn read(&mut self, bytes: &mut [u8]) -> Result<(), ExportError> {
        let read = self.file.read_exact(bytes);
        read.map_err(|error| CorpusError::read(&self.path, error))?;
        self.hash.update(bytes);
        Ok(())
    }

    fn check(self, shard: &Shard) -> Result<(), ExportError> {
        let found = hexadecimal(&self.hash.finalize());
        let name = self.path.file_name().unwrap_or_default();
        let expected = shard.sha256.get(name.to_string_lossy().as_ref());
        let expected = expected.cloned().unwrap_or_default();
        if found == expected {
            return Ok(());
        }
        Err(ExportError::Store(MixtureError::Digest {
            path: self.path,
            found,
            expected,
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use assay_mixture::{StoreSettings, StoreWriter};
    use proptest::prelude::*;

    use super::*;

    fn write(folder: &Path, vocab_size: u64, documents: &[Vec<u32>]) {
        fs::create_dir(folder).unwrap();
        let settings = StoreSettings {
            name: "books".to_owned(),
            tokenizer_sha256: "ab".repeat(32),
            vocab_size,
            separator_id: 0,
            bytes: false,
        };
        let mut writer = StoreWriter::create(folder, settings).unwrap();
        for document in documents {
            writer.push(document, 0, None).unwrap();
        }
        writer.finish().unwrap();
    }

    fn read(folder: &Path) -> Result<Vec<Vec<u32>>, ExportError> {
        let mut documents = StoreDocuments::open(folder)?;
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
            wide: bool,
        ) {
            let parent = tempfile::tempdir().unwrap();
            let folder = parent.path().join("store");
            let vocab_size = if wide { 70_000 } else { 256 };
            let within = |document: Vec<u32>| document.iter().map(|t| t % vocab_size).collect();
            let documents: Vec<_> = documents.into_iter().map(within).collect();
            write(&folder, vocab_size.into(), &documents);

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
            write(&folder, 256, &[vec![1, 2], vec![3, 0]]);
            let path = folder.join(file);
            let mut bytes = fs::read(&path).unwrap();
            match byte {
                Some(byte) => bytes[at] = byte,
                None => bytes.truncate(at),
            }
            fs::write(&path, bytes).unwrap();
            let error = read(&folder).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
            assert!(!error.is_request() && !error.is_write());
        }
    }
}
