//! A source: read, judged in parallel, settled in order, written.

use std::thread;

use assay_schema::{InputReport, SourceReport};
use rayon::prelude::*;

use crate::error::PipelineError;
use crate::observer::{Event, Observer};
use crate::read::input_set::InputSet;
use crate::read::reading::{Block, Blocks, Place, Start};
use crate::run::checkpoint::{Checkpoint, Checkpoints, State};
use crate::run::context::{Context, SourceContext};
use crate::run::job::Job;
use crate::run::workspace::MadeBy;
use crate::stages::dedupe::Indexes;
use crate::stages::ordered::{Settled, Settler};
use crate::stages::parallel::{Judged, Stages};
use crate::stages::write::{Encoder, Sink};

/// Blocks that are judged while as many before them are written: enough for any number of cores
/// to share, few enough to bound memory.
const STEP: usize = 16;

/// Runs one source through every stage into its folder, from a checkpoint on if there is one.
pub(crate) fn prepare(
    shared: &SourceContext<'_>,
    set: &InputSet,
    indexes: &mut Indexes,
    checkpoint: Option<Checkpoint>,
) -> Result<SourceReport, PipelineError> {
    let stages = stages(shared, set, indexes);
    let (mut pass, start) = match checkpoint {
        Some(Checkpoint { state, start, sink }) => {
            shared.context.observer.event(&Event::Resumed {
                name: &set.name,
                documents: state.account.read().documents,
            });
            let pass = Pass::new(shared, &stages, set, indexes, Some(sink));
            (pass.after(state), start)
        }
        None => {
            let sink = Sink::create(shared.context.job, set)?;
            let pass = Pass::new(shared, &stages, set, indexes, Some(sink));
            (pass, Start::default())
        }
    };
    let inputs = pass.all(shared.context, start)?;
    pass.finish(inputs)
}

/// Runs one source through every stage for what the stages remember of it alone.
pub(crate) fn collect(
    shared: &SourceContext<'_>,
    set: &InputSet,
    indexes: &mut Indexes,
) -> Result<(), PipelineError> {
    let stages = stages(shared, set, indexes);
    let mut pass = Pass::new(shared, &stages, set, indexes, None);
    pass.all(shared.context, Start::default()).map(drop)
}

fn stages<'a>(shared: &SourceContext<'a>, set: &InputSet, indexes: &Indexes) -> Stages<'a> {
    let job = shared.context.job;
    let chain = &job.chains[set.place];
    Stages::new(job.recipe, chain, shared.evals, indexes.multi_pass())
}

/// One pass over a source.
struct Pass<'a> {
    job: &'a Job<'a>,
    stages: &'a Stages<'a>,
    settler: Settler<'a>,
    /// There from the first block on, whose format counts.
    encoder: Option<Encoder<'a>>,
    /// None where nothing is written.
    sink: Option<Sink>,
    checkpoints: Option<Checkpoints>,
    /// The bytes of the texts in the shards that have ended.
    ended_bytes: u64,
}

impl<'a> Pass<'a> {
    fn new(
        shared: &SourceContext<'a>,
        stages: &'a Stages<'a>,
        set: &'a InputSet,
        indexes: &'a mut Indexes,
        sink: Option<Sink>,
    ) -> Self {
        let job = shared.context.job;
        let decisions = sink.as_ref().filter(|_| job.recipe.decisions);
        let decisions = decisions.map(Sink::decisions);
        Self {
            job,
            stages,
            settler: Settler::new(stages, set, indexes, decisions, job.recipe),
            encoder: None,
            sink,
            checkpoints: Checkpoints::new(job, shared.workspace, set),
            ended_bytes: 0,
        }
    }

    /// Goes on from a checkpoint.
    fn after(mut self, state: State) -> Self {
        self.ended_bytes = state.account.kept().text_bytes;
        self.encoder = Some(Encoder::of(self.job, state.format));
        self.settler.tally = state.tally;
        self.settler.account = state.account;
        self
    }

    /// Reads everything, on a thread of its own.
    fn all(
        &mut self,
        context: &Context<'_>,
        start: Start,
    ) -> Result<Vec<InputReport>, PipelineError> {
        let (set, fields) = (self.settler.set, &self.job.fields);
        thread::scope(|scope| {
            let blocks = Blocks::start(scope, set, fields, start);
            self.steps(context, blocks)
        })
    }

    /// Judges each step while the one before it is settled, encoded and written.
    fn steps(
        &mut self,
        context: &Context<'_>,
        mut blocks: Blocks,
    ) -> Result<Vec<InputReport>, PipelineError> {
        let stages = self.stages;
        let mut before = (Vec::new(), Vec::new());
        loop {
            context.observer.check()?;
            let step = blocks.next(STEP)?;
            if let (Some(first), Some(_)) = (step.first(), &self.sink) {
                let (job, format) = (self.job, first.format);
                self.encoder
                    .get_or_insert_with(|| Encoder::new(job, format));
            }
            let at = step.last().map(|block| block.place.bytes_read);
            let inputs = blocks.finished();
            let (judged, written) = context
                .pool
                .install(|| rayon::join(|| stages.judge(&step), || self.write(before, inputs)));
            self.tell(context.observer, blocks.bytes_finished() + at.unwrap_or(0));
            written?;
            if step.is_empty() {
                return Ok(blocks.finished().to_vec());
            }
            before = (step, judged);
        }
    }

    /// Settles and writes the blocks of a step; `inputs` are the files read to their end, those
    /// before the blocks at least.
    fn write(
        &mut self,
        (blocks, judged): (Vec<Block>, Vec<Vec<Judged>>),
        inputs: &[InputReport],
    ) -> Result<(), PipelineError> {
        let mut settled = Vec::with_capacity(blocks.len());
        for (block, judged) in blocks.iter().zip(judged) {
            settled.push((block, self.settler.settle(block, judged)?));
            if self.shards_are_full() {
                self.put(&settled)?;
                settled.clear();
                self.end_shards(&inputs[..block.file], &block.place)?;
            }
        }
        self.put(&settled)
    }

    /// Encodes and writes what stays of settled blocks.
    fn put(&mut self, settled: &[(&Block, Settled)]) -> Result<(), PipelineError> {
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

    fn shards_are_full(&self) -> bool {
        let open = self.settler.account.kept().text_bytes - self.ended_bytes;
        self.sink.is_some() && open >= self.job.shard_bytes()
    }

    /// Ends all shards after a block, and takes a checkpoint if one is due.
    fn end_shards(&mut self, inputs: &[InputReport], place: &Place) -> Result<(), PipelineError> {
        let Some(sink) = &mut self.sink else {
            return Ok(());
        };
        let settler = &mut self.settler;
        sink.end_shards(settler.decisions.as_mut())?;
        self.ended_bytes = settler.account.kept().text_bytes;
        let due = self
            .checkpoints
            .as_mut()
            .filter(|checkpoints| checkpoints.is_due());
        if let Some(checkpoints) = due {
            let state = State {
                made_by: MadeBy::of(self.job),
                inputs: inputs.to_vec(),
                place: place.clone(),
                format: self.encoder.as_ref().and_then(|encoder| encoder.format),
                account: settler.account.clone(),
                tally: settler.tally.clone(),
                output: sink.output().clone(),
            };
            checkpoints.save(&state, settler.indexes, sink)?;
        }
        Ok(())
    }

    /// Tells the observer what happened since it was last told.
    fn tell(&mut self, observer: &dyn Observer, bytes_read: u64) {
        for error in std::mem::take(&mut self.settler.rejected) {
            observer.event(&Event::Rejected { error: &error });
        }
        observer.event(&Event::Advanced {
            name: &self.settler.set.name,
            bytes_read,
            documents: self.settler.account.read().documents,
            kept: self.settler.account.kept().documents,
        });
    }

    fn finish(self, inputs: Vec<InputReport>) -> Result<SourceReport, PipelineError> {
        let Settler {
            set,
            account,
            tally,
            mut decisions,
            ..
        } = self.settler;
        account.check_some_left(set)?;
        let output = self.sink.map(|sink| sink.finish(decisions.as_mut()));
        let output = output.transpose()?.unwrap_or_default();
        let found = self.stages.found(tally.as_ref());
        Ok(account.report(set, inputs, output, found))
    }
}
