//! Near-duplicates as clusters: all documents are collected before any is decided about.
//!
//! Two documents are linked when they have an equal band and an estimated similarity of at least
//! the threshold; a cluster is what links connect. The order in which links are checked makes no
//! difference to the clusters, so that memory and disk give the same decisions.

use assay_schema::{Keep, Near};

use crate::error::DedupError;
use crate::near::banding::Banding;
use crate::near::linking::{Linking, Member};
use crate::near::minhash::{Signature, band_keys};
use crate::near::ngram_check::NgramCheck;
use crate::near::signatures::Signatures;
use crate::near::union_find::UnionFind;
use crate::store::sorter::{Merge, Record, Sorter};
use crate::store::temp_file::Storage;

/// A band's key, its upper and its lower half, and a document: twelve bytes in the order wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    upper: u32,
    lower: u32,
    document: u32,
}

impl Entry {
    fn new(key: u64, document: u32) -> Self {
        Self {
            upper: (key >> 32) as u32,
            lower: key as u32,
            document,
        }
    }

    fn key(self) -> u64 {
        u64::from(self.upper) << 32 | u64::from(self.lower)
    }
}

impl Record for Entry {
    fn write(self, bytes: &mut Vec<u8>) {
        for number in [self.upper, self.lower, self.document] {
            bytes.extend(number.to_le_bytes());
        }
    }

    fn read(bytes: &[u8]) -> Self {
        let numbers = bytes.as_chunks().0;
        let number = |place: usize| u32::from_le_bytes(numbers[place]);
        Self {
            upper: number(0),
            lower: number(1),
            document: number(2),
        }
    }
}

/// Takes documents in order and then finds their clusters.
#[derive(Debug)]
pub struct Clusters {
    banding: Banding,
    threshold: f64,
    keep: Keep,
    /// Scheme of the first signature; later ones must match.
    scheme: Option<u64>,
    /// For each document, higher for one that should rather stay.
    ranks: Vec<u64>,
    sets: UnionFind,
    signatures: Signatures,
    entries: Sorter<Entry>,
}

impl Clusters {
    /// No documents yet.
    ///
    /// # Errors
    /// [`DedupError::TempFile`] when a temporary file cannot be made.
    pub fn new(settings: &Near, keep: Keep, storage: &Storage) -> Result<Self, DedupError> {
        let banding = Banding::of(settings);
        // Half for sorting, half for signatures.
        let mut half = storage.clone();
        if let Storage::Disk { memory_bytes, .. } = &mut half {
            *memory_bytes /= 2;
        }
        Ok(Self {
            banding,
            threshold: settings.threshold,
            keep,
            scheme: None,
            ranks: Vec::new(),
            sets: UnionFind::default(),
            signatures: Signatures::new(banding.values(), &half)?,
            entries: Sorter::new(half),
        })
    }

    /// Most bytes of memory for each document; on disk, beside those of [`Storage::Disk`].
    #[must_use]
    pub fn bytes_per_document(settings: &Near, storage: &Storage) -> u64 {
        // Rank and set in vectors that double, the best one of its cluster, and the decision.
        let fixed = 2 * (size_of::<u64>() + size_of::<u32>());
        let decision = size_of::<u32>() + size_of::<Member>();
        let banding = Banding::of(settings);
        let compared = match storage {
            Storage::Memory => {
                banding.values() * size_of::<u16>() + banding.bands as usize * size_of::<Entry>()
            }
            Storage::Disk { .. } => 0,
        };
        (fixed + decision + compared) as u64
    }

    /// Adds the next document: its length and its score, of which the keep rule may use one.
    ///
    /// # Errors
    /// [`DedupError::Signature`] and [`DedupError::Scheme`] for a signature of other settings,
    /// [`DedupError::Full`] when no more documents can be numbered, [`DedupError::TempFile`] when a
    /// temporary file cannot be written.
    pub fn add(
        &mut self,
        signature: &Signature,
        length: u64,
        score: f64,
    ) -> Result<(), DedupError> {
        signature.check(self.banding, self.scheme)?;
        self.scheme = Some(signature.scheme());
        let documents = self.ranks.len() as u64;
        let number = u32::try_from(documents).map_err(|_| DedupError::Full { documents })?;
        self.ranks.push(match self.keep {
            Keep::First => 0,
            Keep::Longest => length,
            Keep::HighestScore => ordered(score),
        });
        self.sets.push();
        self.signatures.push(signature.values())?;
        for key in band_keys(signature.values(), self.banding) {
            self.entries.push(Entry::new(key, number))?;
        }
        Ok(())
    }

    /// What became of each document, in order, by estimates alone: one reading of the input, but
    /// estimates near the threshold err, and a wrong link joins whole clusters.
    ///
    /// # Errors
    /// [`DedupError::TempFile`] when a temporary file cannot be read back.
    pub fn finish(self) -> Result<Vec<Member>, DedupError> {
        self.link(0.0)?.members()
    }

    /// The clusters, but for links that need the n-grams of their documents: a second reading of
    /// the input, and links that are right.
    ///
    /// # Errors
    /// [`DedupError::TempFile`] when a temporary file cannot be read back.
    pub fn verify(self) -> Result<NgramCheck, DedupError> {
        let variance = self.threshold * (1.0 - self.threshold) / self.banding.values() as f64;
        let linking = self.link(4.0 * variance.sqrt())?;
        Ok(NgramCheck::new(linking))
    }

    fn link(self, margin: f64) -> Result<Linking, DedupError> {
        let mut linking = Linking {
            threshold: self.threshold,
            margin,
            open: Vec::new(),
            ranks: self.ranks,
            sets: self.sets,
            signatures: self.signatures,
        };
        let mut merge = self.entries.sorted()?;
        let mut group = Vec::new();
        while next_group(&mut merge, &mut group)? {
            linking.link(&group)?;
        }
        Ok(linking)
    }
}

/// The bits of a number, ordered as numbers are; not a number comes last.
fn ordered(score: f64) -> u64 {
    if score.is_nan() {
        return 0;
    }
    let bits = score.to_bits();
    if score.is_sign_negative() {
        !bits
    } else {
        bits | 1 << 63
    }
}

/// The documents of the next key; false at the end.
fn next_group(merge: &mut Merge<Entry>, group: &mut Vec<u32>) -> Result<bool, DedupError> {
    group.clear();
    let Some(first) = merge.next()? else {
        return Ok(false);
    };
    group.push(first.document);
    while let Some(entry) = merge.next_if(|entry| entry.key() == first.key())? {
        group.push(entry.document);
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::near::minhash::MinHasher;
    use crate::near::slow;

    fn added(settings: &Near, keep: Keep, storage: &Storage, texts: &[String]) -> Clusters {
        let hasher = MinHasher::new(settings, 3);
        let mut clusters = Clusters::new(settings, keep, storage).unwrap();
        for text in texts {
            let signature = hasher.signature(text);
            // Scores prefer the shortest.
            let score = -(text.len() as f64);
            clusters.add(&signature, text.len() as u64, score).unwrap();
        }
        clusters
    }

    fn first(members: &[Member]) -> Vec<u64> {
        members.iter().map(|member| member.cluster.into()).collect()
    }

    /// Many small texts, of which some are similar, and settings that compare most of them.
    fn small_texts() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec("([ab] ){1,12}", 1..40)
    }

    fn small(bands: u32, rows: u32) -> Near {
        Near {
            ngram: 2,
            bands: Some(bands),
            rows: Some(rows),
            threshold: 0.6,
            ..Default::default()
        }
    }

    #[test]
    fn the_rule_says_which_one_stays() {
        let long = |more: &str| (0..99).map(|i| format!("w{i} ")).collect::<String>() + more;
        let texts = [long("end"), "else".into(), long("and more"), long("")];
        let kept = |keep| {
            let clusters = added(&Near::default(), keep, &Storage::Memory, &texts);
            let members = clusters.finish().unwrap();
            assert!(members.iter().all(|member| member.similarity > 0.7));
            let number = |member: &Member| (member.cluster, member.kept);
            members.iter().map(number).collect::<Vec<_>>()
        };
        assert_eq!(kept(Keep::First), [(0, 0), (1, 1), (0, 0), (0, 0)]);
        assert_eq!(kept(Keep::Longest), [(0, 2), (1, 1), (0, 2), (0, 2)]);
        assert_eq!(kept(Keep::HighestScore), [(0, 3), (1, 1), (0, 3), (0, 3)]);
    }

    #[test]
    fn scores_keep_their_order() {
        let scores = [
            f64::NAN,
            f64::NEG_INFINITY,
            -1.0,
            -0.5,
            0.0,
            2.0,
            f64::INFINITY,
        ];
        assert!(scores.map(ordered).is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn missing_ngrams_are_an_error() {
        let numbers = |range: std::ops::Range<u32>| range.map(|i| format!("w{i} ")).collect();
        let texts: [String; 2] = [numbers(0..104), numbers(14..118)];
        let clusters = added(&Near::default(), Keep::First, &Storage::Memory, &texts);
        let verification = clusters.verify().unwrap();
        assert_eq!(verification.needed().collect::<Vec<_>>(), [0, 1]);
        let error = verification.finish().unwrap_err();
        assert!(matches!(error, DedupError::Missing { document: 0 }));
    }

    proptest! {
        #[test]
        fn memory_and_disk_agree_with_the_slow_twin(
            texts in small_texts(), bands in 1_u32..6, rows in 1_u32..4, memory_bytes in 0_u64..4000,
        ) {
            let settings = small(bands, rows);
            let folder = std::env::temp_dir();
            let disk = Storage::Disk { folder, memory_bytes };
            let finish = |storage| {
                added(&settings, Keep::Longest, storage, &texts).finish().unwrap()
            };
            let found = finish(&Storage::Memory);
            prop_assert_eq!(&found, &finish(&disk));

            let hasher = MinHasher::new(&settings, 3);
            let signatures: Vec<_> = texts.iter().map(|text| hasher.signature(text)).collect();
            let linked = |a: usize, b: usize| {
                let (a, b) = (&signatures[a], &signatures[b]);
                slow::share_a_band(a, b, Banding { bands, rows }) && a.estimate(b) >= 0.6
            };
            prop_assert_eq!(first(&found), slow::clusters(texts.len(), linked));
        }

        #[test]
        fn verification_agrees_with_the_slow_twin(
            texts in small_texts(), bands in 1_u32..6, order: u64,
        ) {
            let settings = small(bands, 1);
            let clusters = added(&settings, Keep::First, &Storage::Memory, &texts);
            let mut verification = clusters.verify().unwrap();
            let hasher = MinHasher::new(&settings, 3);
            let mut needed: Vec<u32> = verification.needed().collect();
            needed.sort_by_key(|document| assay_text::draw(order, "order", (*document).into()));
            for document in needed {
                verification.give(document, hasher.ngram_set(&texts[document as usize]));
            }
            let found = verification.finish().unwrap();

            let signatures: Vec<_> = texts.iter().map(|text| hasher.signature(text)).collect();
            let linked = |a: usize, b: usize| {
                slow::share_a_band(&signatures[a], &signatures[b], Banding { bands, rows: 1 })
                    && slow::jaccard(&texts[a], &texts[b], 2) >= 0.6
            };
            prop_assert_eq!(first(&found), slow::clusters(texts.len(), linked));
        }
    }
}
