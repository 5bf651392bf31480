//! The documents of a corpus in two temporary files: the texts end to end, and their lengths.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

const BUFFER_BYTES: usize = 1 << 18;

/// Takes texts; both files have no name and vanish with the process.
pub(crate) struct TextWriter {
    texts: BufWriter<File>,
    lengths: BufWriter<File>,
    bytes: u64,
}

impl TextWriter {
    pub(crate) fn new(folder: &Path) -> io::Result<Self> {
        let file = || {
            let file = tempfile::tempfile_in(folder)?;
            Ok::<_, io::Error>(BufWriter::with_capacity(BUFFER_BYTES, file))
        };
        Ok(Self {
            texts: file()?,
            lengths: file()?,
            bytes: 0,
        })
    }

    /// Adds a text and tells where it begins in the corpus.
    pub(crate) fn push(&mut self, text: &str) -> io::Result<u64> {
        let start = self.bytes;
        self.texts.write_all(text.as_bytes())?;
        self.lengths.write_all(&(text.len() as u64).to_le_bytes())?;
        self.bytes += text.len() as u64;
        Ok(start)
    }

    /// The texts from the first on.
    pub(crate) fn finish(self) -> io::Result<TextReader> {
        let reader = |writer: BufWriter<File>| {
            let file = writer
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?;
            Ok::<_, io::Error>(BufReader::with_capacity(BUFFER_BYTES, file))
        };
        let mut reader = TextReader {
            texts: reader(self.texts)?,
            lengths: reader(self.lengths)?,
            text: Vec::new(),
            next: Place::default(),
            bytes: self.bytes,
        };
        reader.rewind()?;
        Ok(reader)
    }
}

/// Where a document stands.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place {
    /// Number of the document, from zero.
    pub(crate) document: u64,
    /// Where its text begins in the corpus.
    pub(crate) start: u64,
}

/// Gives texts back in order.
pub(crate) struct TextReader {
    texts: BufReader<File>,
    lengths: BufReader<File>,
    text: Vec<u8>,
    next: Place,
    bytes: u64,
}

impl TextReader {
    pub(crate) fn rewind(&mut self) -> io::Result<()> {
        self.texts.rewind()?;
        self.lengths.rewind()?;
        self.next = Place::default();
        Ok(())
    }

    /// The document that holds the byte `at` of the corpus, which is not before the next one;
    /// none behind the last.
    pub(crate) fn find(&mut self, at: u64) -> io::Result<Option<(Place, &[u8])>> {
        if at >= self.bytes {
            return Ok(None);
        }
        let mut skipped = 0;
        loop {
            let mut length = [0; 8];
            self.lengths.read_exact(&mut length)?;
            let length = u64::from_le_bytes(length);
            let place = self.next;
            self.next.document += 1;
            self.next.start += length;
            if at < self.next.start {
                self.texts.seek_relative(skipped)?;
                self.text.resize(length as usize, 0);
                self.texts.read_exact(&mut self.text)?;
                return Ok(Some((place, &self.text)));
            }
            skipped += length as i64;
        }
    }
}
