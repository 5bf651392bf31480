//! Near-duplicates by locality-sensitive hashing of signatures.

use assay_text::{Postings, hash64};

use crate::minhash::estimate;
use crate::saved::{Mark, begin, check_length, open};
use crate::{DedupError, Signature};

const MARK: Mark = *b"assayLS1";

/// What becomes of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No document that stays is similar enough: this one stays too.
    Kept,
    /// It is similar to the document that stayed as number so many, counted from zero.
    DuplicateOf(u64),
}

/// The signatures of the documents that stay, found again by any equal band.
///
/// A document is a duplicate when an earlier one that stays has an equal band and an estimated
/// Jaccard similarity of at least the threshold (Leskovec, Rajaraman and Ullman, "Mining of
/// Massive Datasets", section 3.4); bands alone would drop many documents that are less similar.
#[derive(Debug, Clone)]
pub struct LshIndex {
    bands: u32,
    rows: u32,
    threshold: f64,
    documents: u32,
    values: Vec<u32>,
    postings: Postings,
}

impl LshIndex {
    /// An empty index.
    #[must_use]
    pub fn new(settings: &assay_schema::MinHash) -> Self {
        Self {
            bands: settings.bands,
            rows: settings.rows.max(1),
            threshold: settings.threshold,
            documents: 0,
            values: Vec::new(),
            postings: Postings::default(),
        }
    }

    /// Most bytes of memory for each document that stays, every table having just doubled.
    #[must_use]
    pub fn bytes_per_document(settings: &assay_schema::MinHash) -> u64 {
        let values = u64::from(settings.bands) * u64::from(settings.rows) * 4;
        2 * values + u64::from(settings.bands) * Postings::BYTES_PER_ENTRY
    }

    /// Bytes of memory held.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        (self.values.capacity() * size_of::<u32>()) as u64 + self.postings.memory_bytes()
    }

    /// Compares a document with those that stay, and keeps it unless it is a duplicate.
    ///
    /// # Errors
    /// [`DedupError::Signature`] for a signature of other settings, [`DedupError::Full`] when no
    /// more documents can be numbered.
    pub fn insert(&mut self, signature: &Signature) -> Result<Verdict, DedupError> {
        let (found, expected) = (signature.values().len(), self.width());
        if found != expected {
            return Err(DedupError::Signature { found, expected });
        }
        let keys = self.band_keys(signature.values());
        if let Some(earlier) = self.find(&keys, signature.values()) {
            return Ok(Verdict::DuplicateOf(earlier.into()));
        }
        self.keep(&keys, signature.values())?;
        Ok(Verdict::Kept)
    }

    /// Hash functions of a signature.
    fn width(&self) -> usize {
        self.bands as usize * self.rows as usize
    }

    /// One hash for each band, different for equal values in different bands.
    fn band_keys(&self, values: &[u32]) -> Vec<u64> {
        let bands = values.chunks_exact(self.rows as usize);
        let key = |(band, values): (usize, &[u32])| {
            let bytes: Vec<u8> = values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect();
            hash64(band as u64, &bytes)
        };
        bands.enumerate().map(key).collect()
    }

    /// The first document that stays and is similar enough.
    fn find(&self, keys: &[u64], values: &[u32]) -> Option<u32> {
        let mut candidates: Vec<u32> = keys
            .iter()
            .flat_map(|key| self.postings.get(*key))
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates.into_iter().find(|candidate| {
            let start = *candidate as usize * self.width();
            estimate(&self.values[start..start + self.width()], values) >= self.threshold
        })
    }

    fn keep(&mut self, keys: &[u64], values: &[u32]) -> Result<(), DedupError> {
        if !keys
            .iter()
            .all(|key| self.postings.add(*key, self.documents))
        {
            return Err(DedupError::Full {
                documents: self.documents.into(),
            });
        }
        self.values.extend_from_slice(values);
        self.documents += 1;
        Ok(())
    }

    /// The index as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = begin(&MARK, self.documents as usize);
        bytes.extend(self.bands.to_le_bytes());
        bytes.extend(self.rows.to_le_bytes());
        bytes.extend(self.values.iter().flat_map(|value| value.to_le_bytes()));
        bytes
    }

    /// The index saved by [`LshIndex::to_bytes`], to go on under the same settings.
    ///
    /// # Errors
    /// [`DedupError::Kind`], [`DedupError::Length`] and [`DedupError::Settings`] for bytes that
    /// are not such an index.
    pub fn from_bytes(settings: &assay_schema::MinHash, bytes: &[u8]) -> Result<Self, DedupError> {
        let mut index = Self::new(settings);
        let (count, rest) = open(bytes, &MARK)?;
        let Some((header, items)) = rest.split_first_chunk::<8>() else {
            return Err(DedupError::Length {
                found: rest.len(),
                expected: 8,
            });
        };
        let (found_bands, found_rows) = halves(*header);
        if (found_bands, found_rows) != (index.bands, index.rows) {
            let (bands, rows) = (index.bands, index.rows);
            return Err(DedupError::Settings {
                found_bands,
                found_rows,
                bands,
                rows,
            });
        }
        check_length(items, count, index.width() * size_of::<u32>())?;
        let values: Vec<u32> = items
            .as_chunks()
            .0
            .iter()
            .map(|item| u32::from_le_bytes(*item))
            .collect();
        index.values.reserve_exact(values.len());
        for values in values.chunks_exact(index.width().max(1)) {
            index.keep(&index.band_keys(values), values)?;
        }
        Ok(index)
    }
}

fn halves(bytes: [u8; 8]) -> (u32, u32) {
    let both = u64::from_le_bytes(bytes);
    (both as u32, (both >> 32) as u32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{MinHasher, slow};

    fn settings(bands: u32, rows: u32) -> assay_schema::MinHash {
        assay_schema::MinHash {
            ngram: 2,
            bands,
            rows,
            threshold: 0.6,
        }
    }

    fn verdicts(index: &mut LshIndex, signatures: &[Signature]) -> Vec<Option<u64>> {
        let number = |verdict| match verdict {
            Verdict::Kept => None,
            Verdict::DuplicateOf(number) => Some(number),
        };
        signatures
            .iter()
            .map(|signature| number(index.insert(signature).unwrap()))
            .collect()
    }

    #[test]
    fn the_first_copy_stays() {
        let settings = assay_schema::MinHash::default();
        let hasher = MinHasher::new(&settings, 0);
        let long = |last: &str| {
            format!(
                "{} {last}",
                (0..99).map(|i| format!("w{i} ")).collect::<String>()
            )
        };
        let texts = [
            "something else",
            &long("end"),
            &long("END!"),
            &long("other"),
        ];
        let signatures: Vec<_> = texts.iter().map(|text| hasher.signature(text)).collect();
        let mut index = LshIndex::new(&settings);
        assert_eq!(
            verdicts(&mut index, &signatures),
            [None, None, Some(1), Some(1)]
        );
    }

    #[test]
    fn memory_is_within_what_was_announced() {
        let settings = settings(16, 8);
        let hasher = MinHasher::new(&settings, 0);
        let mut index = LshIndex::new(&settings);
        for document in 1..=2_000_u64 {
            index
                .insert(&hasher.signature(&document.to_string()))
                .unwrap();
            assert!(
                index.memory_bytes() <= 500 + document * LshIndex::bytes_per_document(&settings)
            );
        }
    }

    #[test]
    fn other_settings_are_refused() {
        let signature = MinHasher::new(&settings(4, 4), 0).signature("text");
        let mut index = LshIndex::new(&settings(4, 3));
        let error = index.insert(&signature).unwrap_err();
        assert_eq!(
            error,
            DedupError::Signature {
                found: 16,
                expected: 12
            }
        );

        let error = LshIndex::from_bytes(&settings(3, 4), &index.to_bytes()).unwrap_err();
        assert!(matches!(
            error,
            DedupError::Settings {
                found_bands: 4,
                found_rows: 3,
                ..
            }
        ));
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let settings = settings(2, 2);
        let mut index = LshIndex::new(&settings);
        index
            .insert(&MinHasher::new(&settings, 0).signature("text"))
            .unwrap();
        let bytes = index.to_bytes();
        let refuse = |bytes: &[u8]| LshIndex::from_bytes(&settings, bytes).unwrap_err();
        assert!(matches!(refuse(&[]), DedupError::Kind { .. }));
        assert_eq!(
            refuse(&bytes[..20]),
            DedupError::Length {
                found: 4,
                expected: 8
            }
        );
        assert_eq!(
            refuse(&bytes[..39]),
            DedupError::Length {
                found: 15,
                expected: 16
            }
        );
    }

    proptest! {
        #[test]
        fn agrees_with_the_slow_twin_and_survives_saving(
            texts in prop::collection::vec("([ab] ){1,12}", 1..40),
            bands in 1_u32..6, rows in 1_u32..4, cut: prop::sample::Index,
        ) {
            let settings = settings(bands, rows);
            let hasher = MinHasher::new(&settings, 5);
            let signatures: Vec<_> = texts.iter().map(|text| hasher.signature(text)).collect();
            let (before, after) = signatures.split_at(cut.index(texts.len()));
            let mut index = LshIndex::new(&settings);
            let mut found = verdicts(&mut index, before);
            let mut resumed = LshIndex::from_bytes(&settings, &index.to_bytes()).unwrap();
            found.extend(verdicts(&mut resumed, after));
            prop_assert_eq!(found, slow::greedy(&signatures, rows as usize, 0.6));
        }
    }
}
