//! Writes the files of one shard.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use assay_corpus::{CorpusError, sha256_file};
use assay_schema::{Shard, TokenDtype};

use crate::store::names::file_names;
use crate::store::numbers::encode;

/// The files of a shard while documents are added.
#[derive(Debug)]
pub(crate) struct ShardWriter {
    dtype: TokenDtype,
    /// Names, counts so far, and no digests yet.
    shard: Shard,
    text_bytes: u64,
    tokens_file: BufWriter<File>,
    documents_file: BufWriter<File>,
    bytes_file: Option<BufWriter<File>>,
    /// The tokens of one document as they are written.
    encoded: Vec<u8>,
}

impl ShardWriter {
    /// Begins shard `number` in `folder`, with a file of bytes per token if asked for.
    pub(crate) fn create(
        folder: &Path,
        number: usize,
        dtype: TokenDtype,
        bytes: bool,
    ) -> io::Result<Self> {
        let file_name = |kind: &str| format!("{kind}-{number:05}.bin");
        let shard = Shard {
            tokens_file: file_name("tokens"),
            documents_file: file_name("documents"),
            bytes_file: bytes.then(|| file_name("bytes")),
            documents: 0,
            tokens: 0,
            sha256: Default::default(),
        };
        let open = |name: &String| File::create(folder.join(name)).map(BufWriter::new);
        Ok(Self {
            dtype,
            text_bytes: 0,
            tokens_file: open(&shard.tokens_file)?,
            documents_file: open(&shard.documents_file)?,
            bytes_file: shard.bytes_file.as_ref().map(open).transpose()?,
            encoded: Vec::new(),
            shard,
        })
    }

    /// Tokens so far.
    pub(crate) fn tokens(&self) -> u64 {
        self.shard.tokens
    }

    /// Adds a document and the separator.
    pub(crate) fn push(
        &mut self,
        tokens: &[u32],
        separator: u32,
        text_bytes: u64,
        bytes: Option<&[u32]>,
    ) -> io::Result<()> {
        self.encoded.clear();
        encode(tokens, self.dtype, &mut self.encoded);
        encode(&[separator], self.dtype, &mut self.encoded);
        self.tokens_file.write_all(&self.encoded)?;
        if let (Some(file), Some(bytes)) = (&mut self.bytes_file, bytes) {
            for covered in bytes.iter().chain([&0]) {
                file.write_all(&covered.to_le_bytes())?;
            }
        }
        self.shard.documents += 1;
        self.shard.tokens += tokens.len() as u64 + 1;
        self.text_bytes += text_bytes;
        self.documents_file
            .write_all(&self.shard.tokens.to_le_bytes())?;
        self.documents_file
            .write_all(&self.text_bytes.to_le_bytes())
    }

    /// Finishes the files, which lie in `folder`, and takes their digests.
    pub(crate) fn close(mut self, folder: &Path) -> Result<Shard, CorpusError> {
        let files = [
            Some(self.tokens_file),
            Some(self.documents_file),
            self.bytes_file,
        ];
        for mut file in files.into_iter().flatten() {
            file.flush()
                .map_err(|error| CorpusError::write(folder, error))?;
        }
        for name in file_names(&self.shard) {
            let digest = sha256_file(&folder.join(&name))?;
            self.shard.sha256.insert(name, digest);
        }
        Ok(self.shard)
    }
}
