//! OLMo-core: tokens as raw arrays, and the places of the documents beside them.
//!
//! `part-00000.npy` has no header in spite of its name: OLMo-core maps the bare tokens, of a width
//! that it guesses from the tokenizer unless it is told. `part-00000.csv.gz` has a line for each
//! item: start and end in tokens within the part, and the number of the item in the export. From
//! it OLMo-core takes the documents where the separator alone would not tell them apart, and where
//! the array is not on the local disk.

use std::io::Write;
use std::path::{Path, PathBuf};

use assay_corpus::CorpusError;
use assay_schema::{ExportDtype, ExportFile};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::error::ExportError;
use crate::formats::dtype::append;
use crate::formats::out::Out;
use crate::formats::writer::{Shards, Writer};

pub(crate) struct Olmo {
    folder: PathBuf,
    dtype: ExportDtype,
    shards: Shards,
    part: Part,
    items: u64,
    bytes: Vec<u8>,
    files: Vec<ExportFile>,
}

struct Part {
    number: usize,
    tokens: Out,
    places: GzEncoder<Out>,
    end: u64,
}

impl Olmo {
    pub(crate) fn create(
        folder: &Path,
        dtype: ExportDtype,
        shard_tokens: u64,
    ) -> Result<Self, ExportError> {
        Ok(Self {
            folder: folder.to_owned(),
            dtype,
            shards: Shards::new(shard_tokens),
            part: Part::create(folder, 0)?,
            items: 0,
            bytes: Vec::new(),
            files: Vec::new(),
        })
    }
}

impl Writer for Olmo {
    fn push(&mut self, item: &[u32]) -> Result<(), ExportError> {
        if self.shards.full(item) {
            let next = Part::create(&self.folder, self.part.number + 1)?;
            let part = std::mem::replace(&mut self.part, next);
            self.files.extend(part.finish()?);
        }
        self.bytes.clear();
        append(&mut self.bytes, item, self.dtype);
        self.part.tokens.put(&self.bytes)?;
        self.part.place(item.len() as u64, self.items)?;
        self.items += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<ExportFile>, ExportError> {
        self.files.extend(self.part.finish()?);
        Ok(self.files)
    }
}

impl Part {
    fn create(folder: &Path, number: usize) -> Result<Self, ExportError> {
        let places = Out::create(folder, &format!("part-{number:05}.csv.gz"))?;
        Ok(Self {
            number,
            tokens: Out::create(folder, &format!("part-{number:05}.npy"))?,
            places: GzEncoder::new(places, Compression::default()),
            end: 0,
        })
    }

    fn place(&mut self, length: u64, item: u64) -> Result<(), ExportError> {
        let start = self.end;
        self.end += length;
        let written = writeln!(self.places, "{start},{},{item}", self.end);
        Ok(written.map_err(|error| CorpusError::write(self.places.get_ref().path(), error))?)
    }

    fn finish(self) -> Result<[ExportFile; 2], ExportError> {
        let path = self.places.get_ref().path().to_owned();
        let places = self.places.finish();
        let places = places.map_err(|error| CorpusError::write(&path, error))?;
        Ok([self.tokens.finish()?, places.finish()?])
    }
}
