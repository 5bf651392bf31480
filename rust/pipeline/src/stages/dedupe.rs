//! The deduplication stages of a run: what is compared, and the documents that stayed.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use assay_corpus::{AtomicDir, CorpusError};
use assay_dedup::{
    DedupError, ExactIndex, LshIndex, MinHasher, ParagraphIndex, PassageHasher, Passages, Removal,
    Signature, Sketch, Verdict, cut, exact_hash, raw_hash, sketch,
};
use assay_schema::{Dedup, Exact, Recipe, Substring};

use crate::stages::multi_pass::{MultiPassStages, Near, Substrings};

const EXACT_FILE: &str = "exact.bin";
const MINHASH_FILE: &str = "minhash.bin";
const PARAGRAPHS_FILE: &str = "paragraphs.bin";

/// The names of the deduplication stages of a recipe, in order.
pub(crate) fn stages(settings: &Dedup) -> Vec<&'static str> {
    let all = [
        ("exact", settings.exact.is_some()),
        ("minhash", settings.minhash.is_some()),
        ("paragraphs", settings.paragraphs.is_some()),
        ("substrings", settings.substrings.is_some()),
    ];
    let on = all.into_iter().filter(|(_, on)| *on);
    on.map(|(name, _)| name).collect()
}

/// Whether the sequential half asks for the texts of many documents.
pub(crate) fn reads_texts(settings: &Dedup) -> bool {
    settings.paragraphs.is_some() || settings.substrings.is_some()
}

/// Most bytes of memory for each document that stays.
pub(crate) fn bytes_per_document(settings: &Dedup) -> u64 {
    let exact = if settings.exact.is_some() {
        ExactIndex::BYTES_PER_DOCUMENT
    } else {
        0
    };
    let minhash = settings.minhash.as_ref();
    exact + minhash.map_or(0, LshIndex::bytes_per_document)
}

/// The parallel half: what is compared, for one text.
pub(crate) struct Fingerprinter {
    exact: Option<Exact>,
    minhash: Option<MinHasher>,
    paragraphs: Option<PassageHasher>,
    substrings: Option<Substring>,
}

/// What is compared.
pub(crate) struct Fingerprint {
    exact: Option<u128>,
    signature: Option<Signature>,
    passages: Option<Passages>,
    sketch: Option<Sketch>,
}

impl Fingerprinter {
    /// For a pass over the documents in which `multi_pass` stages decide or collect.
    pub(crate) fn new(recipe: &Recipe, multi_pass: &MultiPassStages) -> Self {
        let dedup = &recipe.dedup;
        let minhash = dedup
            .minhash
            .as_ref()
            .filter(|_| multi_pass.needs_signatures());
        let substrings = dedup
            .substrings
            .as_ref()
            .filter(|_| multi_pass.substrings_collect());
        let paragraphs = dedup.paragraphs.as_ref();
        Self {
            exact: dedup.exact.clone(),
            minhash: minhash.map(|settings| MinHasher::new(settings, recipe.seed)),
            paragraphs: paragraphs.map(|settings| PassageHasher::new(settings, recipe.seed)),
            substrings: substrings.cloned(),
        }
    }

    pub(crate) fn fingerprint(&self, text: &str) -> Fingerprint {
        let passages = |hasher: &PassageHasher| hasher.passages(text);
        Fingerprint {
            exact: self.exact.as_ref().map(|exact| content_hash(exact, text)),
            signature: self.minhash.as_ref().map(|hasher| hasher.signature(text)),
            passages: self.paragraphs.as_ref().map(passages),
            sketch: self
                .substrings
                .as_ref()
                .map(|settings| sketch(settings, text)),
        }
    }
}

fn content_hash(settings: &Exact, text: &str) -> u128 {
    if settings.normalized {
        exact_hash(text)
    } else {
        raw_hash(text)
    }
}

/// What a stage makes of a document.
pub(crate) struct Outcome {
    pub(crate) stage: &'static str,
    /// Why it goes; none where it stays with a changed text.
    pub(crate) dropped: Option<&'static str>,
    /// What was measured.
    pub(crate) detail: String,
    /// The size of the text after the stage.
    pub(crate) bytes: u64,
}

/// A document on its way through the stages.
pub(crate) struct Candidate<'a> {
    /// Its text, read again when a stage needs it.
    pub(crate) text: &'a dyn Fn() -> Cow<'a, str>,
    /// The text as earlier stages changed it.
    pub(crate) changed: &'a mut Option<String>,
    pub(crate) score: f64,
}

impl Candidate<'_> {
    /// Cuts what a stage removes, and tells; false when the document goes.
    fn cut(&mut self, stage: &'static str, removal: Removal, outcomes: &mut Vec<Outcome>) -> bool {
        match removal {
            Removal::Nothing => true,
            Removal::Document(reason) => {
                outcomes.push(dropped(stage, reason, String::new()));
                false
            }
            Removal::Spans(spans) => {
                let text = self.read(|text| cut(text, &spans));
                outcomes.push(Outcome {
                    stage,
                    dropped: None,
                    detail: String::new(),
                    bytes: text.len() as u64,
                });
                *self.changed = Some(text);
                true
            }
        }
    }

    /// Calls `read` with the text as it is now.
    fn read<T>(&mut self, read: impl FnOnce(&str) -> T) -> T {
        match &*self.changed {
            Some(text) => read(text),
            None => read(&(self.text)()),
        }
    }
}

/// The sequential half: the documents that stayed.
pub(crate) struct Indexes {
    exact: ExactIndex,
    minhash: Option<LshIndex>,
    /// Makes the n-grams of documents in clusters.
    hasher: Option<MinHasher>,
    paragraphs: Option<ParagraphIndex>,
    substrings: Option<Substring>,
    multi_pass: MultiPassStages,
}

impl Indexes {
    pub(crate) fn new(recipe: &Recipe, multi_pass: MultiPassStages) -> Self {
        let settings = &recipe.dedup;
        let minhash = settings.minhash.as_ref();
        let (clusters, streams) = match minhash.map(|minhash| minhash.keep) {
            Some(Some(_)) => (minhash, None),
            _ => (None, minhash),
        };
        let paragraphs = settings.paragraphs.as_ref();
        Self {
            exact: ExactIndex::default(),
            minhash: streams.map(LshIndex::new),
            hasher: clusters.map(|settings| MinHasher::new(settings, recipe.seed)),
            paragraphs: paragraphs.map(|settings| ParagraphIndex::new(settings, recipe.seed)),
            substrings: settings.substrings.clone(),
            multi_pass,
        }
    }

    /// The stages that see all documents before they decide.
    pub(crate) fn multi_pass(&self) -> &MultiPassStages {
        &self.multi_pass
    }

    pub(crate) fn into_multi_pass(self) -> MultiPassStages {
        self.multi_pass
    }

    /// Takes a document through the stages; each that dropped or changed it is told.
    pub(crate) fn settle(
        &mut self,
        fingerprint: &Fingerprint,
        candidate: &mut Candidate<'_>,
    ) -> Result<Vec<Outcome>, DedupError> {
        let mut outcomes = Vec::new();
        if fingerprint
            .exact
            .is_some_and(|hash| !self.exact.insert(hash))
        {
            return Ok(vec![dropped("exact", "duplicate", String::new())]);
        }
        if let Some(similarity) = self.near(fingerprint, candidate)? {
            let detail = format!("{similarity:.3}");
            return Ok(vec![dropped("minhash", "near-duplicate", detail)]);
        }
        let removal = match (&mut self.paragraphs, &fingerprint.passages) {
            (Some(index), Some(passages)) => index.settle(passages),
            _ => Removal::Nothing,
        };
        if candidate.cut("paragraphs", removal, &mut outcomes) {
            let changed = !outcomes.is_empty();
            let removal = self.substrings(fingerprint, candidate, changed)?;
            candidate.cut("substrings", removal, &mut outcomes);
        }
        Ok(outcomes)
    }

    /// The similarity to an earlier document, or to the one of its cluster that stays, where the
    /// document is to go.
    fn near(
        &mut self,
        fingerprint: &Fingerprint,
        candidate: &mut Candidate<'_>,
    ) -> Result<Option<f64>, DedupError> {
        if let (Some(index), Some(signature)) = (&mut self.minhash, &fingerprint.signature) {
            return Ok(match index.insert(signature)? {
                Verdict::Kept => None,
                Verdict::DuplicateOf(_, similarity) => Some(similarity),
            });
        }
        match &mut self.multi_pass.minhash {
            Near::Off => Ok(None),
            Near::Collecting(clusters) => {
                if let Some(signature) = &fingerprint.signature {
                    let bytes = candidate.read(|text| text.len() as u64);
                    clusters.add(signature, bytes, candidate.score)?;
                }
                Ok(None)
            }
            Near::Verifying(links) => {
                if let Some(hasher) = &self.hasher {
                    links.next(|| candidate.read(|text| hasher.ngram_set(text)));
                }
                Ok(None)
            }
            Near::Deciding(members) => Ok(members.next()),
        }
    }

    /// What of a document repeats earlier ones.
    fn substrings(
        &mut self,
        fingerprint: &Fingerprint,
        candidate: &mut Candidate<'_>,
        changed: bool,
    ) -> Result<Removal, DedupError> {
        match &mut self.multi_pass.substrings {
            Substrings::Off => Ok(Removal::Nothing),
            Substrings::Collecting(index) => {
                let settings = self.substrings.as_ref();
                candidate.read(|text| match (&fingerprint.sketch, settings) {
                    // The sketch is of the text before paragraphs were cut out of it.
                    (Some(_), Some(settings)) if changed => {
                        index.push(text, &sketch(settings, text))
                    }
                    (Some(sketch), _) => index.push(text, sketch),
                    (None, _) => Ok(()),
                })?;
                Ok(Removal::Nothing)
            }
            Substrings::Deciding(removals) => removals.next(),
        }
    }

    /// Saves the indexes as a folder.
    pub(crate) fn save(&self, folder: &Path) -> Result<(), CorpusError> {
        let saved = AtomicDir::create(folder)?;
        save(saved.path(), EXACT_FILE, |file| self.exact.save(file))?;
        if let Some(index) = &self.minhash {
            save(saved.path(), MINHASH_FILE, |file| index.save(file))?;
        }
        if let Some(index) = &self.paragraphs {
            save(saved.path(), PARAGRAPHS_FILE, |file| index.save(file))?;
        }
        saved.commit()
    }

    /// The indexes saved in a folder; none when they are missing or damaged.
    pub(crate) fn load(folder: &Path, recipe: &Recipe) -> Option<Self> {
        let open = |name| File::open(folder.join(name)).ok().map(BufReader::new);
        let mut indexes = Self::new(recipe, MultiPassStages::off());
        indexes.exact = ExactIndex::load(open(EXACT_FILE)?).ok()?;
        if indexes.minhash.is_some() {
            let settings = recipe.dedup.minhash.as_ref()?;
            indexes.minhash = Some(LshIndex::load(settings, open(MINHASH_FILE)?).ok()?);
        }
        if let Some(settings) = &recipe.dedup.paragraphs {
            let loaded = ParagraphIndex::load(settings, recipe.seed, open(PARAGRAPHS_FILE)?);
            indexes.paragraphs = Some(loaded.ok()?);
        }
        Some(indexes)
    }
}

fn dropped(stage: &'static str, reason: &'static str, detail: String) -> Outcome {
    Outcome {
        stage,
        dropped: Some(reason),
        detail,
        bytes: 0,
    }
}

fn save(
    folder: &Path,
    name: &str,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), CorpusError> {
    let path = folder.join(name);
    let written = File::create(&path).and_then(|file| {
        let mut file = BufWriter::new(file);
        write(&mut file)?;
        file.flush()
    });
    written.map_err(|error| CorpusError::write(&path, error))
}
