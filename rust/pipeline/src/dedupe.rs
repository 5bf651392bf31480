//! Both deduplication indexes of a run, and what resuming needs of them.

use std::fs;
use std::path::Path;

use assay_corpus::{AtomicDir, CorpusError, atomic_write};
use assay_dedup::{DedupError, ExactIndex, LshIndex, MinHasher, Signature, Verdict, exact_hash};
use assay_schema::{Dedup, Recipe};

const EXACT_FILE: &str = "exact.bin";
const MINHASH_FILE: &str = "minhash.bin";

/// The names of the deduplication stages of a recipe, in order.
pub(crate) fn stages(settings: &Dedup) -> Vec<&'static str> {
    let exact = settings.exact.then_some("exact");
    let minhash = settings.minhash.as_ref().map(|_| "minhash");
    exact.into_iter().chain(minhash).collect()
}

/// Most bytes of memory for each document that stays.
pub(crate) fn bytes_per_document(settings: &Dedup) -> u64 {
    let exact = if settings.exact {
        ExactIndex::BYTES_PER_DOCUMENT
    } else {
        0
    };
    exact
        + settings
            .minhash
            .as_ref()
            .map_or(0, LshIndex::bytes_per_document)
}

/// The parallel half: what is compared, for one text.
pub(crate) struct Fingerprinter {
    exact: bool,
    minhash: Option<MinHasher>,
}

/// What is compared.
pub(crate) struct Fingerprint {
    exact: Option<u128>,
    signature: Option<Signature>,
}

impl Fingerprinter {
    pub(crate) fn new(recipe: &Recipe) -> Self {
        let settings = recipe.dedup.minhash.as_ref();
        Self {
            exact: recipe.dedup.exact,
            minhash: settings.map(|settings| MinHasher::new(settings, recipe.seed)),
        }
    }

    pub(crate) fn fingerprint(&self, text: &str) -> Fingerprint {
        Fingerprint {
            exact: self.exact.then(|| exact_hash(text)),
            signature: self.minhash.as_ref().map(|hasher| hasher.signature(text)),
        }
    }
}

/// The sequential half: the documents that stayed.
pub(crate) struct Indexes {
    exact: ExactIndex,
    minhash: Option<LshIndex>,
}

impl Indexes {
    pub(crate) fn new(settings: &Dedup) -> Self {
        Self {
            exact: ExactIndex::default(),
            minhash: settings.minhash.as_ref().map(LshIndex::new),
        }
    }

    /// Adds a document; a duplicate gives the name of the stage that found it and the reason.
    pub(crate) fn insert(
        &mut self,
        fingerprint: &Fingerprint,
    ) -> Result<Option<(&'static str, &'static str)>, DedupError> {
        if fingerprint
            .exact
            .is_some_and(|hash| !self.exact.insert(hash))
        {
            return Ok(Some(("exact", "duplicate")));
        }
        if let (Some(index), Some(signature)) = (&mut self.minhash, &fingerprint.signature)
            && let Verdict::DuplicateOf(_) = index.insert(signature)?
        {
            return Ok(Some(("minhash", "near-duplicate")));
        }
        Ok(None)
    }

    /// Saves the indexes as a folder.
    pub(crate) fn save(&self, folder: &Path) -> Result<(), CorpusError> {
        let saved = AtomicDir::create(folder)?;
        atomic_write(&saved.path().join(EXACT_FILE), &self.exact.to_bytes())?;
        if let Some(index) = &self.minhash {
            atomic_write(&saved.path().join(MINHASH_FILE), &index.to_bytes())?;
        }
        saved.commit()
    }

    /// The indexes saved in a folder; none when they are missing or damaged.
    pub(crate) fn load(folder: &Path, settings: &Dedup) -> Option<Self> {
        let exact = fs::read(folder.join(EXACT_FILE)).ok()?;
        let minhash = match &settings.minhash {
            Some(settings) => {
                let bytes = fs::read(folder.join(MINHASH_FILE)).ok()?;
                Some(LshIndex::from_bytes(settings, &bytes).ok()?)
            }
            None => None,
        };
        Some(Self {
            exact: ExactIndex::from_bytes(&exact).ok()?,
            minhash,
        })
    }
}
