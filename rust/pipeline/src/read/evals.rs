//! Evaluation sets, read batch by batch: for their tokens, for the index that documents are
//! decontaminated against, or both.

use std::borrow::Cow;

use assay_corpus::{Batch, Fields, Reader};
use assay_decontam::EvalIndexBuilder;
use assay_schema::{InputReport, OnBadLine, Recipe};

use crate::error::PipelineError;
use crate::observer::{Event, Observer};
use crate::read::input_set::{InputFile, InputSet};
use crate::read::reading::report;

/// Reads one evaluation set.
pub(crate) struct EvalReader<'a> {
    pub(crate) set: &'a InputSet,
    pub(crate) fields: &'a Fields,
    pub(crate) on_bad_line: OnBadLine,
    pub(crate) observer: &'a dyn Observer,
    /// The index that takes every document, when documents are decontaminated.
    pub(crate) index: Option<&'a mut EvalIndexBuilder>,
}

/// What one batch of an evaluation set holds.
pub(crate) struct EvalBatch<'b> {
    /// The texts of its documents, in order.
    pub(crate) texts: Vec<Cow<'b, str>>,
    /// Why lines or rows of it were rejected, in kebab case.
    pub(crate) rejected: Vec<&'static str>,
}

/// The empty index of evaluation sets; none when the recipe has nothing to decontaminate against.
pub(crate) fn empty_index(recipe: &Recipe) -> Option<EvalIndexBuilder> {
    let settings = recipe.decontaminate.as_ref();
    let settings = settings.filter(|_| !recipe.evals.is_empty())?;
    Some(EvalIndexBuilder::new(settings))
}

impl EvalReader<'_> {
    /// Reads the whole set; `take` is given each batch after it was indexed.
    pub(crate) fn read(
        mut self,
        mut take: impl FnMut(&EvalBatch<'_>) -> Result<(), PipelineError>,
    ) -> Result<Vec<InputReport>, PipelineError> {
        let mut inputs = Vec::new();
        let (mut documents, mut kept, mut bytes_before) = (0, 0, 0);
        for file in &self.set.files {
            self.observer.check()?;
            let mut reader = Reader::open(&file.path, self.fields)?;
            while let Some(batch) = reader.next_batch()? {
                self.observer.check()?;
                let found = self.batch(file, &batch, kept)?;
                take(&found)?;
                documents += batch.len() as u64;
                kept += found.texts.len() as u64;
                self.observer.event(&Event::Advanced {
                    name: &self.set.name,
                    bytes_read: bytes_before + reader.bytes_read(),
                    documents,
                    kept,
                });
            }
            let input = report(&file.shown, &mut reader)?;
            bytes_before += input.bytes;
            inputs.push(input);
        }
        Ok(inputs)
    }

    /// Takes the documents out of a batch and indexes them; they are numbered from `next` on.
    fn batch<'b>(
        &mut self,
        file: &InputFile,
        batch: &'b Batch,
        next: u64,
    ) -> Result<EvalBatch<'b>, PipelineError> {
        let mut found = EvalBatch {
            texts: Vec::with_capacity(batch.len()),
            rejected: Vec::new(),
        };
        for place in 0..batch.len() {
            match batch.record(place) {
                Ok(record) => {
                    if let Some(index) = self.index.as_deref_mut() {
                        let number = next + found.texts.len() as u64;
                        index.add(&self.set.name, number, &record.text)?;
                    }
                    found.texts.push(record.text);
                }
                Err(problem) => {
                    found.rejected.push(problem.reason());
                    let error = file.bad_line(batch.number(place), problem);
                    if self.on_bad_line == OnBadLine::Fail {
                        return Err(error.into());
                    }
                    self.observer.event(&Event::Rejected { error: &error });
                }
            }
        }
        Ok(found)
    }
}
