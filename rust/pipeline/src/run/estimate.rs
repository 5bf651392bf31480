//! What a run would take and leave, from a run over a sample of its documents.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use assay_corpus::{CorpusError, Fields, Format, Kept, Reader, ShardWriter, encode};
use assay_schema::{Recipe, SourceReport};
use cpu_time::ProcessTime;
use serde::Serialize;

use crate::error::PipelineError;
use crate::observer::{Event, Observer};
use crate::read::input_set::{InputFile, InputSet};
use crate::run::job::Job;
use crate::run::recipe::run;
use crate::stages::dedupe;

/// Bytes on disk of the whole sample, about.
const SAMPLE_BYTES: u64 = 16 << 20;

/// Places of a source that are read, spread evenly.
const PLACES: u64 = 8;

/// What a run would take and leave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// One for each source. Duplicates are those within the sample; a whole run finds more.
    pub sources: Vec<SourceEstimate>,
    /// Seconds of processor time, over all threads, without the evaluation sets.
    pub cpu_seconds: f64,
    /// Bytes that the run writes, without the evaluation sets.
    pub output_bytes: f64,
    /// Most bytes of memory for the documents that stay, to compare later ones with.
    pub index_bytes: f64,
}

/// What a source would take and leave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceEstimate {
    /// Its name.
    pub name: String,
    /// Documents that were tried.
    pub sampled: u64,
    /// Lines or rows among them that are no documents, which would stop a run or be counted.
    pub bad: u64,
    /// Documents of the whole source.
    pub documents: f64,
    /// The share that stays.
    pub kept: f64,
    /// The share that each stage drops, as `stage: reason`.
    pub dropped: BTreeMap<String, f64>,
    /// Seconds of processor time.
    pub cpu_seconds: f64,
    /// Bytes that are written.
    pub output_bytes: f64,
}

/// Runs a recipe over a sample of up to 16 MB in a temporary folder. Nothing is written to the
/// recipe's output.
///
/// # Errors
/// [`PipelineError`] as of [`run`].
pub fn estimate(
    recipe: &Recipe,
    base: &Path,
    threads: usize,
    observer: &dyn Observer,
) -> Result<Estimate, PipelineError> {
    let job = Job::resolve(recipe, base)?;
    let folder = tempfile::tempdir();
    let folder = folder.map_err(|error| CorpusError::write(&std::env::temp_dir(), error))?;
    let mut sampled = recipe.clone();
    sampled.output = folder.path().join("output").to_string_lossy().into_owned();
    let sets = &job.sets[recipe.evals.len()..];
    let all: u64 = sets.iter().map(InputSet::bytes).sum();
    let mut drawn = Vec::with_capacity(sets.len());
    for (set, source) in sets.iter().zip(&mut sampled.sources) {
        observer.check()?;
        let share = (SAMPLE_BYTES * set.bytes()).checked_div(all).unwrap_or(0);
        let place = folder.path().join("input").join(&set.name);
        std::fs::create_dir_all(&place).map_err(|error| CorpusError::write(&place, error))?;
        drawn.push(Drawn::from(set, &job.fields, share, &place)?);
        source.path = vec![place.to_string_lossy().into_owned()];
    }
    let clock = Clock::new(observer);
    let manifest = run(&sampled, base, threads, &clock)?;
    let seconds = clock.seconds.into_inner();
    let sources = sets.iter().zip(&drawn).zip(&manifest.sources);
    let sources = sources.map(|((set, drawn), report)| {
        let seconds = seconds.get(&set.name).copied().unwrap_or(0.0);
        drawn.scaled(set, report, seconds)
    });
    Ok(Estimate::of(sources.collect(), recipe))
}

impl Estimate {
    #[expect(clippy::cast_precision_loss, reason = "it is an estimate")]
    fn of(sources: Vec<SourceEstimate>, recipe: &Recipe) -> Self {
        let sum = |value: fn(&SourceEstimate) -> f64| sources.iter().map(value).sum::<f64>();
        let kept = sum(|source| source.documents * source.kept);
        Self {
            cpu_seconds: sum(|source| source.cpu_seconds),
            output_bytes: sum(|source| source.output_bytes),
            index_bytes: kept * dedupe::bytes_per_document(&recipe.dedup) as f64,
            sources,
        }
    }
}

/// The sample of one source.
#[derive(Default)]
struct Drawn {
    documents: u64,
    bad: u64,
    /// Bytes on disk that were read for it.
    bytes: u64,
}

impl Drawn {
    /// Copies about `share` bytes of a source into a folder, in its formats.
    fn from(
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

    /// Copies the first batch, where documents are longer than the parts.
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

    /// Copies batches until so many bytes were read. A `part` ends in the middle of a line.
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

    /// What the whole source would take and leave.
    #[expect(clippy::cast_precision_loss, reason = "it is an estimate")]
    fn scaled(&self, set: &InputSet, report: &SourceReport, seconds: f64) -> SourceEstimate {
        let scale = set.bytes() as f64 / self.bytes.max(1) as f64;
        let share = |documents: u64| documents as f64 / self.documents.max(1) as f64;
        let dropped = report.stages.iter().flat_map(|stage| {
            let reasons = stage.dropped.iter();
            reasons.map(|(reason, count)| (format!("{}: {reason}", stage.stage), share(*count)))
        });
        SourceEstimate {
            name: set.name.clone(),
            sampled: self.documents,
            bad: self.bad,
            documents: self.documents as f64 * scale,
            kept: share(report.kept.documents),
            dropped: dropped.collect(),
            cpu_seconds: seconds * scale,
            output_bytes: written(report) as f64 * scale,
        }
    }
}

/// `most` bytes of a file of lines from `start` on, without a line that began before, and how many
/// they are then.
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

/// Bytes of everything that was written for a source.
fn written(report: &SourceReport) -> u64 {
    let files = report.documents.iter().chain(&report.decisions);
    let tokens = report.store.as_ref().map_or(0, |store| {
        let width = if store.vocab_size <= 1 << 16 { 2 } else { 4 };
        store.tokens * width
    });
    files.map(|file| file.bytes).sum::<u64>() + tokens
}

/// Notes the processor time of each source, in all passes.
struct Clock<'a> {
    observer: &'a dyn Observer,
    seconds: RefCell<BTreeMap<String, f64>>,
    /// The source that is read, and since when.
    current: RefCell<Option<(String, ProcessTime)>>,
}

impl<'a> Clock<'a> {
    fn new(observer: &'a dyn Observer) -> Self {
        Self {
            observer,
            seconds: RefCell::default(),
            current: RefCell::default(),
        }
    }

    /// Ends the time of the source that was read until now.
    fn stop(&self) {
        if let Some((name, since)) = self.current.take() {
            let seconds = since.elapsed().as_secs_f64();
            *self.seconds.borrow_mut().entry(name).or_default() += seconds;
        }
    }
}

impl Observer for Clock<'_> {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::Opened { name, .. } => {
                self.stop();
                let now = ((*name).to_owned(), ProcessTime::now());
                self.current.replace(Some(now));
            }
            Event::Finished { .. } => self.stop(),
            _ => {}
        }
    }

    fn cancelled(&self) -> bool {
        self.observer.cancelled()
    }
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
