//! Evaluation sets: tokenised whole, and indexed for decontamination.

use assay_corpus::{AtomicDir, CorpusError, Fields, Reader};
use assay_decontam::EvalIndexBuilder;
use assay_mixture::StoreWriter;
use assay_schema::{InputReport, OnBadLine, SourceReport};
use assay_tokenize::Tokenizer;
use rayon::prelude::*;

use crate::error::PipelineError;
use crate::observer::Event;
use crate::read::input_set::InputSet;
use crate::read::reading::report;
use crate::run::context::Context;
use crate::stages::counts::{Account, Trail};
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
    let mut reading = EvalSet::new(context, set, index);
    let inputs = reading.read(|texts| write(context, texts, store.as_mut()))?;
    let account = reading.account;
    account.check_some_left(set)?;
    let store = store.map(|(_, store)| store.finish()).transpose()?;
    folder.commit()?;
    let output = Output {
        store,
        ..Output::default()
    };
    Ok(account.report(set, inputs, output, Vec::new()))
}

/// Reads an evaluation set that is finished already, for the index alone.
pub(crate) fn index_again(
    context: &Context<'_>,
    set: &InputSet,
    index: &mut EvalIndexBuilder,
) -> Result<(), PipelineError> {
    let mut set = EvalSet::new(context, set, Some(index));
    set.read(|_| Ok(())).map(drop)
}

/// Adds the documents of an evaluation set to an index, all of which must be good.
pub(crate) fn index(
    set: &InputSet,
    fields: &Fields,
    builder: &mut EvalIndexBuilder,
) -> Result<(), PipelineError> {
    let mut number = 0;
    for file in &set.files {
        let mut reader = Reader::open(&file.path, fields)?;
        while let Some(batch) = reader.next_batch()? {
            for index in 0..batch.len() {
                let record = batch.record(index).map_err(|problem| CorpusError::Line {
                    path: file.path.clone(),
                    line: batch.number(index),
                    problem,
                })?;
                builder.add(&set.name, number, &record.text)?;
                number += 1;
            }
        }
    }
    Ok(())
}

fn write(
    context: &Context<'_>,
    texts: &[String],
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

/// An evaluation set while it is read.
struct EvalSet<'a> {
    context: &'a Context<'a>,
    set: &'a InputSet,
    index: Option<&'a mut EvalIndexBuilder>,
    account: Account,
}

impl<'a> EvalSet<'a> {
    fn new(
        context: &'a Context<'a>,
        set: &'a InputSet,
        index: Option<&'a mut EvalIndexBuilder>,
    ) -> Self {
        let tokenize = context
            .job
            .tokenizer
            .as_ref()
            .map(|_| "tokenize".to_owned());
        let stages: Vec<_> = tokenize.into_iter().collect();
        Self {
            context,
            set,
            index,
            account: Account::new(&stages),
        }
    }

    /// Reads every document, and hands the texts on batch by batch.
    fn read(
        &mut self,
        mut write: impl FnMut(&[String]) -> Result<(), PipelineError>,
    ) -> Result<Vec<InputReport>, PipelineError> {
        let fields = &self.context.job.fields;
        let mut inputs: Vec<InputReport> = Vec::new();
        for (place, file) in self.set.files.iter().enumerate() {
            self.context.observer.check()?;
            let mut reader = Reader::open(&file.path, fields)?;
            let before: u64 = inputs.iter().map(|input| input.bytes).sum();
            while let Some(batch) = reader.next_batch()? {
                self.context.observer.check()?;
                let mut texts = Vec::with_capacity(batch.len());
                for index in 0..batch.len() {
                    match batch.record(index) {
                        Ok(record) => texts.push(self.add(record.text.into_owned())?),
                        Err(problem) => {
                            self.account.reject(&problem);
                            let path = self.set.files[place].path.clone();
                            let line = batch.number(index);
                            self.reject(CorpusError::Line {
                                path,
                                line,
                                problem,
                            })?;
                        }
                    }
                }
                write(&texts)?;
                self.advanced(before + reader.bytes_read());
            }
            inputs.push(report(&file.shown, &mut reader)?);
        }
        Ok(inputs)
    }

    fn add(&mut self, text: String) -> Result<String, PipelineError> {
        if let Some(index) = self.index.as_deref_mut() {
            index.add(&self.set.name, self.account.kept().documents, &text)?;
        }
        self.account.keep(&Trail {
            bytes: text.len() as u64,
            changes: Vec::new(),
        });
        Ok(text)
    }

    fn reject(&self, error: CorpusError) -> Result<(), PipelineError> {
        if self.context.job.recipe.on_bad_line == OnBadLine::Fail {
            return Err(error.into());
        }
        self.context
            .observer
            .event(&Event::Rejected { error: &error });
        Ok(())
    }

    fn advanced(&self, bytes_read: u64) {
        self.context.observer.event(&Event::Advanced {
            name: &self.set.name,
            bytes_read,
            documents: self.account.read().documents,
            kept: self.account.kept().documents,
        });
    }
}
