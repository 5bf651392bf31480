//! Evaluation sets: tokenised whole, and indexed for decontamination.

use assay_corpus::ParsedLine;
use assay_decontam::EvalIndex;
use assay_schema::SourceReport;
use rayon::prelude::*;

use crate::PipelineError;
use crate::account::Account;
use crate::batch::BatchReader;
use crate::job::{Job, Unit};
use crate::run::{Context, advanced, finish_unit};

/// Tokenises an evaluation set into its store and adds its documents to the index.
pub(crate) fn prepare(
    context: &Context<'_>,
    unit: &Unit,
    mut index: Option<&mut EvalIndex>,
) -> Result<SourceReport, PipelineError> {
    let job = context.job;
    let mut writer = job.store_writer(unit)?;
    let mut account = Account::new(["tokenize".to_owned()]);
    let mut reader = BatchReader::new(unit, &job.fields);
    loop {
        let texts = next_texts(context, &mut reader, &mut account)?;
        let Some(texts) = texts else { break };
        let encoded: Vec<_> = context.pool.install(|| {
            let texts = texts.par_iter();
            texts
                .map(|text| job.tokenizer.encode_with_bytes(text))
                .collect()
        });
        for (text, encoded) in texts.iter().zip(encoded) {
            let (tokens, bytes) = encoded?;
            if let Some(index) = index.as_deref_mut() {
                add(index, unit, &account, text)?;
            }
            writer.push(&tokens, text.len() as u64, Some(&bytes))?;
            account.keep(text.len() as u64);
        }
        advanced(context, unit, &reader, &account);
    }
    finish_unit(unit, account, reader, writer)
}

/// Reads an evaluation set that is finished already, for the index alone.
pub(crate) fn index_again(
    context: &Context<'_>,
    unit: &Unit,
    index: &mut EvalIndex,
) -> Result<(), PipelineError> {
    let mut account = Account::new(["tokenize".to_owned()]);
    let mut reader = BatchReader::new(unit, &context.job.fields);
    while let Some(texts) = next_texts(context, &mut reader, &mut account)? {
        for text in &texts {
            add(index, unit, &account, text)?;
            account.keep(text.len() as u64);
        }
    }
    Ok(())
}

/// The texts of the next batch; none at the end.
fn next_texts(
    context: &Context<'_>,
    reader: &mut BatchReader<'_>,
    account: &mut Account,
) -> Result<Option<Vec<String>>, PipelineError> {
    context.observer.check()?;
    let job: &Job<'_> = context.job;
    let lines = reader.next_batch()?;
    if lines.is_empty() {
        return Ok(None);
    }
    let mut texts = Vec::with_capacity(lines.len());
    for line in &lines {
        match line.parse(&job.fields) {
            Ok(ParsedLine { text, .. }) => texts.push(text),
            Err(problem) => {
                line.reject(problem, job.recipe.on_bad_line, account, context.observer)?;
            }
        }
    }
    Ok(Some(texts))
}

fn add(
    index: &mut EvalIndex,
    unit: &Unit,
    account: &Account,
    text: &str,
) -> Result<(), PipelineError> {
    Ok(index.add(&unit.name, account.kept(), text)?)
}
