//! A source: filtered, decontaminated, deduplicated, tokenised.

use assay_corpus::{BadLine, ParsedLine};
use assay_decontam::EvalIndex;
use assay_filter::Filter;
use assay_schema::{SourceInput, SourceReport};
use rayon::prelude::*;

use crate::PipelineError;
use crate::account::Account;
use crate::batch::{BatchReader, Line};
use crate::dedupe::{self, Fingerprint, Fingerprinter, Indexes};
use crate::job::{Job, Unit};
use crate::run::{Context, advanced, finish_unit};

/// Runs one source through every stage into its store.
pub(crate) fn prepare(
    context: &Context<'_>,
    unit: &Unit,
    source: &SourceInput,
    evals: Option<&EvalIndex>,
    indexes: &mut Indexes,
) -> Result<SourceReport, PipelineError> {
    let job = context.job;
    let stages = Stages::new(job, source, evals);
    let mut writer = job.store_writer(unit)?;
    let mut account = Account::new(stages.names.iter().cloned());
    let mut reader = BatchReader::new(unit, &job.fields);
    loop {
        context.observer.check()?;
        let lines = reader.next_batch()?;
        if lines.is_empty() {
            break;
        }
        let judged: Vec<_> = context.pool.install(|| {
            lines
                .par_iter()
                .map(|line| stages.judge(line, job))
                .collect()
        });
        let mut kept = Vec::new();
        for (line, judged) in lines.iter().zip(judged) {
            if let Some(text) = settle(context, &stages, line, judged, indexes, &mut account, unit)?
            {
                kept.push(text);
            }
        }
        let encoded: Vec<_> = context.pool.install(|| {
            kept.par_iter()
                .map(|text| job.tokenizer.encode(text))
                .collect()
        });
        for (text, tokens) in kept.iter().zip(encoded) {
            writer.push(&tokens?, text.len() as u64, None)?;
        }
        advanced(context, unit, &reader, &account);
    }
    finish_unit(unit, account, reader, writer)
}

/// The stages that look at one document alone.
struct Stages<'a> {
    names: Vec<String>,
    filters: Vec<Box<dyn Filter + Send + Sync>>,
    evals: Option<&'a EvalIndex>,
    fingerprinter: Fingerprinter,
}

/// What these stages say of a line.
enum Judged {
    Bad(BadLine),
    Dropped {
        stage: usize,
        reason: String,
        bytes: u64,
    },
    Passed {
        text: String,
        fingerprint: Fingerprint,
    },
}

impl<'a> Stages<'a> {
    fn new(job: &Job<'_>, source: &SourceInput, evals: Option<&'a EvalIndex>) -> Self {
        let filters: Vec<_> = source.filters.iter().map(assay_filter::build).collect();
        let rules = filters
            .iter()
            .map(|filter| format!("filter:{}", filter.rule()));
        let later = evals.map(|_| "decontaminate").into_iter();
        let later = later
            .chain(dedupe::stages(&job.recipe.dedup))
            .chain(["tokenize"]);
        Self {
            names: rules.chain(later.map(str::to_owned)).collect(),
            filters,
            evals,
            fingerprinter: Fingerprinter::new(job.recipe),
        }
    }

    fn judge(&self, line: &Line<'_>, job: &Job<'_>) -> Judged {
        let text = match line.parse(&job.fields) {
            Ok(ParsedLine { text, .. }) => text,
            Err(problem) => return Judged::Bad(problem),
        };
        match self.objection(&text) {
            Some((stage, reason)) => Judged::Dropped {
                stage,
                reason,
                bytes: text.len() as u64,
            },
            None => Judged::Passed {
                fingerprint: self.fingerprinter.fingerprint(&text),
                text,
            },
        }
    }

    /// The first stage that drops the text, and why.
    fn objection(&self, text: &str) -> Option<(usize, String)> {
        for (stage, filter) in self.filters.iter().enumerate() {
            if let Err(reason) = filter.check(text) {
                return Some((stage, reason.to_owned()));
            }
        }
        let overlap = self.evals?.scan(text)?;
        Some((self.filters.len(), overlap.eval_name.to_owned()))
    }

    fn number(&self, name: &str) -> usize {
        let found = self.names.iter().position(|stage| stage == name);
        found.unwrap_or(self.names.len() - 1)
    }
}

/// Counts a line in document order; the text comes back when it stays.
fn settle(
    context: &Context<'_>,
    stages: &Stages<'_>,
    line: &Line<'_>,
    judged: Judged,
    indexes: &mut Indexes,
    account: &mut Account,
    unit: &Unit,
) -> Result<Option<String>, PipelineError> {
    match judged {
        Judged::Bad(problem) => {
            let policy = context.job.recipe.on_bad_line;
            line.reject(problem, policy, account, context.observer)?;
            Ok(None)
        }
        Judged::Dropped {
            stage,
            reason,
            bytes,
        } => {
            account.drop_at(stage, &reason, bytes);
            Ok(None)
        }
        Judged::Passed { text, fingerprint } => {
            let bytes = text.len() as u64;
            let duplicate = indexes.insert(&fingerprint);
            let duplicate = duplicate.map_err(|error| PipelineError::Dedup {
                name: unit.name.clone(),
                error,
            })?;
            if let Some((stage, reason)) = duplicate {
                account.drop_at(stages.number(stage), reason, bytes);
                return Ok(None);
            }
            account.keep(bytes);
            Ok(Some(text))
        }
    }
}
