//! Writing an export, item by item.

use std::fs;
use std::path::Path;

use assay_corpus::{AtomicDir, CorpusError};
use assay_schema::{Export, ExportDtype, ExportFormat, ExportSource, SCHEMA_VERSION};

use crate::dtype::dtype_for;
use crate::load::load_lines;
use crate::mds::Mds;
use crate::megatron::Megatron;
use crate::nanotron::Nanotron;
use crate::olmo::Olmo;
use crate::out::Writer;
use crate::table::{Kind, Table};
use crate::{ExportError, RECORD};

/// Most tokens of an item: its bytes and its length then fit the integers of every format.
const ITEM_TOKENS: usize = 1 << 29;

/// Most tokens of a file, unless told otherwise.
const SHARD_TOKENS: u64 = 1 << 26;

/// The same for MDS, whose readers fetch whole shards and whose shards are written from memory.
const MDS_SHARD_TOKENS: u64 = 1 << 24;

/// How to export.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// The format.
    pub format: ExportFormat,
    /// Most tokens of a file, unless one item has more; by default 2^26, for MDS 2^24, and for
    /// Megatron no limit, which it also cannot be given.
    pub shard_tokens: Option<u64>,
}

/// Writes items, documents or sequences, into a folder that appears when all is there.
pub struct Exporter {
    folder: AtomicDir,
    format: ExportFormat,
    dtype: ExportDtype,
    source: ExportSource,
    writer: Box<dyn Writer>,
    items: u64,
    tokens: u64,
}

impl Exporter {
    /// Begins an export.
    ///
    /// # Errors
    /// [`ExportError::Exists`] when the output is there, [`ExportError::Vocabulary`] when the
    /// format has no number for some tokens, [`ExportError::File`] when the system refuses, and the
    /// errors that [`ExportError::is_request`] tells of the settings.
    pub fn create(
        output: &Path,
        settings: Settings,
        source: ExportSource,
    ) -> Result<Self, ExportError> {
        let dtype = dtype_for(settings.format, source.vocab_size)?;
        let shard_tokens = shard_tokens(settings)?;
        check_free(output)?;
        let folder = AtomicDir::create(output)?;
        let writer = writer(folder.path(), settings.format, dtype, &source, shard_tokens)?;
        Ok(Self {
            folder,
            format: settings.format,
            dtype,
            source,
            writer,
            items: 0,
            tokens: 0,
        })
    }

    /// Adds an item: a document with the separator at its end, or a sequence.
    ///
    /// # Errors
    /// [`ExportError::Token`], [`ExportError::EmptyItem`] and [`ExportError::LongItem`] for an item
    /// that cannot be written, [`ExportError::File`] when the system refuses.
    pub fn push(&mut self, item: &[u32]) -> Result<(), ExportError> {
        self.check(item)?;
        self.writer.push(item)?;
        self.items += 1;
        self.tokens += item.len() as u64;
        Ok(())
    }

    /// Ends all files and puts the folder in place.
    ///
    /// # Errors
    /// [`ExportError::Empty`] without any item, [`ExportError::File`] when the system refuses.
    pub fn finish(self) -> Result<Export, ExportError> {
        if self.items == 0 {
            return Err(ExportError::Empty {
                name: self.source.name,
            });
        }
        let export = Export {
            schema_version: SCHEMA_VERSION,
            assay_version: env!("CARGO_PKG_VERSION").to_owned(),
            format: self.format,
            load: load_lines(self.format, self.dtype, &self.source),
            source: self.source,
            dtype: self.dtype,
            items: self.items,
            tokens: self.tokens,
            files: self.writer.finish()?,
        };
        let path = self.folder.path().join(RECORD);
        let written = fs::write(&path, export.to_json());
        written.map_err(|error| CorpusError::write(&path, error))?;
        self.folder.commit()?;
        Ok(export)
    }

    fn check(&self, item: &[u32]) -> Result<(), ExportError> {
        let name = || self.source.name.clone();
        if item.is_empty() {
            return Err(ExportError::EmptyItem {
                name: name(),
                item: self.items,
            });
        }
        if item.len() > ITEM_TOKENS {
            return Err(ExportError::LongItem {
                name: name(),
                item: self.items,
                tokens: item.len(),
                limit: ITEM_TOKENS,
            });
        }
        let vocab_size = self.source.vocab_size;
        let largest = item.iter().copied().max().unwrap_or_default();
        if u64::from(largest) >= vocab_size {
            return Err(ExportError::Token {
                name: name(),
                item: self.items,
                token: largest,
                vocab_size,
            });
        }
        Ok(())
    }
}

fn shard_tokens(settings: Settings) -> Result<u64, ExportError> {
    let format = settings.format;
    match (format, settings.shard_tokens) {
        (_, Some(0)) => Err(ExportError::ShardTokens),
        (ExportFormat::Megatron, Some(shard_tokens)) => Err(ExportError::OneFile {
            shard_tokens,
            format: format.name(),
        }),
        (_, Some(shard_tokens)) => Ok(shard_tokens),
        (ExportFormat::Mds, None) => Ok(MDS_SHARD_TOKENS),
        (_, None) => Ok(SHARD_TOKENS),
    }
}

/// An export never replaces anything.
fn check_free(output: &Path) -> Result<(), ExportError> {
    let free = match fs::read_dir(output) {
        Ok(mut entries) => entries.next().is_none() && output.file_name().is_some(),
        Err(_) => !output.exists(),
    };
    if free {
        return Ok(());
    }
    Err(ExportError::Exists {
        path: output.to_owned(),
    })
}

fn writer(
    folder: &Path,
    format: ExportFormat,
    dtype: ExportDtype,
    source: &ExportSource,
    shard_tokens: u64,
) -> Result<Box<dyn Writer>, ExportError> {
    Ok(match format {
        ExportFormat::Olmo => Box::new(Olmo::create(folder, dtype, shard_tokens)?),
        ExportFormat::Megatron => Box::new(Megatron::create(folder, dtype)?),
        ExportFormat::Nanotron => {
            let name = source.tokenizer_name.as_deref();
            Box::new(Nanotron::create(folder, dtype, name, shard_tokens)?)
        }
        ExportFormat::Parquet => Box::new(Table::create(folder, Kind::Parquet, shard_tokens)),
        ExportFormat::Arrow => Box::new(Table::create(folder, Kind::Arrow, shard_tokens)),
        ExportFormat::Mds => Box::new(Mds::create(folder, dtype, shard_tokens)),
    })
}
