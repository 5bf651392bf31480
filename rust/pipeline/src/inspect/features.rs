//! A table of every number that filter rules compare with a threshold, without filtering.

use std::collections::BTreeSet;
use std::path::Path;

use assay_corpus::{Batch, Cell, Column, TableWriter};
use assay_filter::{Chain, Document};
use assay_schema::FilterSpec;

use crate::error::PipelineError;
use crate::observer::Observer;
use crate::read::inputs::{DocumentPlace, Inputs};
use crate::read::record_fields::RecordFields;

/// Columns before the numbers.
const PLACE_COLUMNS: [Column<'_>; 3] = [
    Column::Text("file"),
    Column::Integer("number"),
    Column::Text("id"),
];

/// A written table of features.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Features {
    /// The numbers: names of columns after `file`, `number` and `id`.
    pub columns: Vec<String>,
    /// Rows: documents, bad ones included.
    pub documents: u64,
    /// Lines and rows that are not valid documents; their numbers are empty.
    pub bad: u64,
}

/// Writes a Parquet file with a row for each document.
///
/// # Errors
/// [`PipelineError`] when a rule cannot be made or compares no number, or a file cannot be read or
/// written.
pub fn features(
    inputs: &Inputs,
    rules: &[FilterSpec],
    output: &Path,
    observer: &dyn Observer,
) -> Result<Features, PipelineError> {
    let chain = Chain::new(rules)?;
    let columns = columns(&chain);
    if columns.is_empty() {
        return Err(PipelineError::NoFeatures {
            stages: chain.stages(),
        });
    }
    let numbers = columns.iter().map(|name| Column::Number(name));
    let all: Vec<_> = PLACE_COLUMNS.into_iter().chain(numbers).collect();
    let mut table = TableWriter::create(output, &all)?;
    let (mut documents, mut bad) = (0, 0);
    inputs.each(
        observer,
        |batch, index| seen(&chain, batch, index),
        |place, seen| {
            documents += 1;
            bad += u64::from(seen.is_none());
            let (id, values) = seen.unwrap_or((None, Vec::new()));
            write(&mut table, place, id.as_deref(), &values, columns.len())
        },
    )?;
    table.finish()?;
    Ok(Features {
        columns,
        documents,
        bad,
    })
}

/// The names of all numbers, which depend on the rules alone. A rule that occurs twice gives the
/// same names again, which are then numbered.
fn columns(chain: &Chain) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let features = chain.features(&Document::of_text(""));
    let unique = |(name, _): (&str, f64)| {
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut candidates = std::iter::once(name.to_owned()).chain(numbered);
        candidates.find(|name| taken.insert(name.clone()))
    };
    features.into_iter().filter_map(unique).collect()
}

/// The identifier and the numbers of a document; none if it is not a valid one.
fn seen(chain: &Chain, batch: &Batch, index: usize) -> Option<(Option<String>, Vec<f64>)> {
    let record = batch.record(index).ok()?;
    let fields = RecordFields(&record);
    let document = Document {
        text: &record.text,
        fields: &fields,
    };
    let features = chain.features(&document);
    let values = features.into_iter().map(|(_, value)| value).collect();
    Some((record.id.as_deref().map(str::to_owned), values))
}

/// Writes one row, with empty cells where there are no numbers.
fn write(
    table: &mut TableWriter,
    place: &DocumentPlace<'_>,
    id: Option<&str>,
    values: &[f64],
    columns: usize,
) -> Result<(), PipelineError> {
    let number = place.batch.number(place.index);
    let mut row = vec![
        Cell::Text(&place.file.shown),
        Cell::Integer(i64::try_from(number).unwrap_or(i64::MAX)),
        id.map_or(Cell::Empty, Cell::Text),
    ];
    row.extend(values.iter().map(|value| Cell::Number(*value)));
    if values.is_empty() {
        row.resize(PLACE_COLUMNS.len() + columns, Cell::Empty);
    }
    Ok(table.push(&row)?)
}

#[cfg(test)]
mod tests {
    use assay_schema::Preset;

    use super::*;

    #[test]
    fn columns_depend_on_the_rules_alone() {
        let texts = [
            "",
            "one",
            "The river and the stone.\n\nThe garden of that engine, with { brackets }.",
            "- a\n- a\n- a\n...\n\u{2022} lorem ipsum javascript\n",
            "\u{65e5}\u{672c}\u{8a9e}\u{3002}\n\n\u{65e5}\u{672c}",
        ];
        let twice = [
            Preset::Datatrove010.filters(),
            Preset::Datatrove010.filters(),
        ]
        .concat();
        let chain = Chain::new(&twice).unwrap();
        let columns = columns(&chain);
        assert!(
            columns.contains(&"gopher-quality.words-2".to_owned()),
            "{columns:?}"
        );
        let names = |text| {
            let features = chain.features(&Document::of_text(text)).into_iter();
            features.map(|(name, _)| name).collect::<Vec<_>>()
        };
        for text in texts {
            assert_eq!(names(text), names(""));
            assert_eq!(names(text).len(), columns.len());
        }
    }
}
