//! The stages that look at a document beside those before it, one by one in document order.

use std::borrow::Cow;

use assay_corpus::{BadLine, CorpusError, Kept};
use assay_decontam::Tally;
use assay_schema::{OnBadLine, Recipe};

use crate::error::PipelineError;
use crate::read::input_set::InputSet;
use crate::read::reading::Block;
use crate::stages::counts::{Account, Trail};
use crate::stages::decisions::{Decisions, Row};
use crate::stages::dedupe::{Candidate, Fingerprint, Indexes};
use crate::stages::parallel::{Judged, Stages, Verdict};

/// The sequential half of one source.
pub(crate) struct Settler<'a> {
    stages: &'a Stages<'a>,
    pub(crate) set: &'a InputSet,
    pub(crate) indexes: &'a mut Indexes,
    policy: OnBadLine,
    pub(crate) account: Account,
    /// What of the evaluation sets was found.
    pub(crate) tally: Option<Tally>,
    pub(crate) decisions: Option<Decisions>,
    /// What was rejected since they were last taken.
    pub(crate) rejected: Vec<CorpusError>,
}

/// The documents of a block that stay.
#[derive(Default)]
pub(crate) struct Settled {
    pub(crate) kept: Vec<Kept>,
    /// Of each, its text where it was decoded and nothing changed it.
    pub(crate) decoded: Vec<Option<String>>,
}

/// Where a document is from.
#[derive(Clone, Copy)]
struct Origin<'a> {
    file: &'a str,
    number: u64,
    id: Option<&'a str>,
}

impl<'a> Settler<'a> {
    pub(crate) fn new(
        stages: &'a Stages<'a>,
        set: &'a InputSet,
        indexes: &'a mut Indexes,
        decisions: Option<Decisions>,
        recipe: &Recipe,
    ) -> Self {
        Self {
            stages,
            set,
            indexes,
            policy: recipe.on_bad_line,
            account: Account::new(stages.names()),
            tally: stages.tally(),
            decisions,
            rejected: Vec::new(),
        }
    }

    /// Settles the documents of a block; those that stay come back.
    pub(crate) fn settle(
        &mut self,
        block: &Block,
        judged: Vec<Judged>,
    ) -> Result<Settled, PipelineError> {
        let set = self.set;
        let file = &set.files[block.file];
        let mut settled = Settled::default();
        for (index, judged) in judged.into_iter().enumerate() {
            let origin = Origin {
                file: &file.shown,
                number: judged.number,
                id: judged.id.as_deref(),
            };
            if let Some(tally) = &mut self.tally {
                tally.add(&judged.items);
            }
            match judged.verdict {
                Verdict::Bad(problem) => {
                    self.decide(
                        origin,
                        "read",
                        "rejected",
                        problem.reason(),
                        &problem.to_string(),
                    )?;
                    self.reject(block.file, judged.number, problem)?;
                }
                Verdict::Dropped {
                    trail,
                    stage,
                    reason,
                    detail,
                } => self.drop_at(origin, &trail, stage, &reason, &detail)?,
                Verdict::Passed {
                    mut trail,
                    mut text,
                    decoded,
                    score,
                    fingerprint,
                } => {
                    let as_read = || match &decoded {
                        Some(text) => text.into(),
                        None => text_of(block, index),
                    };
                    let mut candidate = Candidate {
                        text: &as_read,
                        changed: &mut text,
                        score,
                    };
                    if self.passes(origin, &mut trail, &fingerprint, &mut candidate)? {
                        settled.decoded.push(decoded.filter(|_| text.is_none()));
                        settled.kept.push(Kept { index, text });
                    }
                }
            }
        }
        Ok(settled)
    }

    /// Takes a document through the stages that remember; false when one drops it.
    fn passes(
        &mut self,
        origin: Origin<'_>,
        trail: &mut Trail,
        fingerprint: &Fingerprint,
        candidate: &mut Candidate<'_>,
    ) -> Result<bool, PipelineError> {
        let outcomes = self.indexes.settle(fingerprint, candidate);
        let outcomes = outcomes.map_err(|error| PipelineError::Dedup {
            name: self.set.name.clone(),
            error,
        })?;
        for outcome in outcomes {
            let stage = self.stages.number(outcome.stage);
            if let Some(reason) = outcome.dropped {
                self.drop_at(origin, trail, stage, reason, &outcome.detail)?;
                return Ok(false);
            }
            trail.changes.push((stage, outcome.bytes));
        }
        self.account.keep(trail);
        if candidate.changed.is_none() {
            self.decide(origin, "", "kept", "", "")?;
        } else if self.decisions.is_some() {
            let names = self.stages.names();
            let changed = trail
                .changes
                .iter()
                .map(|(stage, _)| names[*stage].as_str());
            let changed: Vec<_> = changed.collect();
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
        self.account.drop_at(trail, stage, reason);
        let stages = self.stages;
        self.decide(origin, &stages.names()[stage], "dropped", reason, detail)
    }

    /// Counts a bad line or ends the run with it, as the recipe says.
    fn reject(&mut self, file: usize, number: u64, problem: BadLine) -> Result<(), PipelineError> {
        self.account.reject(&problem);
        let error = self.set.files[file].bad_line(number, problem);
        if self.policy == OnBadLine::Fail {
            return Err(error.into());
        }
        self.rejected.push(error);
        Ok(())
    }

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

/// The text of a document that could be read before.
fn text_of(block: &Block, index: usize) -> Cow<'_, str> {
    let record = block.batch.record(index);
    record.map_or_else(|_| "".into(), |record| record.text)
}
