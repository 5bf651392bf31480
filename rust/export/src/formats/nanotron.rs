//! nanotron and datatrove: tokens in .ds files.
//!
//! `00000.ds` holds the bare tokens, two or four bytes each. `00000.ds.index` has an unsigned 64-bit
//! integer for each item: its end in tokens within the file. `00000.ds.metadata` has the
//! tokenizer's name and the bytes per token as `name|2`, then the number of tokens, then the same
//! for people. nanotron loads the tokenizer of that name and refuses a configuration with another,
//! so the file is only written when the name is known.

use std::path::{Path, PathBuf};

use assay_schema::{ExportDtype, ExportFile};

use crate::error::ExportError;
use crate::formats::dtype::append;
use crate::formats::out::Out;
use crate::formats::writer::{Shards, Writer};

pub(crate) struct Nanotron {
    folder: PathBuf,
    dtype: ExportDtype,
    /// The first line of all metadata.
    tokenizer: Option<String>,
    shards: Shards,
    part: Part,
    bytes: Vec<u8>,
    files: Vec<ExportFile>,
}

struct Part {
    number: usize,
    tokens: Out,
    index: Out,
    end: u64,
}

impl Nanotron {
    pub(crate) fn create(
        folder: &Path,
        dtype: ExportDtype,
        tokenizer_name: Option<&str>,
        shard_tokens: u64,
    ) -> Result<Self, ExportError> {
        if let Some(name) = tokenizer_name
            && (name.is_empty() || name.contains(['|', '\n', '\r']))
        {
            return Err(ExportError::TokenizerName {
                name: name.to_owned(),
                format: "nanotron",
            });
        }
        Ok(Self {
            folder: folder.to_owned(),
            dtype,
            tokenizer: tokenizer_name.map(|name| format!("{name}|{}", dtype.bytes())),
            shards: Shards::new(shard_tokens),
            part: Part::create(folder, 0)?,
            bytes: Vec::new(),
            files: Vec::new(),
        })
    }
}

impl Writer for Nanotron {
    fn push(&mut self, item: &[u32]) -> Result<(), ExportError> {
        if self.shards.full(item) {
            let next = Part::create(&self.folder, self.part.number + 1)?;
            let part = std::mem::replace(&mut self.part, next);
            let files = part.finish(&self.folder, self.tokenizer.as_deref())?;
            self.files.extend(files);
        }
        self.bytes.clear();
        append(&mut self.bytes, item, self.dtype);
        self.part.tokens.put(&self.bytes)?;
        self.part.end += item.len() as u64;
        self.part.index.put(&self.part.end.to_le_bytes())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<ExportFile>, ExportError> {
        let files = self.part.finish(&self.folder, self.tokenizer.as_deref())?;
        self.files.extend(files);
        Ok(self.files)
    }
}

impl Part {
    fn create(folder: &Path, number: usize) -> Result<Self, ExportError> {
        Ok(Self {
            number,
            tokens: Out::create(folder, &format!("{number:05}.ds"))?,
            index: Out::create(folder, &format!("{number:05}.ds.index"))?,
            end: 0,
        })
    }

    fn finish(
        self,
        folder: &Path,
        tokenizer: Option<&str>,
    ) -> Result<Vec<ExportFile>, ExportError> {
        let mut files = vec![self.tokens.finish()?, self.index.finish()?];
        if let Some(tokenizer) = tokenizer {
            let name = format!("{:05}.ds.metadata", self.number);
            let mut metadata = Out::create(folder, &name)?;
            let tokens = self.end;
            metadata.put(format!("{tokenizer}\n{tokens}\n{tokens} T").as_bytes())?;
            files.push(metadata.finish()?);
        }
        Ok(files)
    }
}
