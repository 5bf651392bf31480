//! Reads spans of the tokens of a store, wherever they are.

use std::path::Path;

use assay_schema::TokenStore;

use crate::error::MixtureError;
use crate::store::files::Files;
use crate::store::numbers::decode;
use crate::store::reader::StoreReader;

/// The tokens of a store, read span by span: no shard is loaded.
#[derive(Debug)]
pub struct StoreTokens {
    store: StoreReader,
    /// The first token of each shard, and the end of the last.
    starts: Vec<u64>,
    files: Files,
}

impl StoreTokens {
    /// Opens the store in `folder`.
    ///
    /// # Errors
    /// The errors of [`StoreReader::open`].
    pub fn open(folder: &Path) -> Result<Self, MixtureError> {
        let store = StoreReader::open(folder)?;
        let shards = &store.header().shards;
        let mut starts = vec![0];
        for shard in shards {
            starts.push(starts[starts.len() - 1] + shard.tokens);
        }
        let paths = shards.iter().map(|shard| folder.join(&shard.tokens_file));
        Ok(Self {
            files: Files::new(paths.collect()),
            starts,
            store,
        })
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &TokenStore {
        self.store.header()
    }

    /// Appends `count` tokens from `start` on, which is counted over all shards.
    ///
    /// # Errors
    /// [`MixtureError::Span`] for a span beyond the end, [`MixtureError::Content`] for a token
    /// outside the vocabulary, [`MixtureError::File`] when the system refuses.
    pub fn read(&self, start: u64, count: u64, into: &mut Vec<u32>) -> Result<(), MixtureError> {
        let total = self.header().tokens;
        if start > total || count > total - start {
            return Err(MixtureError::Span {
                store: self.header().name.clone(),
                start,
                count,
                total,
            });
        }
        let end = start + count;
        let mut from = start;
        let mut shard = self.starts.partition_point(|first| *first <= start) - 1;
        while from < end {
            let to = end.min(self.starts[shard + 1]);
            self.read_in_shard(shard, from - self.starts[shard], to - from, into)?;
            (from, shard) = (to, shard + 1);
        }
        Ok(())
    }

    fn read_in_shard(
        &self,
        shard: usize,
        start: u64,
        count: u64,
        into: &mut Vec<u32>,
    ) -> Result<(), MixtureError> {
        let width = self.header().dtype.bytes();
        let mut bytes = vec![0; count as usize * width];
        self.files.read(shard, start * width as u64, &mut bytes)?;
        let before = into.len();
        decode(&bytes, self.header().dtype, into);
        let vocab_size = self.header().vocab_size;
        let unknown = |token: &u32| u64::from(*token) >= vocab_size;
        match into[before..].iter().position(unknown) {
            None => Ok(()),
            Some(place) => Err(MixtureError::Content {
                path: self
                    .store
                    .folder()
                    .join(&self.header().shards[shard].tokens_file),
                entry: start + place as u64,
                problem: "token outside the vocabulary",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;
    use crate::store::shard_documents::Document;
    use crate::store::writer::tests::{settings, writer};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn spans_are_those_of_the_whole_and_documents_end_where_they_should(
            lengths in prop::collection::vec(0_usize..9, 1..9),
            shard_tokens in 1_u64..20, wide: bool, span in (0_u64..60, 0_u64..60),
        ) {
            let parent = tempfile::tempdir().unwrap();
            let folder = parent.path().join("store");
            let vocab_size = if wide { 70_000 } else { 256 };
            let mut writer = writer(&folder, settings(vocab_size, false), shard_tokens);
            let (mut all, mut documents) = (Vec::new(), Vec::new());
            for length in lengths {
                let token = |at: usize| (at * 9_999) as u32 % vocab_size as u32;
                let tokens: Vec<u32> = (0..length).map(token).collect();
                writer.push(&tokens, 0, None).unwrap();
                let (start, tokens_with_separator) = (all.len() as u64, length as u64 + 1);
                documents.push(Document { start, tokens: tokens_with_separator });
                all.extend(tokens);
                all.push(0);
            }
            writer.finish().unwrap();
            let store = StoreTokens::open(&folder).unwrap();
            let found: Result<Vec<_>, _> = store.store.documents().collect();
            prop_assert_eq!(found.unwrap(), documents);
            let (start, count) = span;
            let mut read = vec![7];
            let result = store.read(start, count, &mut read);
            match all.get(start as usize..(start + count) as usize) {
                Some(expected) => prop_assert_eq!(&read[1..], expected),
                None => {
                    let beyond = matches!(result, Err(MixtureError::Span { .. }));
                    prop_assert!(beyond);
                }
            }
        }
    }

    #[test]
    fn a_token_outside_the_vocabulary_is_named() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("store");
        let mut writer = writer(&folder, settings(9, false), 100);
        writer.push(&[1, 2], 0, None).unwrap();
        writer.finish().unwrap();
        fs::write(folder.join("tokens-00000.bin"), [1, 0, 9, 0, 0, 0]).unwrap();
        let store = StoreTokens::open(&folder).unwrap();
        store.read(0, 1, &mut Vec::new()).unwrap();
        let error = store.read(0, 3, &mut Vec::new()).unwrap_err().to_string();
        assert!(
            error.contains("entry 1: token outside the vocabulary"),
            "{error}"
        );
    }
}
