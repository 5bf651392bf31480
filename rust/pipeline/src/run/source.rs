//! Takes one source through all stages: reads it, filters in parallel, compares in order, writes.

use std::thread;

use assay_schema::{InputReport, SourceReport};
use rayon::prelude::*;

use crate::error::PipelineError;
use crate::observer::{Event, Observer};
use crate::read::input_set::InputSet;
use crate::read::reading::{BLOCKS_PER_STEP, Block, Blocks, FilePosition, Start};
use crate::run::checkpoint::{Checkpoint, Checkpoints, State};
use crate::run::context::{Context, SourceContext};
use crate::run::job::Job;
use crate::run::workspace::MadeBy;
use crate::stages::body::KeptDocuments;
use crate::stages::dedupe::Indexes;
use crate::stages::encode::{Encoder, document_format};
use crate::stages::ordered::OrderedStages;
use crate::stages::parallel::{Judged, ParallelStages};
use crate::stages::write::SourceWriter;

/// Runs one source through every stage into its folder, from a checkpoint on if there is one.
pub(crate) fn prepare(
    shared: &SourceContext<'_>,
    set: &InputSet,
    indexes: &mut Indexes,
    checkpoint: Option<Checkpoint>,
) -> Result<SourceReport, PipelineError> {
    let stages = stages(shared, set, indexes);
    let (mut pass, start) = match checkpoint {
        Some(Checkpoint {
            state,
            start,
            writer,
        }) => {
            shared.context.observer.event(&Event::Resumed {
                name: &set.name,
                documents: state.counts.read().documents,
            });
            let pass = Pass::new(shared, &stages, set, indexes, Some(writer));
            (pass.after(state), start)
        }
        None => {
            let writer = shared.context.job.create_writer(set)?;
            let pass = Pass::new(shared, &stages, set, indexes, Some(writer));
            (pass, Start::default())
        }
    };
    let inputs = pass.all(shared.context, start)?;
    pass.finish(inputs)
}

/// Reads one source and runs it through every stage only for what the stages remember of it.
/// Nothing is written, and the same documents are read again in the next pass.
pub(crate) fn collect(
    shared: &SourceContext<'_>,
    set: &InputSet,
    indexes: &mut Indexes,
) -> Result<(), PipelineError> {
    let stages = stages(shared, set, indexes);
    let mut pass = Pass::new(shared, &stages, set, indexes, None);
    pass.all(shared.context, Start::default()).map(drop)
}

fn stages<'a>(shared: &SourceContext<'a>, set: &InputSet, indexes: &Indexes) -> ParallelStages<'a> {
    let job = shared.context.job;
    let chain = &job.chains[set.place];
    ParallelStages::new(job.recipe, chain, shared.evals, indexes.multi_pass())
}

/// One pass over a source.
struct Pass<'a> {
    job: &'a Job<'a>,
    stages: &'a ParallelStages<'a>,
    ordered: OrderedStages<'a>,
    /// None before the first block, for the format of that block may decide the output's.
    encoder: Option<Encoder<'a>>,
    /// None in a pass that only collects.
    writer: Option<SourceWriter>,
    checkpoints: Option<Checkpoints>,
    /// The bytes of the texts in the shards that have ended.
    ended_bytes: u64,
}

impl<'a> Pass<'a> {
    fn new(
        shared: &SourceContext<'a>,
        stages: &'a ParallelStages<'a>,
        set: &'a InputSet,
        indexes: &'a mut Indexes,
        writer: Option<SourceWriter>,
    ) -> Self {
        let job = shared.context.job;
        let with_decisions = writer.as_ref().filter(|_| job.recipe.decisions);
        let decisions = with_decisions.map(SourceWriter::decisions);
        Self {
            job,
            stages,
            ordered: OrderedStages::new(stages, set, indexes, decisions, job.recipe),
            encoder: None,
            writer,
            checkpoints: Checkpoints::new(job, shared.workspace, set),
            ended_bytes: 0,
        }
    }

    /// Goes on from a checkpoint.
    fn after(mut self, state: State) -> Self {
        self.ended_bytes = state.counts.kept().text_bytes;
        self.encoder = Some(Encoder::new(self.job.tokenizer.as_ref(), state.format));
        self.ordered.tally = state.tally;
        self.ordered.counts = state.counts;
        self
    }

    /// Reads everything, on a thread of its own.
    fn all(
        &mut self,
        context: &Context<'_>,
        start: Start,
    ) -> Result<Vec<InputReport>, PipelineError> {
        let (set, fields) = (self.ordered.set, &self.job.fields);
        thread::scope(|scope| {
            let blocks = Blocks::start(scope, set, fields, start);
            self.steps(context, blocks)
        })
    }

    /// Runs the parallel stages on each step, while the one before it is compared, encoded and
    /// written.
    fn steps(
        &mut self,
        context: &Context<'_>,
        mut blocks: Blocks,
    ) -> Result<Vec<InputReport>, PipelineError> {
        let stages = self.stages;
        let mut before = (Vec::new(), Vec::new());
        loop {
            context.observer.check()?;
            let step = blocks.next(BLOCKS_PER_STEP)?;
            if let (Some(first), Some(_)) = (step.first(), &self.writer) {
                let (recipe, tokenizer) = (self.job.recipe, self.job.tokenizer.as_ref());
                self.encoder.get_or_insert_with(|| {
                    let format = document_format(recipe.documents.as_ref(), first.format);
                    Encoder::new(tokenizer, format)
                });
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

    /// Takes the blocks of a step through the stages in order and writes what stays. `inputs` are the
    /// files that were read to their end, which include all before these blocks.
    fn write(
        &mut self,
        (blocks, judged): (Vec<Block>, Vec<Vec<Judged>>),
        inputs: &[InputReport],
    ) -> Result<(), PipelineError> {
        let mut kept = Vec::with_capacity(blocks.len());
        for (block, judged) in blocks.iter().zip(judged) {
            kept.push((block, self.ordered.apply(block, judged)?));
            if self.shards_are_full() {
                self.put(&kept)?;
                kept.clear();
                self.end_shards(&inputs[..block.file], &block.place)?;
            }
        }
        self.put(&kept)
    }

    /// Encodes and writes the documents of blocks that stay.
    fn put(&mut self, kept: &[(&Block, KeptDocuments)]) -> Result<(), PipelineError> {
        let (Some(encoder), Some(writer)) = (&self.encoder, &mut self.writer) else {
            return Ok(());
        };
        let blocks = kept.par_iter();
        let encodings = blocks.map(|(block, kept)| encoder.encode(block, kept));
        for encoding in encodings.collect::<Vec<_>>() {
            writer.write(encoding)?;
        }
        Ok(())
    }

    fn shards_are_full(&self) -> bool {
        let open = self.ordered.counts.kept().text_bytes - self.ended_bytes;
        self.writer.is_some() && open >= self.job.shard_bytes()
    }

    /// Ends all shards after a block, and takes a checkpoint if one is due.
    fn end_shards(
        &mut self,
        inputs: &[InputReport],
        place: &FilePosition,
    ) -> Result<(), PipelineError> {
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        let ordered = &mut self.ordered;
        writer.end_shards(ordered.decisions.as_mut())?;
        self.ended_bytes = ordered.counts.kept().text_bytes;
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
                counts: ordered.counts.clone(),
                tally: ordered.tally.clone(),
                output: writer.output().clone(),
            };
            checkpoints.save(&state, ordered.indexes, writer)?;
        }
        Ok(())
    }

    /// Tells the observer what happened since it was last told.
    fn tell(&mut self, observer: &dyn Observer, bytes_read: u64) {
        for error in std::mem::take(&mut self.ordered.rejected) {
            observer.event(&Event::Rejected { error: &error });
        }
        observer.event(&Event::Advanced {
            name: &self.ordered.set.name,
            bytes_read,
            documents: self.ordered.counts.read().documents,
            kept: self.ordered.counts.kept().documents,
        });
    }

    fn finish(self, inputs: Vec<InputReport>) -> Result<SourceReport, PipelineError> {
        let OrderedStages {
            set,
            counts,
            tally,
            mut decisions,
            ..
        } = self.ordered;
        counts.check_some_left(set)?;
        let output = self.writer.map(|writer| writer.finish(decisions.as_mut()));
        let output = output.transpose()?.unwrap_or_default();
        let found = self.stages.found(tally.as_ref());
        Ok(counts.report(set, inputs, output, found))
    }
}
