//! What a finished run removed and why, with examples of the texts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use assay_corpus::{Batch, FieldValue};
use assay_schema::{InputReport, SourceReport};
use serde::Serialize;

use crate::error::PipelineError;
use crate::inspect::sample::Lowest;
use crate::inspect::stored_outputs::{DecisionRow, DecisionTable, StoredOutput};
use crate::observer::Observer;
use crate::read::inputs::{DocumentPlace, Inputs};

/// Names the random draws, so that no other stage draws the same numbers.
const STAGE: &str = "report";

/// How many documents are drawn as examples of each kind of loss.
const EXAMPLES: usize = 3;

/// How many characters of a text are shown.
const SHOWN: usize = 200;

/// How many values of a field are counted apart, which bounds memory.
const MOST_VALUES: usize = 1000;

/// Stands for the values beyond those.
const OTHERS: &str = "(others)";

/// Stands for the value where a document has none.
const NONE: &str = "(none)";

/// What became of the documents of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Losses {
    /// The source.
    pub source: String,
    /// Documents read.
    pub documents: u64,
    /// The same by the values of the field that was asked for.
    pub by: BTreeMap<String, u64>,
    /// Why documents were lost, in the order of stages and reasons.
    pub losses: Vec<Loss>,
}

/// Documents that were lost for the same reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// The stage; `read` for what was not a valid document.
    pub stage: String,
    /// Why.
    pub reason: String,
    /// How many.
    pub documents: u64,
    /// The same by the values of the field that was asked for.
    pub by: BTreeMap<String, u64>,
    /// Some of them, each as likely as any other.
    pub examples: Vec<LostDocument>,
}

/// A document that was lost.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LostDocument {
    /// Its file.
    pub file: String,
    /// Its line or row there.
    pub number: u64,
    /// Its identifier, if it has one.
    pub id: Option<String>,
    /// What was measured.
    pub detail: String,
    /// How its text begins.
    pub text: String,
}

/// Tells what a finished output lost, from its decisions and its inputs. The inputs are read again;
/// their paths start from `base`, as those in the recipe did. `by` is a field of the documents,
/// such as a domain.
///
/// # Errors
/// [`PipelineError`] when the output was written without decisions, or an input is not what it
/// was.
pub fn report(
    output: &Path,
    base: &Path,
    by: Option<&str>,
    observer: &dyn Observer,
) -> Result<Vec<Losses>, PipelineError> {
    let finished = StoredOutput::open(output)?;
    let sources = finished.manifest.sources.iter();
    let report = |source| {
        let inputs = Inputs::again(source, base, &finished.manifest.recipe)?;
        let mut collected = Collected {
            seed: finished.manifest.recipe.seed,
            table: finished.table(source)?,
            documents: 0,
            by: BTreeMap::new(),
            lost: BTreeMap::new(),
        };
        let look = |batch: &Batch, index| by.map(|field| value(batch, index, field));
        let read = inputs.each(observer, look, |place, value| collected.take(place, value))?;
        check_inputs(base, source, &read)?;
        Ok(collected.finish(&source.name))
    };
    sources.map(report).collect()
}

/// The value of a field.
fn value(batch: &Batch, index: usize, field: &str) -> String {
    let record = batch.record(index).ok();
    let value = record.as_ref().and_then(|record| record.field(field));
    match value {
        None => NONE.to_owned(),
        Some(FieldValue::Bool(value)) => value.to_string(),
        Some(FieldValue::Integer(value)) => value.to_string(),
        Some(FieldValue::Float(value)) => value.to_string(),
        Some(FieldValue::String(value)) => value.into_owned(),
    }
}

/// Refuses inputs that are not those the output was made from.
fn check_inputs(
    base: &Path,
    source: &SourceReport,
    read: &[InputReport],
) -> Result<(), PipelineError> {
    for (expected, found) in source.inputs.iter().zip(read) {
        if expected.blake3 != found.blake3 {
            return Err(changed(base.join(&expected.path)));
        }
    }
    Ok(())
}

/// Refuses a decision that is not about this document.
fn check_place(row: &DecisionRow, place: &DocumentPlace<'_>) -> Result<(), PipelineError> {
    let file = place.file;
    // The row still belongs to an earlier file, which has become shorter.
    if row.file != file.shown && row.number > 1 {
        return Err(changed(PathBuf::from(&row.file)));
    }
    if row.file != file.shown || row.number != place.batch.number(place.index) {
        return Err(changed(file.path.clone()));
    }
    Ok(())
}

fn changed(path: PathBuf) -> PipelineError {
    PipelineError::Damaged {
        path,
        found: "other documents".to_owned(),
        expected: "those that the output was made from".to_owned(),
    }
}

/// What is known of one source so far.
struct Collected {
    seed: u64,
    table: DecisionTable,
    documents: u64,
    by: BTreeMap<String, u64>,
    lost: BTreeMap<(String, String), Lost>,
}

struct Lost {
    documents: u64,
    by: BTreeMap<String, u64>,
    examples: Lowest<LostDocument>,
}

impl Collected {
    fn take(
        &mut self,
        place: &DocumentPlace<'_>,
        value: Option<String>,
    ) -> Result<(), PipelineError> {
        let row = self.table.row()?;
        check_place(&row, place)?;
        let number = self.documents;
        self.documents += 1;
        if let Some(value) = &value {
            count(&mut self.by, value);
        }
        if row.is_lost() {
            let key = (row.stage.clone(), row.reason.clone());
            let lost = self.lost.entry(key).or_insert_with(|| Lost {
                documents: 0,
                by: BTreeMap::new(),
                examples: Lowest::new(EXAMPLES),
            });
            lost.documents += 1;
            if let Some(value) = &value {
                count(&mut lost.by, value);
            }
            let draw = assay_text::draw(self.seed, STAGE, number);
            let example = || Ok::<_, PipelineError>(example(place, row));
            lost.examples.offer(draw, number, example)?;
        }
        Ok(())
    }

    fn finish(self, source: &str) -> Losses {
        let loss = |((stage, reason), lost): (_, Lost)| Loss {
            stage,
            reason,
            documents: lost.documents,
            by: lost.by,
            examples: lost.examples.into_items(),
        };
        Losses {
            source: source.to_owned(),
            documents: self.documents,
            by: self.by,
            losses: self.lost.into_iter().map(loss).collect(),
        }
    }
}

/// Counts a value, or counts it among the others when there are too many already.
fn count(counts: &mut BTreeMap<String, u64>, value: &str) {
    let known = counts.len() < MOST_VALUES || counts.contains_key(value);
    let value = if known { value } else { OTHERS };
    *counts.entry(value.to_owned()).or_default() += 1;
}

fn example(place: &DocumentPlace<'_>, row: DecisionRow) -> LostDocument {
    let record = place.batch.record(place.index);
    let text = record.map_or_else(
        |_| String::new(),
        |record| record.text.chars().take(SHOWN).collect(),
    );
    LostDocument {
        file: row.file,
        number: row.number,
        id: row.id,
        detail: row.detail,
        text,
    }
}
