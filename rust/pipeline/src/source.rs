//! A source: read, judged in parallel, settled in order, written.

use std::thread;

use assay_decontam::EvalIndex;
use assay_schema::{InputReport, SourceReport};
use rayon::prelude::*;

use crate::account::Account;
use crate::decisions::Decisions;
use crate::dedupe::Indexes;
use crate::job::Unit;
use crate::judge::{Judged, Stages};
use crate::reading::{Block, Blocks};
use crate::run::Context;
use crate::settle::Settler;
use crate::sink::{Encoder, Sink};
use crate::{Event, PipelineError};

/// Blocks that are judged while as many before them are written: enough for any number of cores
/// to share, few enough to bound memory.
const STEP: usize = 16;

/// Runs one source through every stage into its folder.
pub(crate) fn prepare(
    context: &Context<'_>,
    unit: &Unit,
    evals: Option<&EvalIndex>,
    indexes: &mut Indexes,
) -> Result<SourceReport, PipelineError> {
    let job = context.job;
    let chain = &job.chains[unit.place];
    let stages = Stages::new(job.recipe, chain, evals, indexes.whole());
    let sink = Sink::create(job, unit)?;
    let decisions = job.recipe.decisions.then(|| Decisions::create(sink.path()));
    let mut work = Work {
        settler: Settler::new(&stages, unit, indexes, decisions.transpose()?, job.recipe),
        encoder: None,
        sink: Some(sink),
    };
    let inputs = work.all(context, &stages)?;
    work.finish(&stages, unit, inputs)
}

/// Runs one source through every stage for what the stages remember of it alone.
pub(crate) fn survey(
    context: &Context<'_>,
    unit: &Unit,
    evals: Option<&EvalIndex>,
    indexes: &mut Indexes,
) -> Result<(), PipelineError> {
    let job = context.job;
    let chain = &job.chains[unit.place];
    let stages = Stages::new(job.recipe, chain, evals, indexes.whole());
    let mut work = Work {
        settler: Settler::new(&stages, unit, indexes, None, job.recipe),
        encoder: None,
        sink: None,
    };
    work.all(context, &stages).map(drop)
}

/// What one source is written by.
struct Work<'a> {
    settler: Settler<'a>,
    /// There from the first block on, whose format counts.
    encoder: Option<Encoder<'a>>,
    sink: Option<Sink>,
}

impl<'a> Work<'a> {
    /// Reads everything, on a thread of its own.
    fn all(
        &mut self,
        context: &Context<'a>,
        stages: &Stages<'_>,
    ) -> Result<Vec<InputReport>, PipelineError> {
        let unit = self.settler.unit;
        thread::scope(|scope| {
            let blocks = Blocks::start(scope, unit, &context.job.fields);
            self.steps(context, stages, blocks)
        })
    }

    /// Judges each step while the one before it is settled, encoded and written.
    fn steps(
        &mut self,
        context: &Context<'a>,
        stages: &Stages<'_>,
        mut blocks: Blocks,
    ) -> Result<Vec<InputReport>, PipelineError> {
        let mut before = (Vec::new(), Vec::new());
        loop {
            context.observer.check()?;
            let step = blocks.next(STEP)?;
            if let (Some(first), Some(_)) = (step.first(), &self.sink) {
                let encoder = || Encoder::new(context.job, first.format);
                self.encoder.get_or_insert_with(encoder);
            }
            let at = step.last().map(|block| block.bytes_read);
            let (judged, written) = context
                .pool
                .install(|| rayon::join(|| stages.judge(&step), || self.write(before)));
            self.tell(context, blocks.bytes_finished() + at.unwrap_or(0));
            written?;
            if step.is_empty() {
                return Ok(blocks.into_reports());
            }
            before = (step, judged);
        }
    }

    fn write(
        &mut self,
        (blocks, judged): (Vec<Block>, Vec<Vec<Judged>>),
    ) -> Result<(), PipelineError> {
        let mut settled = Vec::with_capacity(blocks.len());
        for (block, judged) in blocks.iter().zip(judged) {
            settled.push((block, self.settler.settle(block, judged)?));
        }
        let (Some(encoder), Some(sink)) = (&self.encoder, &mut self.sink) else {
            return Ok(());
        };
        let encoded = settled.par_iter();
        let encoded = encoded.map(|(block, settled)| encoder.encode(block, settled));
        for encoding in encoded.collect::<Vec<_>>() {
            sink.write(encoding)?;
        }
        Ok(())
    }

    /// Tells the observer what happened since it was last told.
    fn tell(&mut self, context: &Context<'_>, bytes_read: u64) {
        for error in std::mem::take(&mut self.settler.rejected) {
            context.observer.event(&Event::Rejected { error: &error });
        }
        context.observer.event(&Event::Advanced {
            name: &self.settler.unit.name,
            bytes_read,
            documents: self.settler.account.read().documents,
            kept: self.settler.account.kept().documents,
        });
    }

    fn finish(
        self,
        stages: &Stages<'_>,
        unit: &Unit,
        inputs: Vec<InputReport>,
    ) -> Result<SourceReport, PipelineError> {
        let Settler {
            account, decisions, ..
        } = self.settler;
        some_left(unit, &account)?;
        let decisions = decisions.map(Decisions::finish).transpose()?.flatten();
        let output = self.sink.map(Sink::finish).transpose()?;
        let output = output.unwrap_or_default();
        Ok(account.report(unit, inputs, output, decisions, stages.found()))
    }
}

/// A source without a document, or with none that stays, is a mistake.
pub(crate) fn some_left(unit: &Unit, account: &Account) -> Result<(), PipelineError> {
    let name = unit.name.clone();
    if account.read().documents == 0 {
        return Err(PipelineError::EmptySource {
            name,
            paths: unit.paths.clone(),
        });
    }
    if account.kept().documents == 0 {
        return Err(PipelineError::NothingLeft {
            name,
            read: account.read().documents,
            reasons: account.losses(),
        });
    }
    Ok(())
}
