//! The stages that compare each document with earlier ones, which takes them one by one, in order.

use assay_corpus::{BadLine, CorpusError};
use assay_decontam::Tally;
use assay_schema::{OnBadLine, Recipe};

use crate::error::PipelineError;
use crate::read::input_set::InputSet;
use crate::read::reading::Block;
use crate::stages::body::KeptDocuments;
use crate::stages::counts::{Counts, Trail};
use crate::stages::decisions::{Decisions, Row};
use crate::stages::dedupe::{Candidate, Indexes};
use crate::stages::fingerprint::Fingerprint;
use crate::stages::parallel::{Finding, Judged, ParallelStages, Passed};

/// The sequential half of one source.
pub(crate) struct OrderedStages<'a> {
    stages: &'a ParallelStages<'a>,
    pub(crate) set: &'a InputSet,
    pub(crate) indexes: &'a mut Indexes,
    on_bad_line: OnBadLine,
    pub(crate) counts: Counts,
    /// The overlaps with evaluation sets that were found, when documents are decontaminated.
    pub(crate) tally: Option<Tally>,
    pub(crate) decisions: Option<Decisions>,
    /// What was rejected since the observer was last told.
    pub(crate) rejected: Vec<CorpusError>,
}

/// Where a document is from.
#[derive(Clone, Copy)]
struct Origin<'a> {
    file: &'a str,
    number: u64,
    id: Option<&'a str>,
}

impl<'a> OrderedStages<'a> {
    pub(crate) fn new(
        stages: &'a ParallelStages<'a>,
        set: &'a InputSet,
        indexes: &'a mut Indexes,
        decisions: Option<Decisions>,
        recipe: &Recipe,
    ) -> Self {
        Self {
            stages,
            set,
            indexes,
            on_bad_line: recipe.on_bad_line,
            counts: Counts::new(stages.names()),
            tally: stages.tally(),
            decisions,
            rejected: Vec::new(),
        }
    }

    /// Takes the documents of a block through the stages, and gives those that stay.
    pub(crate) fn apply(
        &mut self,
        block: &Block,
        judged: Vec<Judged>,
    ) -> Result<KeptDocuments, PipelineError> {
        let set = self.set;
        let file = &set.files[block.file];
        let mut kept = KeptDocuments::default();
        for (index, judged) in judged.into_iter().enumerate() {
            let origin = Origin {
                file: &file.shown,
                number: judged.number,
                id: judged.id.as_deref(),
            };
            if let Some(tally) = &mut self.tally {
                tally.add(&judged.items);
            }
            match judged.finding {
                Finding::Bad(problem) => {
                    let detail = problem.to_string();
                    self.decide(origin, "read", "rejected", problem.reason(), &detail)?;
                    self.reject(block.file, judged.number, problem)?;
                }
                Finding::Dropped {
                    trail,
                    stage,
                    reason,
                    detail,
                } => self.drop_at(origin, &trail, stage, &reason, &detail)?,
                Finding::Passed(Passed {
                    mut trail,
                    body,
                    score,
                    fingerprint,
                }) => {
                    let mut candidate = Candidate {
                        batch: &block.batch,
                        index,
                        body,
                        bytes: trail.bytes_now(),
                        score,
                    };
                    if self.passes(origin, &mut trail, &fingerprint, &mut candidate)? {
                        kept.push(index, candidate.body);
                    }
                }
            }
        }
        Ok(kept)
    }

    /// Takes a document through the stages that remember; false when one drops it.
    fn passes(
        &mut self,
        origin: Origin<'_>,
        trail: &mut Trail,
        fingerprint: &Fingerprint,
        candidate: &mut Candidate<'_>,
    ) -> Result<bool, PipelineError> {
        let effects = self.indexes.compare(fingerprint, candidate);
        let effects = effects.map_err(|error| PipelineError::Dedup {
            name: self.set.name.clone(),
            error,
        })?;
        for effect in effects {
            let stage = self.stages.number(effect.stage);
            if let Some(reason) = effect.dropped {
                self.drop_at(origin, trail, stage, reason, &effect.detail)?;
                return Ok(false);
            }
            trail.changes.push((stage, effect.bytes));
        }
        self.counts.keep(trail);
        self.indexes.keep(fingerprint, trail.bytes_now());
        if !candidate.body.is_changed() {
            self.decide(origin, "", "kept", "", "")?;
        } else if self.decisions.is_some() {
            let names = self.stages.names();
            let changes = trail.changes.iter();
            let changed: Vec<_> = changes.map(|(stage, _)| names[*stage].as_str()).collect();
            self.decide(origin, &changed.join(", "), "changed", "", "")?;
        }
        Ok(true)
    }

    fn drop_at(
        &mut self,
        origin: Origin<'_>,
        trail: &Trail,
        stage: usize,
        reason: &str,
        detail: &str,
    ) -> Result<(), PipelineError> {
        self.counts.drop_at(trail, stage, reason);
        let stages = self.stages;
        self.decide(origin, &stages.names()[stage], "dropped", reason, detail)
    }

    /// Counts a bad line or ends the run with it, as the recipe says.
    fn reject(&mut self, file: usize, number: u64, problem: BadLine) -> Result<(), PipelineError> {
        self.counts.reject(problem.reason());
        let error = self.set.files[file].bad_line(number, problem);
        if self.on_bad_line == OnBadLine::Fail {
            return Err(error.into());
        }
        self.rejected.push(error);
        Ok(())
    }

    /// Writes a row about a document, when decisions are written.
    fn decide(
        &mut self,
        origin: Origin<'_>,
        stage: &str,
        verdict: &'static str,
        reason: &str,
        detail: &str,
    ) -> Result<(), PipelineError> {
        let Some(decisions) = &mut self.decisions else {
            return Ok(());
        };
        decisions.push(&Row {
            file: origin.file,
            number: origin.number,
            id: origin.id,
            stage,
            verdict,
            reason,
            detail,
        })
    }
}
