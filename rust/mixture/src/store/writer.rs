//! Writes a token store, document by document.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use assay_corpus::CorpusError;
use assay_schema::{SCHEMA_VERSION, TokenDtype, TokenStore};

use crate::error::MixtureError;
use crate::store::names::HEADER;
use crate::store::shard_writer::ShardWriter;

/// Most tokens in a shard, unless a single document has more.
const SHARD_TOKENS: u64 = 1 << 26;

/// What a token store is made of.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// Name of the source or evaluation set.
    pub name: String,
    /// SHA-256 of the tokenizer file, hexadecimal.
    pub tokenizer_sha256: String,
    /// Size of the vocabulary; decides the width of a token.
    pub vocab_size: u64,
    /// The token put after each document.
    pub separator_id: u32,
    /// Whether to keep the bytes that each token covers, as evaluation sets do.
    pub bytes: bool,
}

/// Writes documents as a token store into a folder of the caller's.
///
/// The folder is no token store before [`StoreWriter::finish`] has written the header.
#[derive(Debug)]
pub struct StoreWriter {
    folder: PathBuf,
    keeps_bytes: bool,
    shard_tokens: u64,
    header: TokenStore,
    shard: Option<ShardWriter>,
}

impl StoreWriter {
    /// Begins a store in `folder`, which is there and holds no other.
    ///
    /// # Errors
    /// [`MixtureError::Header`] when the separator is not in the vocabulary,
    /// [`MixtureError::File`] when the system refuses.
    pub fn create(folder: &Path, settings: StoreSettings) -> Result<Self, MixtureError> {
        let header = TokenStore {
            schema_version: SCHEMA_VERSION,
            name: settings.name,
            dtype: TokenDtype::for_vocabulary(settings.vocab_size),
            vocab_size: settings.vocab_size,
            tokenizer_sha256: settings.tokenizer_sha256,
            separator_id: settings.separator_id,
            documents: 0,
            tokens: 0,
            text_bytes: 0,
            shards: Vec::new(),
        };
        header.validate(&folder.join(HEADER).display().to_string())?;
        Ok(Self {
            folder: folder.to_owned(),
            keeps_bytes: settings.bytes,
            shard_tokens: SHARD_TOKENS,
            header,
            shard: None,
        })
    }

    /// Goes on after the shards of `header`, which are in the folder.
    #[must_use]
    pub fn after(mut self, header: TokenStore) -> Self {
        self.header = header;
        self
    }

    /// Adds a document: its tokens without the separator, the length of its text in bytes, and
    /// for a store that keeps them the bytes that each token covers.
    ///
    /// # Errors
    /// [`MixtureError::Token`] and [`MixtureError::Bytes`] for a document that does not fit,
    /// [`MixtureError::File`] when the system refuses.
    pub fn push(
        &mut self,
        tokens: &[u32],
        text_bytes: u64,
        bytes: Option<&[u32]>,
    ) -> Result<(), MixtureError> {
        self.check_tokens(tokens)?;
        self.check_bytes(tokens, text_bytes, bytes)?;
        let length = tokens.len() as u64 + 1;
        let separator = self.header.separator_id;
        let pushed = self
            .shard_with_room(length)?
            .push(tokens, separator, text_bytes, bytes);
        pushed.map_err(|error| self.refused(error))?;
        self.header.documents += 1;
        self.header.tokens += length;
        self.header.text_bytes += text_bytes;
        Ok(())
    }

    /// Ends the shard, if one is begun; gives the header of what is written so far.
    ///
    /// # Errors
    /// [`MixtureError::File`] when the system refuses.
    pub fn end_shard(&mut self) -> Result<&TokenStore, MixtureError> {
        if let Some(shard) = self.shard.take() {
            self.header.shards.push(shard.close(&self.folder)?);
        }
        Ok(&self.header)
    }

    /// Writes the header.
    ///
    /// # Errors
    /// [`MixtureError::File`] when the system refuses.
    pub fn finish(mut self) -> Result<TokenStore, MixtureError> {
        self.end_shard()?;
        let written = fs::write(self.folder.join(HEADER), self.header.to_json());
        written.map_err(|error| self.refused(error))?;
        Ok(self.header)
    }

    fn check_tokens(&self, tokens: &[u32]) -> Result<(), MixtureError> {
        let vocab_size = self.header.vocab_size;
        match tokens.iter().copied().max() {
            Some(token) if u64::from(token) >= vocab_size => Err(MixtureError::Token {
                store: self.header.name.clone(),
                document: self.header.documents,
                token,
                vocab_size,
            }),
            _ => Ok(()),
        }
    }

    fn check_bytes(
        &self,
        tokens: &[u32],
        text_bytes: u64,
        bytes: Option<&[u32]>,
    ) -> Result<(), MixtureError> {
        let sum = |bytes: &[u32]| bytes.iter().copied().map(u64::from).sum();
        let found = bytes.map(|bytes| (bytes.len(), sum(bytes)));
        let expected = self.keeps_bytes.then_some((tokens.len(), text_bytes));
        if found == expected {
            return Ok(());
        }
        let describe = |cover: Option<(usize, u64)>| match cover {
            None => "no bytes per token".to_owned(),
            Some((tokens, bytes)) => format!("{tokens} tokens that cover {bytes} bytes"),
        };
        Err(MixtureError::Bytes {
            store: self.header.name.clone(),
            document: self.header.documents,
            found: describe(found),
            expected: describe(expected),
        })
    }

    /// The shard for a document of this many tokens.
    fn shard_with_room(&mut self, length: u64) -> Result<&mut ShardWriter, MixtureError> {
        let full = |shard: &ShardWriter| shard.tokens() + length > self.shard_tokens;
        if self.shard.as_ref().is_some_and(full) {
            self.end_shard()?;
        }
        let shard = match self.shard.take() {
            Some(shard) => shard,
            None => {
                let number = self.header.shards.len();
                ShardWriter::create(&self.folder, number, self.header.dtype, self.keeps_bytes)
                    .map_err(|error| self.refused(error))?
            }
        };
        Ok(self.shard.insert(shard))
    }

    fn refused(&self, error: io::Error) -> MixtureError {
        CorpusError::write(&self.folder, error).into()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn settings(vocab_size: u64, bytes: bool) -> StoreSettings {
        StoreSettings {
            name: "books".to_owned(),
            tokenizer_sha256: "ab".repeat(32),
            vocab_size,
            separator_id: 0,
            bytes,
        }
    }

    /// A writer whose shards hold few tokens.
    pub(crate) fn writer(folder: &Path, settings: StoreSettings, shard_tokens: u64) -> StoreWriter {
        fs::create_dir(folder).unwrap();
        let mut writer = StoreWriter::create(folder, settings).unwrap();
        writer.shard_tokens = shard_tokens;
        writer
    }

    #[test]
    fn files_are_little_endian_and_as_wide_as_the_vocabulary_needs() {
        let parent = tempfile::tempdir().unwrap();
        for (vocab_size, width) in [(1 << 16, 2), ((1 << 16) + 1, 4)] {
            let folder = parent.path().join(width.to_string());
            fs::create_dir(&folder).unwrap();
            let mut writer = StoreWriter::create(&folder, settings(vocab_size, true)).unwrap();
            writer.push(&[258, 3], 9, Some(&[4, 5])).unwrap();
            writer.push(&[65_535], 1, Some(&[1])).unwrap();
            let header = writer.finish().unwrap();
            assert_eq!(
                (header.documents, header.tokens, header.text_bytes),
                (2, 5, 10)
            );

            let read = |name| fs::read(folder.join(name)).unwrap();
            let tokens = read("tokens-00000.bin");
            assert_eq!(tokens.len(), 5 * width);
            assert_eq!(tokens[..2], [2, 1]);
            assert_eq!(tokens[3 * width..3 * width + 2], [255, 255]);
            let ends: Vec<u8> = [3_u64, 9, 5, 10]
                .into_iter()
                .flat_map(u64::to_le_bytes)
                .collect();
            assert_eq!(read("documents-00000.bin"), ends);
            let bytes: Vec<u8> = [4_u32, 5, 0, 1, 0]
                .into_iter()
                .flat_map(u32::to_le_bytes)
                .collect();
            assert_eq!(read("bytes-00000.bin"), bytes);
        }
    }

    #[test]
    fn documents_stay_whole_in_shards() {
        let parent = tempfile::tempdir().unwrap();
        let mut writer = writer(&parent.path().join("a"), settings(9, false), 5);
        for length in [2, 1, 8, 3] {
            writer.push(&vec![1; length], 0, None).unwrap();
        }
        let header = writer.finish().unwrap();
        let tokens: Vec<u64> = header.shards.iter().map(|shard| shard.tokens).collect();
        assert_eq!(tokens, [5, 9, 4]);
        assert_eq!(header.shards[2].tokens_file, "tokens-00002.bin");
        assert_eq!(header.shards[2].bytes_file, None);
        assert_eq!(header.tokens, 18);
    }

    #[test]
    fn a_store_goes_on_where_a_shard_ended() {
        let parent = tempfile::tempdir().unwrap();
        let push = |writer: &mut StoreWriter, length: usize| {
            writer.push(&vec![1; length], 3, None).unwrap();
        };
        let whole = parent.path().join("whole");
        let mut first = writer(&whole, settings(9, false), 1 << 20);
        push(&mut first, 4);
        let header = first.end_shard().unwrap().clone();
        drop(first);
        let mut rest = StoreWriter::create(&whole, settings(9, false))
            .unwrap()
            .after(header);
        push(&mut rest, 2);
        let header = rest.finish().unwrap();
        assert_eq!((header.documents, header.tokens), (2, 8));
        let files: Vec<_> = header
            .shards
            .iter()
            .map(|shard| &shard.tokens_file)
            .collect();
        assert_eq!(files, ["tokens-00000.bin", "tokens-00001.bin"]);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path();
        let mut writer = StoreWriter::create(folder, settings(9, true)).unwrap();
        writer.push(&[], 0, Some(&[])).unwrap();
        let message = writer
            .push(&[1, 9], 2, Some(&[1, 1]))
            .unwrap_err()
            .to_string();
        assert!(
            message.starts_with("books: document 1: token 9 is not below"),
            "{message}"
        );
        for bytes in [None, Some(&[2][..]), Some(&[1, 2][..])] {
            let error = writer.push(&[1, 2], 2, bytes).unwrap_err();
            assert!(matches!(error, MixtureError::Bytes { .. }), "{error}");
        }
        let separator = StoreSettings {
            separator_id: 9,
            ..settings(9, true)
        };
        let error = StoreWriter::create(folder, separator).unwrap_err();
        assert!(matches!(error, MixtureError::Header(_)), "{error}");
    }
}
