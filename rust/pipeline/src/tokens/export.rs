//! Writes a token store or a mixture in the format of a training engine.

use std::path::Path;

use assay_export::{Export, Exporter, Settings};
use assay_mixture::MIXTURE;
use assay_schema::TokenDtype;

use crate::error::PipelineError;
use crate::observer::{Event, Observer};
use crate::verify::mixture::verify_mixture;

/// The observer is told, and asked whether to go on, each time this many tokens were exported.
const TOKENS_BETWEEN_EVENTS: u64 = 1 << 20;

/// Exports the token store or the mixture in the folder `input` into the new folder `output`.
///
/// A mixture is verified first. A stopped export leaves nothing.
///
/// # Errors
/// [`PipelineError::Export`] when the input is damaged, does not fit the format or the output is
/// there already, those of [`crate::verify()`] for a mixture, [`PipelineError::Cancelled`] when
/// the observer stops it.
pub fn export(
    input: &Path,
    output: &Path,
    settings: Settings,
    observer: &dyn Observer,
) -> Result<Export, PipelineError> {
    let mut items = assay_export::open(input)?;
    let mut exporter = Exporter::create(output, settings, items.source().clone())?;
    if input.join(MIXTURE).is_file() {
        verify_mixture(input, observer)?;
    }
    let (name, input_bytes) = (items.source().name.clone(), items.bytes());
    observer.event(&Event::Opened {
        name: &name,
        input_bytes,
    });
    let width = TokenDtype::for_vocabulary(items.source().vocab_size).bytes() as u64;
    let (mut documents, mut tokens, mut told) = (0, 0, 0);
    while let Some(item) = items.advance()? {
        exporter.push(item)?;
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
    Ok(exporter.finish()?)
}
