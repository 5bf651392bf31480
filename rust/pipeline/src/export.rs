//! A token store or a mixture in the format of a training engine.

use std::path::Path;

use assay_export::{Export, ExportError, Exporter, Items, StoreDocuments};
use assay_schema::TokenDtype;

use crate::{Event, Observer, PipelineError};

/// The observer is told, and asked whether to go on, after so many tokens.
const TOKENS_BETWEEN_EVENTS: u64 = 1 << 20;

/// Exports the token store or the mixture in the folder `input` into the new folder `output`.
///
/// A stopped export leaves nothing.
///
/// # Errors
/// [`PipelineError::Export`] when the input is damaged, does not fit the format or the output is
/// there already, [`PipelineError::Cancelled`] when the observer stops it.
pub fn export(
    input: &Path,
    output: &Path,
    settings: assay_export::Settings,
    observer: &dyn Observer,
) -> Result<Export, PipelineError> {
    let mut items = assay_export::open(input)?;
    let mut exporter = Exporter::create(output, settings, items.source().clone())?;
    for store in items.unchecked() {
        pass(&mut StoreDocuments::open(&store)?, |_| Ok(()), observer)?;
    }
    pass(&mut *items, |item| exporter.push(item), observer)?;
    Ok(exporter.finish()?)
}

/// Goes through all items while the observer watches.
fn pass(
    items: &mut dyn Items,
    mut each: impl FnMut(&[u32]) -> Result<(), ExportError>,
    observer: &dyn Observer,
) -> Result<(), PipelineError> {
    let (name, all) = (items.source().name.clone(), items.bytes());
    observer.event(&Event::Opened {
        name: &name,
        input_bytes: all,
    });
    let width = TokenDtype::for_vocabulary(items.source().vocab_size).bytes() as u64;
    let (mut documents, mut tokens, mut told) = (0, 0, 0);
    while let Some(item) = items.advance()? {
        each(item)?;
        documents += 1;
        tokens += item.len() as u64;
        if tokens - told >= TOKENS_BETWEEN_EVENTS {
            told = tokens;
            observer.check()?;
            observer.event(&Event::Read {
                name: &name,
                bytes_read: tokens * width,
                documents,
            });
        }
    }
    Ok(())
}
