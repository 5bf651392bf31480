//! An input of any format as batches of documents.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;

use crate::digest::{FileDigest, Shared};
use crate::documents::batch::Batch;
use crate::error::CorpusError;
use crate::fields::Fields;
use crate::format::{Format, MAGIC_BYTES};
use crate::input::arrow::ArrowInput;
use crate::input::lines::Blocks;
use crate::input::list::STANDARD_INPUT;
use crate::input::parquet::ParquetInput;

const BUFFER_BYTES: usize = 256 << 10;

/// A zstd frame may look back 2 GiB, as one made with `zstd --long=31` does. Of that memory only
/// what the frame fills is used, so short files with a long window stay cheap.
const ZSTD_WINDOW_LOG: u32 = 31;

/// How zstd says that a window is longer than allowed, or than the memory that is left.
const ZSTD_NO_WINDOW: [&str; 2] = [
    "Frame requires too much memory for decoding",
    "Allocation error : not enough memory",
];

/// Reads one input in batches, whose boundaries depend on the input alone.
pub struct Reader {
    path: PathBuf,
    format: Format,
    fields: Arc<Fields>,
    content: Content,
    documents: u64,
    /// Everything was read, or an error came.
    ended: bool,
}

enum Content {
    Lines {
        blocks: Blocks<Box<dyn Read + Send>>,
        file: Shared,
    },
    Parquet(ParquetInput),
    Arrow(ArrowInput),
}

impl Reader {
    /// Opens a file, or standard input when the path is `-`. The first bytes tell the format, and
    /// the name where they do not.
    ///
    /// # Errors
    /// [`CorpusError`] when the file is missing, unreadable or not what its name says.
    pub fn open(path: &Path, fields: &Fields) -> Result<Self, CorpusError> {
        if path == Path::new(STANDARD_INPUT) {
            return Self::from_stream(path, Box::new(io::stdin()), fields);
        }
        let failed = |error| CorpusError::read(path, error);
        let mut file = File::open(path).map_err(failed)?;
        let magic = first_bytes(&mut file).map_err(failed)?;
        if Format::of(path, &magic) == Format::Parquet {
            file.rewind().map_err(failed)?;
            let content = Content::Parquet(ParquetInput::open(path, file)?);
            return Ok(Self::new(path, Format::Parquet, content, fields));
        }
        Self::after_magic(path, magic, Box::new(file), fields)
    }

    /// Reads a stream; `name` stands for it in errors and tells the format where its first bytes
    /// do not.
    ///
    /// # Errors
    /// [`CorpusError`] when it cannot be read, or is Parquet, which has its index at its end.
    pub fn from_stream(
        name: &Path,
        mut stream: Box<dyn Read + Send>,
        fields: &Fields,
    ) -> Result<Self, CorpusError> {
        let magic = first_bytes(&mut stream).map_err(|error| CorpusError::read(name, error))?;
        Self::after_magic(name, magic, stream, fields)
    }

    fn after_magic(
        path: &Path,
        magic: Vec<u8>,
        rest: Box<dyn Read + Send>,
        fields: &Fields,
    ) -> Result<Self, CorpusError> {
        let format = Format::of(path, &magic);
        let file = Shared::new(Box::new(Cursor::new(magic).chain(rest)));
        let buffered = || BufReader::with_capacity(BUFFER_BYTES, file.clone());
        let bytes: Box<dyn Read + Send> = match format {
            Format::Jsonl => Box::new(file.clone()),
            Format::JsonlGz => Box::new(MultiGzDecoder::new(buffered())),
            Format::JsonlZst => {
                Box::new(zstd(buffered()).map_err(|error| CorpusError::read(path, error))?)
            }
            Format::Parquet => {
                return Err(CorpusError::ParquetStream {
                    path: path.to_owned(),
                });
            }
            Format::Arrow => {
                let content = Content::Arrow(ArrowInput::open(path, file)?);
                return Ok(Self::new(path, format, content, fields));
            }
        };
        let blocks = Blocks::new(bytes, fields.max_line_bytes);
        let content = Content::Lines { blocks, file };
        Ok(Self::new(path, format, content, fields))
    }

    fn new(path: &Path, format: Format, content: Content, fields: &Fields) -> Self {
        Self {
            path: path.to_owned(),
            format,
            fields: Arc::new(fields.clone()),
            content,
            documents: 0,
            ended: false,
        }
    }

    /// The file, or the name of the stream.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The format found.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Documents in the batches so far, bad ones included.
    #[must_use]
    pub fn documents(&self) -> u64 {
        self.documents
    }

    /// Bytes on disk read so far; of Parquet, those of the row groups begun.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        match &self.content {
            Content::Lines { file, .. } => file.lock().bytes,
            Content::Parquet(input) => input.bytes_read(),
            Content::Arrow(input) => input.bytes_read(),
        }
    }

    /// The digest of the bytes on disk read so far, which after the last batch are all; of Parquet
    /// always that of the whole file.
    ///
    /// # Errors
    /// [`CorpusError`] when a Parquet file cannot be read.
    pub fn digest(&mut self) -> Result<FileDigest, CorpusError> {
        match &mut self.content {
            Content::Lines { file, .. } => Ok(file.lock().digest()),
            Content::Parquet(input) => input.digest(),
            Content::Arrow(input) => Ok(input.digest()),
        }
    }

    /// The next batch, which holds one document at least; `None` at the end, and after an error.
    ///
    /// # Errors
    /// [`CorpusError`] when the input cannot be read further, is truncated or damaged. Whole
    /// lines before the damage are in the batches before the error.
    pub fn next_batch(&mut self) -> Result<Option<Batch>, CorpusError> {
        if self.ended {
            return Ok(None);
        }
        let batch = self.read_batch();
        match &batch {
            Ok(Some(batch)) => self.documents += batch.len() as u64,
            Ok(None) | Err(_) => self.ended = true,
        }
        batch
    }

    fn read_batch(&mut self) -> Result<Option<Batch>, CorpusError> {
        let failed = |lines, source| damaged(&self.path, self.format, lines, source);
        match &mut self.content {
            Content::Parquet(input) => input.next_batch(&self.fields),
            Content::Arrow(input) => input.next_batch(&self.fields),
            Content::Lines { blocks, file } => match blocks.next() {
                Ok(Some(block)) => Ok(Some(Batch::from_lines(block, &self.fields))),
                // A compressed file holds at least a header: without a byte it lost all of it.
                Ok(None) if self.format != Format::Jsonl && file.lock().bytes == 0 => {
                    Err(failed(0, io::ErrorKind::UnexpectedEof.into()))
                }
                Ok(None) => Ok(None),
                Err(source) => Err(failed(blocks.number(), source)),
            },
        }
    }
}

fn zstd<R: BufRead>(bytes: R) -> io::Result<zstd::Decoder<'static, R>> {
    let mut decoder = zstd::Decoder::with_buffer(bytes)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG)?;
    Ok(decoder)
}

fn first_bytes(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut magic = Vec::with_capacity(MAGIC_BYTES);
    stream.take(MAGIC_BYTES as u64).read_to_end(&mut magic)?;
    Ok(magic)
}

/// An error about lines being read: of a compressed file, the decoder's reason stands for damage
/// unless it is the system's.
fn damaged(path: &Path, format: Format, lines: u64, source: io::Error) -> CorpusError {
    let format = match format {
        Format::JsonlGz => "gzip",
        Format::JsonlZst => "zstd",
        _ => return CorpusError::read(path, source),
    };
    if source.raw_os_error().is_some() {
        return CorpusError::read(path, source);
    }
    let path = path.to_owned();
    if ZSTD_NO_WINDOW.contains(&source.to_string().as_str()) {
        return CorpusError::ZstdWindow {
            path,
            lines,
            source,
        };
    }
    match source.kind() {
        io::ErrorKind::UnexpectedEof => CorpusError::Truncated {
            path,
            format,
            lines,
        },
        _ => CorpusError::Damaged {
            path,
            format,
            lines,
            source,
        },
    }
}
