//! A token store in the format of a training engine.

use std::path::Path;

use assay_export::{Export, ExportError, Exporter, StoreDocuments};

use crate::{Event, Observer, PipelineError};

/// The observer is told, and asked whether to go on, after so many tokens.
const TOKENS_BETWEEN_EVENTS: u64 = 1 << 20;

/// Exports the token store in the folder `input` into the new folder `output`.
///
/// `tokenizer_name` is what the engine calls the tokenizer. A stopped export leaves nothing.
///
/// # Errors
/// [`PipelineError::Export`] when the input is damaged, does not fit the format or the output is
/// there already, [`PipelineError::Cancelled`] when the observer stops it.
pub fn export(
    input: &Path,
    output: &Path,
    settings: assay_export::Settings,
    tokenizer_name: Option<String>,
    observer: &dyn Observer,
) -> Result<Export, PipelineError> {
    if !input.join(assay_mixture::HEADER).exists() {
        let path = input.to_owned();
        return Err(ExportError::Input { path }.into());
    }
    let mut documents = StoreDocuments::open(input)?;
    let mut exporter = Exporter::create(output, settings, documents.source(tokenizer_name)?)?;
    let header = documents.header();
    let (name, width) = (header.name.clone(), header.dtype.bytes() as u64);
    observer.event(&Event::Opened {
        name: &name,
        input_bytes: header.tokens * width,
    });
    let (mut count, mut tokens, mut told) = (0, 0, 0);
    while let Some(document) = documents.advance()? {
        exporter.push(document)?;
        count += 1;
        tokens += document.len() as u64;
        if tokens - told >= TOKENS_BETWEEN_EVENTS {
            told = tokens;
            observer.check()?;
            observer.event(&Event::Read {
                name: &name,
                bytes_read: tokens * width,
                documents: count,
            });
        }
    }
    Ok(exporter.finish()?)
}
