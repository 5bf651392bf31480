//! Where every document of one source went.

use std::collections::BTreeMap;

use assay_corpus::BadLine;
use assay_schema::{InputReport, SourceReport, StageReport, TokenStore, Totals};

/// Counts of one source. Stages are numbered in order; the last is tokenisation.
pub(crate) struct Account {
    read: Totals,
    rejected: BTreeMap<String, u64>,
    stages: Vec<StageReport>,
}

impl Account {
    pub(crate) fn new(stages: impl IntoIterator<Item = String>) -> Self {
        let stage = |stage| StageReport {
            stage,
            ..StageReport::default()
        };
        Self {
            read: Totals::default(),
            rejected: BTreeMap::new(),
            stages: stages.into_iter().map(stage).collect(),
        }
    }

    /// A line that is not a document.
    pub(crate) fn reject(&mut self, problem: &BadLine) {
        self.read.documents += 1;
        *self
            .rejected
            .entry(problem.reason().to_owned())
            .or_default() += 1;
    }

    /// A document that a stage dropped.
    pub(crate) fn drop_at(&mut self, stage: usize, reason: &str, bytes: u64) {
        self.enter(bytes);
        self.pass(stage, bytes);
        let report = &mut self.stages[stage];
        report.documents_in += 1;
        report.bytes_in += bytes;
        *report.dropped.entry(reason.to_owned()).or_default() += 1;
    }

    /// A document that passed every stage.
    pub(crate) fn keep(&mut self, bytes: u64) {
        self.enter(bytes);
        self.pass(self.stages.len(), bytes);
    }

    /// Documents read so far.
    pub(crate) fn documents(&self) -> u64 {
        self.read.documents
    }

    /// Documents kept so far.
    pub(crate) fn kept(&self) -> u64 {
        self.stages.last().map_or(0, |stage| stage.documents_out)
    }

    /// Where the documents went that are not kept, as `stage: reason count`.
    pub(crate) fn losses(&self) -> String {
        let rejected = self
            .rejected
            .iter()
            .map(|(reason, n)| format!("rejected: {reason} {n}"));
        let dropped = self.stages.iter().flat_map(|stage| {
            let reasons = stage.dropped.iter();
            reasons.map(|(reason, n)| format!("{}: {reason} {n}", stage.stage))
        });
        rejected.chain(dropped).collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn report(self, inputs: Vec<InputReport>, store: TokenStore) -> SourceReport {
        SourceReport {
            name: store.name.clone(),
            inputs,
            read: self.read,
            rejected: self.rejected,
            stages: self.stages,
            store,
        }
    }

    fn enter(&mut self, bytes: u64) {
        self.read.documents += 1;
        self.read.text_bytes += bytes;
    }

    /// Through the stages before `end`.
    fn pass(&mut self, end: usize, bytes: u64) {
        for stage in &mut self.stages[..end] {
            stage.documents_in += 1;
            stage.documents_out += 1;
            stage.bytes_in += bytes;
            stage.bytes_out += bytes;
        }
    }
}
