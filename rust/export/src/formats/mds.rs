//! MosaicML streaming: shards with a column `tokens`, and an index of them.
//!
//! `shard.00000.mds` begins with the number of items and where each begins and the last one ends in
//! the file (u32 each), then has the settings of the shard as JSON, then the items. An item is the
//! size of its array (u32) and the array in the encoding `ndarray:uint16` or `ndarray:uint32`:
//! a byte for one dimension and the width of its length, the length, the tokens.

use std::path::{Path, PathBuf};

use assay_schema::{ExportDtype, ExportFile};
use serde_json::{Value, json};

use crate::error::ExportError;
use crate::formats::dtype::append;
use crate::formats::out::Out;
use crate::formats::writer::{Shards, Writer};

/// Most bytes of items in a shard, unless one item has more: places in it are 32-bit integers.
const SHARD_BYTES: usize = 1 << 31;

pub(crate) struct Mds {
    folder: PathBuf,
    dtype: ExportDtype,
    shards: Shards,
    /// The items of the shard, and where each ends.
    items: Vec<u8>,
    ends: Vec<u32>,
    /// What the index says of each finished shard.
    index: Vec<Value>,
    files: Vec<ExportFile>,
}

impl Mds {
    pub(crate) fn create(folder: &Path, dtype: ExportDtype, shard_tokens: u64) -> Self {
        Self {
            folder: folder.to_owned(),
            dtype,
            shards: Shards::new(shard_tokens),
            items: Vec::new(),
            ends: Vec::new(),
            index: Vec::new(),
            files: Vec::new(),
        }
    }

    fn close_shard(&mut self) -> Result<(), ExportError> {
        let settings = settings(self.dtype);
        let text = settings.to_string();
        let count = self.ends.len();
        let start = (4 + 4 * (count + 1) + text.len()) as u32;
        let mut file = Out::create(&self.folder, &format!("shard.{:05}.mds", self.index.len()))?;
        file.put(&(count as u32).to_le_bytes())?;
        for end in std::iter::once(&0).chain(&self.ends) {
            file.put(&(start + end).to_le_bytes())?;
        }
        file.put(text.as_bytes())?;
        file.put(&self.items)?;
        let file = file.finish()?;
        self.index.push(described(settings, count, &file));
        self.files.push(file);
        self.items.clear();
        self.ends.clear();
        Ok(())
    }
}

impl Writer for Mds {
    fn push(&mut self, item: &[u32]) -> Result<(), ExportError> {
        let full = self.shards.full(item);
        let bytes = self.items.len() + item.len() * self.dtype.bytes() + HEAD;
        if !self.ends.is_empty() && (full || bytes + 4 * self.ends.len() > SHARD_BYTES) {
            self.close_shard()?;
        }
        append_item(&mut self.items, item, self.dtype);
        self.ends.push(self.items.len() as u32);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<ExportFile>, ExportError> {
        self.close_shard()?;
        let mut file = Out::create(&self.folder, "index.json")?;
        let index = json!({"shards": self.index, "version": 2});
        file.put(index.to_string().as_bytes())?;
        self.files.push(file.finish()?);
        Ok(self.files)
    }
}

/// Most bytes before the tokens of an item.
const HEAD: usize = 4 + 1 + 4;

fn append_item(bytes: &mut Vec<u8>, item: &[u32], dtype: ExportDtype) {
    let length = item.len() as u64;
    // The codes 0, 1 and 2 are for lengths of one, two and four bytes.
    let code = match length {
        0..=0xFF => 0_u8,
        0x100..=0xFFFF => 1,
        _ => 2,
    };
    let width = 1 << code;
    let size = 1 + width + item.len() * dtype.bytes();
    bytes.extend_from_slice(&(size as u32).to_le_bytes());
    bytes.push(1 << 2 | code);
    bytes.extend_from_slice(&length.to_le_bytes()[..width]);
    append(bytes, item, dtype);
}

/// The settings of a shard, its keys in alphabetical order.
fn settings(dtype: ExportDtype) -> Value {
    json!({
        "column_encodings": [format!("ndarray:{}", dtype.name())],
        "column_names": ["tokens"],
        "column_sizes": [null],
        "compression": null,
        "format": "mds",
        "hashes": [],
        "size_limit": null,
        "version": 2,
    })
}

/// The settings of a shard and what its file is.
fn described(mut settings: Value, samples: usize, file: &ExportFile) -> Value {
    settings["raw_data"] = json!({"basename": file.file, "bytes": file.bytes, "hashes": {}});
    settings["samples"] = json!(samples);
    settings["zip_data"] = Value::Null;
    settings
}
