//! The inputs of commands that only show documents, such as `stats` and `sample`.

use std::path::Path;
use std::thread;

use assay_corpus::{Batch, Fields};
use assay_schema::{InputReport, Recipe, SourceReport};
use rayon::prelude::*;

use crate::error::PipelineError;
use crate::observer::{Event, Observer};
use crate::read::input_set::{self, InputFile, InputSet, Role};
use crate::read::reading::{BLOCKS_PER_STEP, Block, Blocks, Start};

/// The longest line that is accepted, as a recipe has it by default.
const MAX_LINE_BYTES: u64 = 64 << 20;

/// Files of documents to read, without a recipe.
pub struct Inputs {
    set: InputSet,
    fields: Fields,
}

/// Where a document that was read stands.
pub(crate) struct DocumentPlace<'a> {
    pub(crate) file: &'a InputFile,
    pub(crate) batch: &'a Batch,
    /// Its place in the batch.
    pub(crate) index: usize,
}

impl Inputs {
    /// Finds the files behind paths, which are files, folders, globs, or `-` for standard input.
    /// The fields are paths as in a recipe.
    ///
    /// # Errors
    /// [`PipelineError`] when a path leads nowhere.
    pub fn open(paths: &[String], text_field: &str, id_field: &str) -> Result<Self, PipelineError> {
        let set = InputSet::open(Path::new(""), Role::Source, 0, "documents", paths)?;
        let fields = Fields {
            text: text_field.to_owned(),
            id: id_field.to_owned(),
            max_line_bytes: MAX_LINE_BYTES,
        };
        Ok(Self { set, fields })
    }

    /// The files that a finished source was read from; their paths start from `base`.
    pub(crate) fn again(
        source: &SourceReport,
        base: &Path,
        recipe: &Recipe,
    ) -> Result<Self, PipelineError> {
        let paths: Vec<_> = source
            .inputs
            .iter()
            .map(|input| input.path.clone())
            .collect();
        Ok(Self {
            set: InputSet::open(base, Role::Source, 0, &source.name, &paths)?,
            fields: input_set::fields(recipe),
        })
    }

    /// Calls `look` for every document in parallel, and `take` with the results in document order.
    pub(crate) fn each<T: Send>(
        &self,
        observer: &dyn Observer,
        look: impl Fn(&Batch, usize) -> T + Sync,
        mut take: impl FnMut(&DocumentPlace<'_>, T) -> Result<(), PipelineError>,
    ) -> Result<Vec<InputReport>, PipelineError> {
        let set = &self.set;
        observer.event(&Event::Opened {
            name: &set.name,
            input_bytes: set.bytes(),
        });
        let mut documents = 0;
        thread::scope(|scope| {
            let mut blocks = Blocks::start(scope, set, &self.fields, Start::default());
            loop {
                observer.check()?;
                let step = blocks.next(BLOCKS_PER_STEP)?;
                let Some(last) = step.last() else {
                    return Ok(blocks.finished().to_vec());
                };
                for (block, seen) in step.iter().zip(look_at(&step, &look)) {
                    documents += seen.len() as u64;
                    for (index, seen) in seen.into_iter().enumerate() {
                        let place = DocumentPlace {
                            file: &set.files[block.file],
                            batch: &block.batch,
                            index,
                        };
                        take(&place, seen)?;
                    }
                }
                observer.event(&Event::Read {
                    name: &set.name,
                    bytes_read: blocks.bytes_finished() + last.place.bytes_read,
                    documents,
                });
            }
        })
    }
}

fn look_at<T: Send>(step: &[Block], look: &(impl Fn(&Batch, usize) -> T + Sync)) -> Vec<Vec<T>> {
    let blocks = step.par_iter().map(|block| {
        let places = (0..block.batch.len()).into_par_iter();
        places.map(|index| look(&block.batch, index)).collect()
    });
    blocks.collect()
}
