//! The sequential half of deduplication: each document is compared with those that stayed before.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use assay_corpus::{AtomicDir, Batch, CorpusError};
use assay_dedup::{
    Decision, DedupError, ExactIndex, KeptTexts, MinHasher, NearIndex, ParagraphIndex, Removal,
    cut, sketch,
};
use assay_schema::{Dedup, Recipe, Substring};

use crate::stages::body::Body;
use crate::stages::fingerprint::Fingerprint;
use crate::stages::multi_pass::{MultiPassStages, Near, Substrings};

const EXACT_FILE: &str = "exact.bin";
const NEAR_FILE: &str = "near.bin";
const PARAGRAPHS_FILE: &str = "paragraphs.bin";
const KEPT_FILE: &str = "kept.bin";

/// The names of the deduplication stages of a recipe, in order.
pub(crate) fn stage_names(settings: &Dedup) -> Vec<&'static str> {
    let all = [
        ("exact", settings.exact.is_some()),
        ("near", settings.near.is_some()),
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
    let kept = if settings.counts_overlaps() {
        KeptTexts::BYTES_PER_DOCUMENT
    } else {
        0
    };
    let near = settings.near.as_ref();
    exact + kept + near.map_or(0, NearIndex::bytes_per_document)
}

/// What a stage did to a document that it did not leave as it was.
pub(crate) struct Effect {
    pub(crate) stage: &'static str,
    /// Why the document goes; none if it stays with a changed text.
    pub(crate) dropped: Option<&'static str>,
    /// What was measured.
    pub(crate) detail: String,
    /// The size of the text after the stage.
    pub(crate) bytes: u64,
}

/// A document on its way through the stages.
pub(crate) struct Candidate<'a> {
    /// Where it was read.
    pub(crate) batch: &'a Batch,
    /// Its place in the batch.
    pub(crate) index: usize,
    pub(crate) body: Body,
    /// The bytes of its text when the stages here begin.
    pub(crate) bytes: u64,
    /// What decides which document of a cluster of near-duplicates is kept.
    pub(crate) score: f64,
}

impl Candidate<'_> {
    /// Cuts what a stage removes, and notes it in `effects`; false when the document goes.
    fn cut(&mut self, stage: &'static str, removal: Removal, effects: &mut Vec<Effect>) -> bool {
        match removal {
            Removal::Nothing => true,
            Removal::Document(reason) => {
                effects.push(dropped(stage, reason, String::new()));
                false
            }
            Removal::Spans(spans) => {
                let text = self.read(|text| cut(text, &spans));
                effects.push(Effect {
                    stage,
                    dropped: None,
                    detail: String::new(),
                    bytes: text.len() as u64,
                });
                self.body = Body::Changed(text);
                true
            }
        }
    }

    /// Calls `read` with the text as it is now.
    fn read<T>(&self, read: impl FnOnce(&str) -> T) -> T {
        read(&self.body.text(self.batch, self.index))
    }
}

/// What is remembered of the documents that stayed.
pub(crate) struct Indexes {
    exact: ExactIndex,
    /// Where near-duplicates are dropped as they come, without clusters.
    near: Option<NearIndex>,
    /// Makes the n-grams of documents in clusters.
    hasher: Option<MinHasher>,
    paragraphs: Option<ParagraphIndex>,
    substrings: Option<Substring>,
    multi_pass: MultiPassStages,
    /// The documents of this source that stay, where it is counted what sources share.
    kept: Option<KeptTexts>,
}

impl Indexes {
    pub(crate) fn new(recipe: &Recipe, multi_pass: MultiPassStages) -> Self {
        let settings = &recipe.dedup;
        let near = settings.near.as_ref();
        let (clusters, streams) = match near.map(|near| near.keep) {
            Some(Some(_)) => (near, None),
            _ => (None, near),
        };
        let paragraphs = settings.paragraphs.as_ref();
        Self {
            exact: ExactIndex::default(),
            near: streams.map(NearIndex::new),
            hasher: clusters.map(|settings| MinHasher::new(settings, recipe.seed)),
            paragraphs: paragraphs.map(|settings| ParagraphIndex::new(settings, recipe.seed)),
            substrings: settings.substrings.clone(),
            multi_pass,
            kept: settings.counts_overlaps().then(KeptTexts::default),
        }
    }

    /// Notes a document that stays, and the bytes of its text.
    pub(crate) fn keep(&mut self, fingerprint: &Fingerprint, bytes: u64) {
        if let (Some(kept), Some(hash)) = (&mut self.kept, fingerprint.exact) {
            kept.push(hash, bytes);
        }
    }

    /// The documents that stayed of the source that ends here, in the order of their hashes; those
    /// of the next one are noted from now on.
    pub(crate) fn take_kept(&mut self) -> Option<KeptTexts> {
        let mut kept = self.kept.as_mut().map(std::mem::take)?;
        kept.sort();
        Some(kept)
    }

    /// The stages that see all documents before they decide.
    pub(crate) fn multi_pass(&self) -> &MultiPassStages {
        &self.multi_pass
    }

    pub(crate) fn into_multi_pass(self) -> MultiPassStages {
        self.multi_pass
    }

    /// Takes a document through the stages, and gives what those did that dropped or changed it.
    pub(crate) fn compare(
        &mut self,
        fingerprint: &Fingerprint,
        candidate: &mut Candidate<'_>,
    ) -> Result<Vec<Effect>, DedupError> {
        let mut effects = Vec::new();
        if fingerprint
            .exact
            .is_some_and(|hash| !self.exact.insert(hash))
        {
            return Ok(vec![dropped("exact", "duplicate", String::new())]);
        }
        if let Some(similarity) = self.near_duplicate(fingerprint, candidate)? {
            let detail = format!("{similarity:.3}");
            return Ok(vec![dropped("near", "near-duplicate", detail)]);
        }
        let removal = match (&mut self.paragraphs, &fingerprint.passages) {
            (Some(index), Some(passages)) => index.settle(passages),
            _ => Removal::Nothing,
        };
        if candidate.cut("paragraphs", removal, &mut effects) {
            let changed = !effects.is_empty();
            let removal = self.repeated_substrings(fingerprint, candidate, changed)?;
            candidate.cut("substrings", removal, &mut effects);
        }
        Ok(effects)
    }

    /// The similarity to an earlier document, or to the one of its cluster that stays, if this
    /// document is to go.
    fn near_duplicate(
        &mut self,
        fingerprint: &Fingerprint,
        candidate: &Candidate<'_>,
    ) -> Result<Option<f64>, DedupError> {
        if let (Some(index), Some(signature)) = (&mut self.near, &fingerprint.signature) {
            return Ok(match index.insert(signature)? {
                Decision::Kept => None,
                Decision::DuplicateOf(_, similarity) => Some(similarity),
            });
        }
        match &mut self.multi_pass.near {
            Near::Off => Ok(None),
            Near::Collecting(clusters) => {
                if let Some(signature) = &fingerprint.signature {
                    clusters.add(signature, candidate.bytes, candidate.score)?;
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
    fn repeated_substrings(
        &mut self,
        fingerprint: &Fingerprint,
        candidate: &Candidate<'_>,
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
            Substrings::Deciding(cuts) => cuts.next(),
        }
    }

    /// Saves the indexes as a folder. Multi-pass stages are not saved: a run with them is not taken
    /// up in the middle.
    pub(crate) fn save(&self, folder: &Path) -> Result<(), CorpusError> {
        let saved = AtomicDir::create(folder)?;
        save(saved.path(), EXACT_FILE, |file| self.exact.save(file))?;
        if let Some(index) = &self.near {
            save(saved.path(), NEAR_FILE, |file| index.save(file))?;
        }
        if let Some(index) = &self.paragraphs {
            save(saved.path(), PARAGRAPHS_FILE, |file| index.save(file))?;
        }
        if let Some(kept) = &self.kept {
            save(saved.path(), KEPT_FILE, |file| kept.save(file))?;
        }
        saved.commit()
    }

    /// The indexes saved in a folder; none when they are missing or damaged, for then the documents
    /// are read again.
    pub(crate) fn load(folder: &Path, recipe: &Recipe) -> Option<Self> {
        let open = |name| File::open(folder.join(name)).ok().map(BufReader::new);
        let mut indexes = Self::new(recipe, MultiPassStages::off());
        indexes.exact = ExactIndex::load(open(EXACT_FILE)?).ok()?;
        if indexes.near.is_some() {
            let settings = recipe.dedup.near.as_ref()?;
            indexes.near = Some(NearIndex::load(settings, open(NEAR_FILE)?).ok()?);
        }
        if let Some(settings) = &recipe.dedup.paragraphs {
            let loaded = ParagraphIndex::load(settings, recipe.seed, open(PARAGRAPHS_FILE)?);
            indexes.paragraphs = Some(loaded.ok()?);
        }
        if indexes.kept.is_some() {
            indexes.kept = Some(KeptTexts::load(open(KEPT_FILE)?).ok()?);
        }
        Some(indexes)
    }
}

fn dropped(stage: &'static str, reason: &'static str, detail: String) -> Effect {
    Effect {
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
