//! What two runs decided differently about the same documents.

use std::collections::BTreeMap;
use std::path::Path;

use assay_schema::{InputReport, SourceReport};
use serde::Serialize;

use crate::error::PipelineError;
use crate::inspect::stored_outputs::{DecisionRow, DecisionTable, StoredOutput};
use crate::observer::Observer;

/// How many documents are shown as examples of each change.
const EXAMPLES: usize = 3;

/// Two outputs compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// Documents about which both decided the same.
    pub same: u64,
    /// The others, by what was decided, the most frequent change first.
    pub changes: Vec<Change>,
    /// Documents in sources and files that only the first read.
    pub only_first: u64,
    /// Documents in sources and files that only the second read.
    pub only_second: u64,
}

/// Documents about which the decision changed in the same way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The first decision: verdict, stage and reason.
    pub first: String,
    /// The second one.
    pub second: String,
    /// How many there are.
    pub documents: u64,
    /// The first of them.
    pub examples: Vec<Example>,
}

/// A document about which two runs differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    /// Its source.
    pub source: String,
    /// Its file.
    pub file: String,
    /// Its line or row there.
    pub number: u64,
    /// Its identifier, if it has one.
    pub id: Option<String>,
}

/// Compares the decisions of two finished outputs. Sources are matched by name and files by their
/// content; what both read must be in the same order.
///
/// # Errors
/// [`PipelineError`] when an output is damaged or was written without decisions.
pub fn diff(first: &Path, second: &Path, observer: &dyn Observer) -> Result<Diff, PipelineError> {
    let (first, second) = (StoredOutput::open(first)?, StoredOutput::open(second)?);
    let named = |sources: &[SourceReport], name: &str| {
        let found = sources.iter().find(|source| source.name == name);
        found.cloned()
    };
    let mut found = Found::default();
    for source in &first.manifest.sources {
        observer.check()?;
        match named(&second.manifest.sources, &source.name) {
            None => found.diff.only_first += source.read.documents,
            Some(other) => found.source(
                &mut Side::new(source, first.table(source)?),
                &mut Side::new(&other, second.table(&other)?),
            )?,
        }
    }
    for source in &second.manifest.sources {
        if named(&first.manifest.sources, &source.name).is_none() {
            found.diff.only_second += source.read.documents;
        }
    }
    Ok(found.finish())
}

/// One source of one of the two outputs, while its decisions are read.
struct Side<'a> {
    source: &'a SourceReport,
    table: DecisionTable,
    /// The place of the file whose rows come next.
    file: usize,
}

impl<'a> Side<'a> {
    fn new(source: &'a SourceReport, table: DecisionTable) -> Self {
        Self {
            source,
            table,
            file: 0,
        }
    }

    /// Skips the rows of the files before this one, and gives how many there were.
    fn skip_to(&mut self, file: usize) -> Result<u64, PipelineError> {
        let mut skipped = 0;
        for input in &self.source.inputs[self.file..file] {
            for _ in 0..input.documents {
                self.table.row()?;
            }
            skipped += input.documents;
        }
        self.file = file;
        Ok(skipped)
    }
}

/// The differences found so far.
#[derive(Default)]
struct Found {
    diff: Diff,
    changes: BTreeMap<(String, String), (u64, Vec<Example>)>,
}

impl Found {
    fn source(&mut self, first: &mut Side<'_>, second: &mut Side<'_>) -> Result<(), PipelineError> {
        for (file, other) in common(&first.source.inputs, &second.source.inputs) {
            if other < second.file {
                return Err(PipelineError::OtherOrder {
                    path: first.source.inputs[file].path.clone(),
                });
            }
            self.diff.only_first += first.skip_to(file)?;
            self.diff.only_second += second.skip_to(other)?;
            for _ in 0..first.source.inputs[file].documents {
                let (before, after) = (first.table.row()?, second.table.row()?);
                self.document(&first.source.name, before, &after);
            }
            first.file += 1;
            second.file += 1;
        }
        self.diff.only_first += first.skip_to(first.source.inputs.len())?;
        self.diff.only_second += second.skip_to(second.source.inputs.len())?;
        Ok(())
    }

    fn document(&mut self, source: &str, before: DecisionRow, after: &DecisionRow) {
        let outcomes = (before.outcome(), after.outcome());
        if outcomes.0 == outcomes.1 {
            self.diff.same += 1;
            return;
        }
        let (count, examples) = self.changes.entry(outcomes).or_default();
        *count += 1;
        if examples.len() < EXAMPLES {
            examples.push(Example {
                source: source.to_owned(),
                file: before.file,
                number: before.number,
                id: before.id,
            });
        }
    }

    fn finish(mut self) -> Diff {
        let change = |((first, second), (documents, examples))| Change {
            first,
            second,
            documents,
            examples,
        };
        self.diff.changes = self.changes.into_iter().map(change).collect();
        let changes = &mut self.diff.changes;
        changes.sort_by_key(|change| std::cmp::Reverse(change.documents));
        self.diff
    }
}

/// The places of files with the same content, each used once, in the order of the first list.
fn common(first: &[InputReport], second: &[InputReport]) -> Vec<(usize, usize)> {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, input) in second.iter().enumerate().rev() {
        places.entry(&input.blake3).or_default().push(place);
    }
    let pair = |(place, input): (usize, &InputReport)| {
        Some((place, places.get_mut(input.blake3.as_str())?.pop()?))
    };
    first.iter().enumerate().filter_map(pair).collect()
}
