//! Evaluation sets in a run: tokenised whole, and indexed for decontamination.

use std::borrow::Cow;

use assay_corpus::AtomicDir;
use assay_decontam::EvalIndexBuilder;
use assay_mixture::StoreWriter;
use assay_schema::SourceReport;
use assay_tokenize::Tokenizer;
use rayon::prelude::*;

use crate::error::PipelineError;
use crate::read::evals::EvalReader;
use crate::read::input_set::InputSet;
use crate::run::context::Context;
use crate::stages::counts::{Counts, Trail};
use crate::stages::output::Output;

/// Tokenises an evaluation set into its folder and adds its documents to the index.
pub(crate) fn prepare(
    context: &Context<'_>,
    set: &InputSet,
    index: Option<&mut EvalIndexBuilder>,
) -> Result<SourceReport, PipelineError> {
    let job = context.job;
    let folder = AtomicDir::create(&job.output.join(&set.name))?;
    let mut store = job.store_writer(folder.path(), set)?;
    let stage = job.tokenizer.as_ref().map(|_| "tokenize".to_owned());
    let mut counts = Counts::new(stage.as_slice());
    let inputs = reader(context, set, index).read(|batch| {
        for reason in &batch.rejected {
            counts.reject(reason);
        }
        for text in &batch.texts {
            counts.keep(&Trail::new(text));
        }
        write(context, &batch.texts, store.as_mut())
    })?;
    counts.check_some_left(set)?;
    let store = store.map(|(_, store)| store.finish()).transpose()?;
    folder.commit()?;
    let output = Output {
        store,
        ..Output::default()
    };
    Ok(counts.report(set, inputs, output, Vec::new()))
}

/// Reads an evaluation set that is finished already, for the index alone.
pub(crate) fn index_again(
    context: &Context<'_>,
    set: &InputSet,
    index: &mut EvalIndexBuilder,
) -> Result<(), PipelineError> {
    reader(context, set, Some(index)).read(|_| Ok(())).map(drop)
}

fn reader<'a>(
    context: &'a Context<'_>,
    set: &'a InputSet,
    index: Option<&'a mut EvalIndexBuilder>,
) -> EvalReader<'a> {
    EvalReader {
        set,
        fields: &context.job.fields,
        on_bad_line: context.job.recipe.on_bad_line,
        observer: context.observer,
        index,
    }
}

/// Tokenises texts in parallel and writes them in order, when the recipe has a tokenizer.
fn write(
    context: &Context<'_>,
    texts: &[Cow<'_, str>],
    store: Option<&mut (&Tokenizer, StoreWriter)>,
) -> Result<(), PipelineError> {
    let Some((tokenizer, store)) = store else {
        return Ok(());
    };
    let encoded: Vec<_> = context.pool.install(|| {
        let texts = texts.par_iter();
        texts
            .map(|text| tokenizer.encode_with_bytes(text))
            .collect()
    });
    for (text, encoded) in texts.iter().zip(encoded) {
        let (tokens, bytes) = encoded?;
        store.push(&tokens, text.len() as u64, Some(&bytes))?;
    }
    Ok(())
}
