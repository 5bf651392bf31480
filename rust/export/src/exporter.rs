//! Writes an export, item by item, in any format.

use std::fs;
use std::path::Path;

use assay_corpus::{AtomicDir, CorpusError};
use assay_schema::{Export, ExportDtype, ExportFormat, ExportSource, SCHEMA_VERSION};

use crate::error::ExportError;
use crate::formats::dtype::dtype_for;
use crate::formats::mds::Mds;
use crate::formats::megatron::Megatron;
use crate::formats::nanotron::Nanotron;
use crate::formats::olmo::Olmo;
use crate::formats::table::{Kind, Table};
use crate::formats::writer::Writer;
use crate::load::load_lines;
use crate::settings::Settings;

/// Most tokens of an item: its bytes and its length then fit the integers of every format.
const ITEM_TOKENS: usize = 1 << 29;

/// Most tokens of a file, unless told otherwise.
const SHARD_TOKENS: u64 = 1 << 26;

/// The same for MDS, whose readers fetch whole shards and whose shards are written from memory.
const MDS_SHARD_TOKENS: u64 = 1 << 24;

/// Name of the record in the folder of an export.
pub const RECORD: &str = "export.json";

/// Writes items, documents or sequences, into a folder that appears when all is there.
pub struct Exporter {
    folder: AtomicDir,
    settings: Settings,
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
        let shard_tokens = shard_tokens(&settings)?;
        check_free(output)?;
        let folder = AtomicDir::create(output)?;
        let writer = writer(folder.path(), &settings, dtype, shard_tokens)?;
        Ok(Self {
            folder,
            settings,
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
            format: self.settings.format,
            load: load_lines(&self.settings, self.dtype, &self.source),
            source: self.source,
            dtype: self.dtype,
            tokenizer_name: self.settings.tokenizer_name,
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

fn shard_tokens(settings: &Settings) -> Result<u64, ExportError> {
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
    settings: &Settings,
    dtype: ExportDtype,
    shard_tokens: u64,
) -> Result<Box<dyn Writer>, ExportError> {
    Ok(match settings.format {
        ExportFormat::Olmo => Box::new(Olmo::create(folder, dtype, shard_tokens)?),
        ExportFormat::Megatron => Box::new(Megatron::create(folder, dtype)?),
        ExportFormat::Nanotron => {
            let name = settings.tokenizer_name.as_deref();
            Box::new(Nanotron::create(folder, dtype, name, shard_tokens)?)
        }
        ExportFormat::Parquet => Box::new(Table::create(folder, Kind::Parquet, shard_tokens)),
        ExportFormat::Arrow => Box::new(Table::create(folder, Kind::Arrow, shard_tokens)),
        ExportFormat::Mds => Box::new(Mds::create(folder, dtype, shard_tokens)),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn source(vocab_size: u64) -> ExportSource {
        ExportSource {
            name: "books".to_owned(),
            sha256: "cd".repeat(32),
            sequence_tokens: None,
            tokenizer_sha256: "ab".repeat(32),
            vocab_size,
            separator_id: 0,
        }
    }

    fn settings(format: ExportFormat) -> Settings {
        let shard_tokens = (format != ExportFormat::Megatron).then_some(4);
        Settings {
            format,
            shard_tokens,
            tokenizer_name: Some("some/tokenizer".to_owned()),
        }
    }

    fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(folder).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, fs::read(path).unwrap())
            })
            .collect()
    }

    #[test]
    fn items_stay_whole_and_the_record_comes_last() {
        let parent = tempfile::tempdir().unwrap();
        for format in ExportFormat::ALL {
            let output = parent.path().join(format.name());
            let mut exporter = Exporter::create(&output, settings(format), source(9)).unwrap();
            for item in [&[1, 2, 0][..], &[0], &[3, 0], &[1, 2, 3, 4, 5, 0], &[0]] {
                exporter.push(item).unwrap();
            }
            assert!(!output.exists());
            let export = exporter.finish().unwrap();
            assert_eq!((export.items, export.tokens), (5, 13), "{format:?}");
            let mut files = files(&output);
            let record = String::from_utf8(files.remove(RECORD).unwrap()).unwrap();
            assert_eq!(Export::from_json(&record, RECORD).unwrap(), export);
            let mut listed: Vec<_> = export.files.iter().map(|file| file.file.clone()).collect();
            listed.sort();
            assert!(listed.iter().eq(files.keys()), "{listed:?}");
            let sharded = listed.iter().filter(|name| name.contains("0000"));
            let each = match format {
                ExportFormat::Olmo => 2,
                ExportFormat::Nanotron => 3,
                ExportFormat::Megatron => 0,
                _ => 1,
            };
            assert_eq!(sharded.count(), 4 * each, "{listed:?}");
        }
        assert_eq!(
            fs::read(parent.path().join("olmo/part-00001.npy")).unwrap(),
            [3, 0, 0, 0]
        );
    }

    #[test]
    fn what_cannot_be_done_is_said_before_anything_is_written() {
        let parent = tempfile::tempdir().unwrap();
        let output = parent.path().join("out");
        let fails = |format, shard_tokens, name: &str, source| {
            let settings = Settings {
                format,
                shard_tokens,
                tokenizer_name: Some(name.to_owned()),
            };
            let error = Exporter::create(&output, settings, source).err().unwrap();
            assert!(error.is_request(), "{error}");
            error.to_string()
        };
        let message = fails(ExportFormat::Arrow, None, "a", source(1 << 32));
        assert!(message.starts_with("a vocabulary of 4294967296 tokens does not fit arrow"));
        let message = fails(ExportFormat::Megatron, Some(5), "a", source(9));
        assert!(
            message.contains("but megatron is one file of tokens"),
            "{message}"
        );
        let message = fails(ExportFormat::Mds, Some(0), "a", source(9));
        assert!(message.contains("expected at least 1"), "{message}");
        let message = fails(ExportFormat::Nanotron, None, "a|b", source(9));
        assert!(message.contains("\"a|b\""), "{message}");
        fs::write(&output, "mine").unwrap();
        let message = fails(ExportFormat::Olmo, None, "a", source(9));
        assert!(message.contains("out: exists"), "{message}");
        assert_eq!(files(parent.path()).len(), 1);
    }

    #[test]
    fn items_that_do_not_fit_are_named_and_nothing_is_left() {
        let parent = tempfile::tempdir().unwrap();
        let output = parent.path().join("out");
        let settings = settings(ExportFormat::Nanotron);
        let mut exporter = Exporter::create(&output, settings.clone(), source(9)).unwrap();
        exporter.push(&[8, 0]).unwrap();
        let message = exporter.push(&[1, 9, 0]).unwrap_err().to_string();
        let expected = "books: item 1: token 9 is not below the vocabulary's size 9";
        assert!(message.starts_with(expected), "{message}");
        let message = exporter.push(&[]).unwrap_err().to_string();
        assert!(message.starts_with("books: item 1: no token"), "{message}");
        drop(exporter);
        let exporter = Exporter::create(&output, settings, source(9)).unwrap();
        let message = exporter.finish().err().unwrap().to_string();
        assert!(message.starts_with("books: holds no document"), "{message}");
        assert!(files(parent.path()).is_empty());
    }
}
