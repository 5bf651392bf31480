//! The stages that need one document alone, in parallel: filters, decontamination, fingerprints.

use std::borrow::Cow;

use assay_corpus::{BadLine, Record};
use assay_decontam::{EvalIndex, SetReport, Tally};
use assay_filter::{Chain, Document, Fields, Judgement};
use assay_schema::{FoundItems, Keep, Recipe};
use rayon::prelude::*;

use crate::read::reading::Block;
use crate::read::record_fields::RecordFields;
use crate::stages::body::Body;
use crate::stages::counts::Trail;
use crate::stages::dedupe;
use crate::stages::fingerprint::{Fingerprint, Fingerprinter};
use crate::stages::multi_pass::MultiPassStages;

const DECONTAMINATE: &str = "decontaminate";

/// The parallel stages of one source, and the names of all its stages.
pub(crate) struct ParallelStages<'a> {
    names: Vec<String>,
    chain: &'a Chain,
    evals: Option<&'a EvalIndex>,
    fingerprinter: Fingerprinter,
    /// The field of the score, when clusters of near-duplicates are kept by score.
    score: Option<String>,
    /// Whether decisions are written, which name documents.
    keeps_id: bool,
    /// Whether a later stage asks for texts, which are then not decoded twice.
    keeps_decoded: bool,
}

/// What these stages found out about one document.
pub(crate) struct Judged {
    /// Its identifier, when decisions are written.
    pub(crate) id: Option<String>,
    /// Line or row.
    pub(crate) number: u64,
    /// The evaluation items found in it.
    pub(crate) items: Vec<u32>,
    pub(crate) finding: Finding,
}

/// Whether a document goes on.
pub(crate) enum Finding {
    /// The line is not a valid document.
    Bad(BadLine),
    /// A stage drops it.
    Dropped {
        trail: Trail,
        stage: usize,
        reason: Cow<'static, str>,
        detail: String,
    },
    /// The stages in order have it next.
    Passed(Passed),
}

/// A document that goes on.
pub(crate) struct Passed {
    pub(crate) trail: Trail,
    pub(crate) body: Body,
    /// What decides which document of a cluster of near-duplicates is kept.
    pub(crate) score: f64,
    pub(crate) fingerprint: Fingerprint,
}

impl<'a> ParallelStages<'a> {
    /// For a pass over the documents in which `multi_pass` stages decide or collect.
    pub(crate) fn new(
        recipe: &Recipe,
        chain: &'a Chain,
        evals: Option<&'a EvalIndex>,
        multi_pass: &MultiPassStages,
    ) -> Self {
        let decontaminate = evals.map(|_| DECONTAMINATE.to_owned());
        let dedup = dedupe::stage_names(&recipe.dedup).into_iter();
        let tokenize = recipe.tokenizer.as_ref().map(|_| "tokenize".to_owned());
        let names = chain
            .stages()
            .into_iter()
            .chain(decontaminate)
            .chain(dedup.map(str::to_owned))
            .chain(tokenize);
        Self {
            names: names.collect(),
            chain,
            evals,
            fingerprinter: Fingerprinter::new(recipe, multi_pass),
            score: score_field(recipe),
            keeps_id: recipe.decisions,
            keeps_decoded: recipe.tokenizer.is_some() || dedupe::reads_texts(&recipe.dedup),
        }
    }

    /// Counts what is found of each evaluation set, where documents are decontaminated.
    pub(crate) fn tally(&self) -> Option<Tally> {
        self.evals.map(Tally::new)
    }

    /// How much of each evaluation set was found.
    pub(crate) fn found(&self, tally: Option<&Tally>) -> Vec<FoundItems> {
        let (Some(evals), Some(tally)) = (self.evals, tally) else {
            return Vec::new();
        };
        let found = |set: SetReport| FoundItems {
            name: set.name,
            items: set.items,
            too_short: set.too_short,
            found: set.found,
            pairs: set.pairs,
        };
        evals.report(tally).into_iter().map(found).collect()
    }

    /// The names of all stages, in order.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The place of a stage.
    pub(crate) fn number(&self, name: &str) -> usize {
        let found = self.names.iter().position(|stage| stage == name);
        found.unwrap_or(self.names.len())
    }

    /// Runs the stages on every document of these blocks; the results are in document order.
    pub(crate) fn judge(&self, blocks: &[Block]) -> Vec<Vec<Judged>> {
        let all = blocks.par_iter().map(|block| {
            let places = (0..block.batch.len()).into_par_iter();
            places.map(|place| self.judge_one(block, place)).collect()
        });
        all.collect()
    }

    fn judge_one(&self, block: &Block, place: usize) -> Judged {
        let number = block.batch.number(place);
        let mut items = Vec::new();
        let (id, finding) = match block.batch.record(place) {
            Err(problem) => (None, Finding::Bad(problem)),
            Ok(record) => {
                let id = record.id.as_deref().filter(|_| self.keeps_id);
                let id = id.map(str::to_owned);
                let mut finding = self.finding(&record, &mut items);
                if let (true, Finding::Passed(passed)) = (self.keeps_decoded, &mut finding) {
                    passed.body.hold(record.text);
                }
                (id, finding)
            }
        };
        Judged {
            id,
            number,
            items,
            finding,
        }
    }

    /// Takes a document through the filters, and through the other stages if they keep it.
    fn finding(&self, record: &Record<'_>, items: &mut Vec<u32>) -> Finding {
        let fields = RecordFields(record);
        let document = Document {
            text: &record.text,
            fields: &fields,
        };
        let mut trail = Trail::new(&record.text);
        let note = |stage, bytes| trail.changes.push((stage, bytes));
        match self.chain.judge_and_note(&document, note) {
            Judgement::Drop {
                stage,
                reason,
                detail,
            } => Finding::Dropped {
                trail,
                stage,
                reason: reason.into(),
                detail,
            },
            Judgement::Keep(text) => {
                let score = self.score.as_ref().and_then(|path| fields.number(path));
                self.unfiltered(text, trail, score.unwrap_or(f64::NEG_INFINITY), items)
            }
        }
    }

    /// The stages after the filters.
    fn unfiltered(
        &self,
        text: Cow<'_, str>,
        mut trail: Trail,
        score: f64,
        items: &mut Vec<u32>,
    ) -> Finding {
        let text = match self.decontaminated(text, &mut trail, items) {
            Ok(text) => text,
            Err((reason, detail)) => {
                return Finding::Dropped {
                    trail,
                    stage: self.number(DECONTAMINATE),
                    reason: reason.into(),
                    detail,
                };
            }
        };
        debug_assert_eq!(trail.bytes_now(), text.len() as u64);
        let fingerprint = self.fingerprinter.fingerprint(&text);
        Finding::Passed(Passed {
            trail,
            body: Body::of(text),
            score,
            fingerprint,
        })
    }

    /// The text without evaluation text, or why it is dropped and how much was found in it.
    fn decontaminated<'t>(
        &self,
        text: Cow<'t, str>,
        trail: &mut Trail,
        items: &mut Vec<u32>,
    ) -> Result<Cow<'t, str>, (String, String)> {
        let Some(evals) = self.evals else {
            return Ok(text);
        };
        let scan = evals.scan(&text);
        let Some(best) = scan.overlaps.first() else {
            return Ok(text);
        };
        *items = scan.items();
        // Every item and where it stands; plain data that always serialises.
        let detail = || serde_json::to_string(&scan).unwrap_or_default();
        match evals.decide(&text, &scan) {
            assay_decontam::Decision::Keep => Ok(text),
            assay_decontam::Decision::Cut(left) => {
                let bytes = left.len() as u64;
                trail.changes.push((self.number(DECONTAMINATE), bytes));
                Ok(left.into())
            }
            assay_decontam::Decision::Drop => Err((best.eval_name.to_owned(), detail())),
            assay_decontam::Decision::TooShort => Err(("too-short-after-cut".to_owned(), detail())),
        }
    }
}

/// The field of the score, when clusters are kept by score.
fn score_field(recipe: &Recipe) -> Option<String> {
    let near = recipe.dedup.near.as_ref()?;
    (near.keep == Some(Keep::HighestScore)).then(|| near.score_field.clone())
}
