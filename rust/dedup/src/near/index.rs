//! Near-duplicates decided as documents come: each is compared with those that stayed before it.

use std::io::{self, Read, Write};

use assay_schema::Near;

use crate::error::DedupError;
use crate::near::banding::Banding;
use crate::near::minhash::{Signature, band_keys, estimate};
use crate::store::chunks::{CHUNK, Chunks};
use crate::store::format::{Mark, Saved, begin};
use crate::store::table::{self, Entry, LEAST_SLOTS, Table};

const MARK: Mark = *b"assayLS2";

/// What becomes of a document that was compared with those that stayed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decision {
    /// No document that stays is similar enough: this one stays too.
    Kept,
    /// The document is similar to one that stayed: the number of that one among those that stayed,
    /// counted from zero, and the estimated Jaccard similarity.
    DuplicateOf(u64, f64),
}

/// How many standard deviations an estimate must be above the threshold. Many more documents are
/// somewhat below a threshold than above it, and estimates scatter both ways.
const MARGIN: f64 = 0.6;

/// The estimate from which a document is a duplicate.
fn accepted(settings: &Near) -> f64 {
    let (threshold, values) = (settings.threshold, Banding::of(settings).values());
    let variance = threshold * (1.0 - threshold) / values as f64;
    (threshold + MARGIN * variance.sqrt()).min(1.0)
}

/// The signatures of the documents that stay, found again by any equal band.
///
/// A document is a duplicate when an earlier one that stays has an equal band and an estimated
/// Jaccard similarity clearly above the threshold (Leskovec, Rajaraman and Ullman, "Mining of
/// Massive Datasets", section 3.4); bands alone would drop many documents that are less similar.
#[derive(Debug, Clone)]
pub struct NearIndex {
    banding: Banding,
    threshold: f64,
    /// Scheme of the first signature; later ones must match.
    scheme: Option<u64>,
    documents: u32,
    /// The values of each document.
    signatures: Chunks<u16>,
    /// For each document and band, the document before it with an equal one, counted from one;
    /// or zero.
    before: Chunks<u32>,
    /// For each band, the last document with each key.
    bands: Vec<Table<Head>>,
}

/// Half of a band's key in the upper half, the last document with it in the lower, counted from
/// one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head(u64);

impl Head {
    fn new(key: u64, document: u32) -> Self {
        Self(key & u64::from(u32::MAX) << 32 | u64::from(document))
    }

    fn document(self) -> u32 {
        self.0 as u32
    }
}

impl Entry for Head {
    const FREE: Self = Self(0);

    fn place(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

impl NearIndex {
    /// An empty index.
    #[must_use]
    pub fn new(settings: &Near) -> Self {
        let banding = Banding::of(settings);
        Self {
            banding,
            threshold: accepted(settings),
            scheme: None,
            documents: 0,
            signatures: Chunks::new(banding.values()),
            before: Chunks::new(banding.bands as usize),
            bands: vec![Table::new(); banding.bands as usize],
        }
    }

    /// Most bytes of memory for each document that stays, beside [`NearIndex::base_bytes`].
    #[must_use]
    pub fn bytes_per_document(settings: &Near) -> u64 {
        let banding = Banding::of(settings);
        let bands = u64::from(banding.bands);
        let record = 2 * banding.values() as u64 + 4 * bands;
        let tables = bands * table::bytes_per_entry(size_of::<Head>());
        // While a table grows, its old and its new copy are both there, for one table at a time.
        record + tables + table::bytes_per_entry(size_of::<Head>())
    }

    /// Most bytes of memory of an index of few documents.
    #[must_use]
    pub fn base_bytes(settings: &Near) -> u64 {
        let banding = Banding::of(settings);
        let table = size_of::<Table<Head>>() + LEAST_SLOTS * size_of::<Head>();
        let record = 2 * banding.values() + 4 * banding.bands as usize;
        (banding.bands as usize * table + CHUNK * record + 4096) as u64
    }

    /// Bytes of memory held.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        let tables = self.bands.iter().map(Table::memory_bytes);
        let fixed = self.bands.len() * size_of::<Table<Head>>();
        self.signatures.memory_bytes()
            + self.before.memory_bytes()
            + tables.sum::<u64>()
            + fixed as u64
    }

    /// Compares a document with those that stay, and keeps it unless it is a duplicate.
    ///
    /// # Errors
    /// [`DedupError::Signature`] and [`DedupError::Scheme`] for a signature of other settings,
    /// [`DedupError::Full`] when no more documents can be numbered.
    pub fn insert(&mut self, signature: &Signature) -> Result<Decision, DedupError> {
        let decision = self.find(signature)?;
        if decision == Decision::Kept {
            self.scheme = Some(signature.scheme());
            self.keep(signature.values())?;
        }
        Ok(decision)
    }

    /// Compares a document with those that stay, and leaves the index as it is.
    ///
    /// # Errors
    /// [`DedupError::Signature`] and [`DedupError::Scheme`] for a signature of other settings.
    pub fn find(&self, signature: &Signature) -> Result<Decision, DedupError> {
        signature.check(self.banding, self.scheme)?;
        let values = signature.values();
        let mut candidates = self.candidates(values);
        candidates.sort_unstable();
        candidates.dedup();
        for candidate in candidates {
            let similarity = estimate(self.signatures.get(candidate as usize), values);
            if similarity >= self.threshold {
                return Ok(Decision::DuplicateOf(candidate.into(), similarity));
            }
        }
        Ok(Decision::Kept)
    }

    /// The documents with an equal band, some more than once.
    fn candidates(&self, values: &[u16]) -> Vec<u32> {
        let mut found = Vec::new();
        let keys = band_keys(values, self.banding);
        for (band, (table, key)) in self.bands.iter().zip(keys).enumerate() {
            let wanted = Head::new(key, 0).place();
            let head = table.get(wanted, |head| head.place() == wanted);
            let mut document = head.map_or(0, Head::document);
            while document > 0 {
                let place = document - 1;
                found.push(place);
                document = self.before.get(place as usize)[band];
            }
        }
        found
    }

    fn keep(&mut self, values: &[u16]) -> Result<(), DedupError> {
        let Some(number) = self.documents.checked_add(1) else {
            let documents = self.documents.into();
            return Err(DedupError::Full { documents });
        };
        self.signatures.push(values);
        let before = self.before.push_zeros();
        let keys = band_keys(values, self.banding);
        for ((table, before), key) in self.bands.iter_mut().zip(before).zip(keys) {
            let head = Head::new(key, number);
            let replaced = table.replace(head, |other| other.place() == head.place());
            *before = replaced.map_or(0, Head::document);
        }
        self.documents = number;
        Ok(())
    }

    /// Writes the index.
    ///
    /// # Errors
    /// The errors of `out`.
    pub fn save(&self, out: &mut impl Write) -> io::Result<()> {
        begin(&MARK, self.documents.into(), out)?;
        out.write_all(&self.banding.bands.to_le_bytes())?;
        out.write_all(&self.banding.rows.to_le_bytes())?;
        out.write_all(&self.scheme.unwrap_or(0).to_le_bytes())?;
        let mut bytes = Vec::new();
        for document in 0..self.documents as usize {
            let values = self.signatures.get(document);
            bytes.clear();
            bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
            out.write_all(&bytes)?;
        }
        Ok(())
    }

    /// The index written by [`NearIndex::save`], to go on under the same settings.
    ///
    /// # Errors
    /// [`DedupError::Kind`], [`DedupError::Truncated`], [`DedupError::TooLong`] and
    /// [`DedupError::Settings`] for bytes that are not such an index, [`DedupError::Load`] when
    /// they cannot be read.
    pub fn load(settings: &Near, input: impl Read) -> Result<Self, DedupError> {
        let (count, mut saved) = Saved::open(input, &MARK)?;
        let mut index = Self::new(settings);
        let found = Banding {
            bands: u32::from_le_bytes(saved.array()?),
            rows: u32::from_le_bytes(saved.array()?),
        };
        if found != index.banding {
            return Err(DedupError::Settings {
                bands: found.bands,
                rows: found.rows,
                expected_bands: index.banding.bands,
                expected_rows: index.banding.rows,
            });
        }
        let scheme = saved.number()?;
        index.scheme = (count > 0).then_some(scheme);
        let mut bytes = vec![0; index.banding.values() * size_of::<u16>()];
        for _ in 0..count {
            saved.fill(&mut bytes)?;
            let values = bytes.as_chunks().0.iter().copied();
            let values: Vec<u16> = values.map(u16::from_le_bytes).collect();
            index.keep(&values)?;
        }
        saved.end()?;
        Ok(index)
    }

    /// What [`NearIndex::save`] writes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Memory takes every byte.
        let _ = self.save(&mut bytes);
        bytes
    }

    /// [`NearIndex::load`] from memory.
    ///
    /// # Errors
    /// The errors of [`NearIndex::load`].
    pub fn from_bytes(settings: &Near, bytes: &[u8]) -> Result<Self, DedupError> {
        Self::load(settings, bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::near::minhash::MinHasher;
    use crate::near::slow;

    fn settings(bands: u32, rows: u32) -> assay_schema::Near {
        assay_schema::Near {
            ngram: 2,
            bands: Some(bands),
            rows: Some(rows),
            threshold: 0.6,
            ..Default::default()
        }
    }

    fn decisions(index: &mut NearIndex, signatures: &[Signature]) -> Vec<Option<u64>> {
        let number = |decision| match decision {
            Decision::Kept => None,
            Decision::DuplicateOf(number, _) => Some(number),
        };
        signatures
            .iter()
            .map(|signature| number(index.insert(signature).unwrap()))
            .collect()
    }

    #[test]
    fn the_first_copy_stays() {
        let settings = assay_schema::Near::default();
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
        let mut index = NearIndex::new(&settings);
        assert_eq!(
            decisions(&mut index, &signatures),
            [None, None, Some(1), Some(1)]
        );
    }

    #[test]
    fn memory_is_within_what_was_announced() {
        let settings = settings(16, 8);
        let hasher = MinHasher::new(&settings, 0);
        let mut index = NearIndex::new(&settings);
        for document in 1..=2_000_u64 {
            index
                .insert(&hasher.signature(&document.to_string()))
                .unwrap();
            let announced = NearIndex::base_bytes(&settings)
                + document * NearIndex::bytes_per_document(&settings);
            assert!(index.memory_bytes() <= announced);
        }
        assert!(NearIndex::bytes_per_document(&settings) <= 1024);
    }

    #[test]
    fn other_settings_are_refused() {
        let signature = MinHasher::new(&settings(34, 8), 0).signature("text");
        let mut index = NearIndex::new(&settings(4, 3));
        let error = index.insert(&signature).unwrap_err();
        assert!(matches!(
            error,
            DedupError::Signature {
                found: 272,
                expected: 256
            }
        ));

        let error = NearIndex::from_bytes(&settings(3, 4), &index.to_bytes()).unwrap_err();
        assert!(matches!(
            error,
            DedupError::Settings {
                bands: 4,
                rows: 3,
                ..
            }
        ));
    }

    #[test]
    fn another_seed_is_refused_after_saving_too() {
        let settings = settings(4, 4);
        let signature = |seed| MinHasher::new(&settings, seed).signature("text");
        let mut index = NearIndex::new(&settings);
        index.insert(&signature(1)).unwrap();
        let index = NearIndex::from_bytes(&settings, &index.to_bytes()).unwrap();
        let error = index.find(&signature(2)).unwrap_err();
        assert!(matches!(error, DedupError::Scheme { .. }));
        let same = index.find(&signature(1)).unwrap();
        assert_eq!(same, Decision::DuplicateOf(0, 1.0));
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let settings = settings(2, 2);
        let mut index = NearIndex::new(&settings);
        index
            .insert(&MinHasher::new(&settings, 0).signature("text"))
            .unwrap();
        let bytes = index.to_bytes();
        let refuse = |bytes: &[u8]| NearIndex::from_bytes(&settings, bytes).unwrap_err();
        assert!(matches!(refuse(b"nonsense"), DedupError::Kind { .. }));
        for cut in 0..bytes.len() {
            assert!(matches!(
                refuse(&bytes[..cut]),
                DedupError::Truncated { .. }
            ));
        }
        let longer = [bytes, vec![0]].concat();
        assert!(matches!(refuse(&longer), DedupError::TooLong { .. }));
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
            let mut index = NearIndex::new(&settings);
            let mut found = decisions(&mut index, before);
            let mut resumed = NearIndex::from_bytes(&settings, &index.to_bytes()).unwrap();
            found.extend(decisions(&mut resumed, after));
            prop_assert_eq!(found, slow::greedy(&signatures, Banding { bands, rows }, accepted(&settings)));
        }
    }
}
