//! Counts of where every document of one source went.

use std::collections::BTreeMap;

use assay_schema::{FoundItems, InputReport, SourceReport, StageReport, Totals};
use serde::{Deserialize, Serialize};

use crate::error::PipelineError;
use crate::read::input_set::InputSet;
use crate::stages::output::Output;

/// The counts of one source. Stages are numbered in order.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counts {
    read: Totals,
    kept: Totals,
    rejected: BTreeMap<String, u64>,
    stages: Vec<StageReport>,
}

/// How the size of a text changed on its way.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    /// Bytes as it was read.
    pub(crate) bytes: u64,
    /// The stages that changed it, and the bytes after each.
    pub(crate) changes: Vec<(usize, u64)>,
}

impl Trail {
    /// For a text as it was read.
    pub(crate) fn new(text: &str) -> Self {
        Self {
            bytes: text.len() as u64,
            changes: Vec::new(),
        }
    }

    /// Bytes of the text after the last change.
    pub(crate) fn bytes_now(&self) -> u64 {
        self.changes.last().map_or(self.bytes, |(_, bytes)| *bytes)
    }
}

impl Counts {
    pub(crate) fn new(stages: &[String]) -> Self {
        let stage = |stage: &String| StageReport {
            stage: stage.clone(),
            ..StageReport::default()
        };
        Self {
            read: Totals::default(),
            kept: Totals::default(),
            rejected: BTreeMap::new(),
            stages: stages.iter().map(stage).collect(),
        }
    }

    /// A line or row that is not a valid document.
    pub(crate) fn reject(&mut self, reason: &str) {
        self.read.documents += 1;
        *self.rejected.entry(reason.to_owned()).or_default() += 1;
    }

    /// A document that a stage dropped.
    pub(crate) fn drop_at(&mut self, trail: &Trail, stage: usize, reason: &str) {
        let bytes = self.pass(trail, stage);
        let report = &mut self.stages[stage];
        report.documents_in += 1;
        report.bytes_in += bytes;
        *report.dropped.entry(reason.to_owned()).or_default() += 1;
    }

    /// A document that passed every stage.
    pub(crate) fn keep(&mut self, trail: &Trail) {
        self.kept.documents += 1;
        self.kept.text_bytes += self.pass(trail, self.stages.len());
    }

    pub(crate) fn read(&self) -> Totals {
        self.read
    }

    pub(crate) fn kept(&self) -> Totals {
        self.kept
    }

    /// What became of the documents that are not kept, as `stage: reason count`.
    fn losses(&self) -> String {
        let rejections = self.rejected.iter();
        let rejected = rejections.map(|(reason, n)| format!("rejected: {reason} {n}"));
        let dropped = self.stages.iter().flat_map(|stage| {
            let reasons = stage.dropped.iter();
            reasons.map(|(reason, n)| format!("{}: {reason} {n}", stage.stage))
        });
        rejected.chain(dropped).collect::<Vec<_>>().join(", ")
    }

    /// Refuses a source without a document, or with none that stays, for it is a mistake.
    pub(crate) fn check_some_left(&self, set: &InputSet) -> Result<(), PipelineError> {
        let name = set.name.clone();
        if self.read.documents == 0 {
            return Err(PipelineError::EmptySource {
                name,
                paths: set.paths.clone(),
            });
        }
        if self.kept.documents == 0 {
            return Err(PipelineError::NothingLeft {
                name,
                read: self.read.documents,
                reasons: self.losses(),
            });
        }
        Ok(())
    }

    /// The report on a source.
    pub(crate) fn report(
        self,
        set: &InputSet,
        inputs: Vec<InputReport>,
        output: Output,
        found: Vec<FoundItems>,
    ) -> SourceReport {
        SourceReport {
            name: set.name.clone(),
            inputs,
            read: self.read,
            rejected: self.rejected,
            stages: self.stages,
            kept: self.kept,
            store: output.store,
            documents: output.documents,
            decisions: output.decisions,
            found,
        }
    }

    /// Counts a document as read and as passing the stages before `end`; gives its size after them.
    fn pass(&mut self, trail: &Trail, end: usize) -> u64 {
        self.read.documents += 1;
        self.read.text_bytes += trail.bytes;
        let mut bytes = trail.bytes;
        for (place, stage) in self.stages[..end].iter_mut().enumerate() {
            stage.documents_in += 1;
            stage.bytes_in += bytes;
            if let Some((_, changed)) = trail.changes.iter().find(|(at, _)| *at == place) {
                stage.changed += 1;
                bytes = *changed;
            }
            stage.documents_out += 1;
            stage.bytes_out += bytes;
        }
        bytes
    }
}
