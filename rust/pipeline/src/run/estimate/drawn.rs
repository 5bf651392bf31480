//! A sample of the documents of one source, copied into files of its own.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use assay_corpus::{CorpusError, Fields, Format, Kept, Reader, ShardWriter, encode};

use crate::error::PipelineError;
use crate::read::input_set::{InputFile, InputSet};

/// From how many places of a source documents are drawn; they are spread evenly.
const PLACES: u64 = 8;

/// The sample of one source.
#[derive(Default)]
pub(crate) struct Drawn {
    pub(crate) documents: u64,
    /// Lines and rows among them that are not valid documents.
    pub(crate) bad: u64,
    /// Bytes on disk that were read for it.
    pub(crate) bytes: u64,
}

impl Drawn {
    /// Copies about `share` bytes of a source into a folder, in its formats.
    pub(crate) fn from(
        set: &InputSet,
        fields: &Fields,
        share: u64,
        folder: &Path,
    ) -> Result<Self, PipelineError> {
        let mut drawn = Self::default();
        let mut shards = ShardWriter::new(folder, 0);
        let all = set.files.len();
        let (files, most) = if set.bytes() <= share {
            (all, u64::MAX)
        } else {
            let files = all.min(PLACES as usize);
            (files, share / files as u64)
        };
        let places = PLACES.div_ceil(files.max(1) as u64);
        for number in 0..files {
            let file = &set.files[number * all / files];
            if file.is_standard_input() {
                return Err(PipelineError::StandardInput { times: 2 });
            }
            let reader = Reader::open(&file.path, fields)?;
            if reader.format() != Format::Jsonl || file.bytes <= most {
                drawn.read(reader, most, false, &mut shards)?;
                continue;
            }
            for place in 0..places {
                let (stream, bytes) = part(file, file.bytes * place / places, most / places)?;
                let reader = Reader::from_stream(&file.path, stream, fields)?;
                drawn.bytes += bytes;
                drawn.read(reader, u64::MAX, true, &mut shards)?;
            }
        }
        if drawn.documents == 0 {
            drawn.first(set, fields, &mut shards)?;
        }
        if drawn.documents == drawn.bad {
            return Err(PipelineError::EmptySource {
                name: set.name.clone(),
                paths: set.paths.clone(),
            });
        }
        shards.end()?;
        Ok(drawn)
    }

    /// Copies the first batch, for sources whose documents are longer than the parts.
    fn first(
        &mut self,
        set: &InputSet,
        fields: &Fields,
        shards: &mut ShardWriter,
    ) -> Result<(), PipelineError> {
        for file in &set.files {
            self.read(Reader::open(&file.path, fields)?, 0, false, shards)?;
            if self.documents > 0 {
                break;
            }
        }
        Ok(())
    }

    /// Copies batches until `most` bytes were read. A `part` of a file ends in the middle of a line,
    /// which is left out.
    fn read(
        &mut self,
        mut reader: Reader,
        most: u64,
        part: bool,
        shards: &mut ShardWriter,
    ) -> Result<(), PipelineError> {
        let mut next = reader.next_batch()?;
        while let Some(batch) = next {
            let enough = reader.bytes_read() >= most;
            next = if enough { None } else { reader.next_batch()? };
            let whole = batch.len() - usize::from(part && next.is_none());
            let good: Vec<Kept> = (0..whole)
                .filter(|index| batch.record(*index).is_ok())
                .map(|index| Kept { index, text: None })
                .collect();
            self.documents += whole as u64;
            self.bad += (whole - good.len()) as u64;
            shards.push(&encode(&batch, &good, reader.format())?)?;
        }
        if !part {
            self.bytes += reader.bytes_read();
        }
        Ok(())
    }
}

/// Up to `most` bytes of a file of lines from `start` on, without a line that began before `start`,
/// and how many bytes that leaves.
fn part(
    file: &InputFile,
    start: u64,
    most: u64,
) -> Result<(Box<dyn Read + Send>, u64), CorpusError> {
    let failed = |error| CorpusError::read(&file.path, error);
    let mut opened = File::open(&file.path).map_err(failed)?;
    opened.seek(SeekFrom::Start(start)).map_err(failed)?;
    let mut bytes = BufReader::new(opened).take(most);
    if start > 0 {
        bytes.skip_until(b'\n').map_err(failed)?;
    }
    let left = bytes.limit();
    Ok((Box::new(bytes), left))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::read::input_set::Role;

    #[test]
    fn parts_are_spread_over_a_file_and_hold_no_document_twice() {
        let folder = tempfile::tempdir().unwrap();
        let line = |n: usize| format!("{{\"text\": \"{n} {}\"}}\n", "word ".repeat(n % 50));
        let lines: String = (0..4000).map(line).collect();
        let all: BTreeSet<_> = lines.lines().collect();
        std::fs::write(folder.path().join("a.jsonl"), &lines).unwrap();
        let set =
            InputSet::open(folder.path(), Role::Source, 0, "a", &["a.jsonl".to_owned()]).unwrap();
        let fields = Fields {
            text: "text".to_owned(),
            id: "id".to_owned(),
            max_line_bytes: 1 << 20,
        };
        for share in [1, 40_000, 200_000, lines.len() as u64 - 1, u64::MAX] {
            let sample = tempfile::tempdir().unwrap();
            let drawn = Drawn::from(&set, &fields, share, sample.path()).unwrap();
            let found = std::fs::read_to_string(sample.path().join("documents-00000.jsonl"));
            let found = found.unwrap();
            let distinct: BTreeSet<_> = found.lines().collect();
            assert_eq!(found.lines().count() as u64, drawn.documents, "{share}");
            assert_eq!(distinct.len() as u64, drawn.documents, "{share}");
            assert!(distinct.is_subset(&all), "{share}");
            let scale = lines.len() as f64 / drawn.bytes as f64;
            let documents = drawn.documents as f64 * scale;
            assert!((documents - 4000.0).abs() < 400.0, "{share}: {documents}");
        }
    }
}
