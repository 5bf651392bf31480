//! `export`: writes tokens in the format of a training engine.

use std::path::{Path, PathBuf};

use assay_export::{ExportFormat, Settings};
use clap::Args;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;

use crate::args::progress::ProgressArgs;
use crate::failure::Failure;
use crate::printer::{grouped, print};

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The folder of a token store, such as that of a source in the output of a recipe, or of a
    /// mixture.
    input: PathBuf,
    /// The folder to write, which must not exist yet.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// The format.
    #[arg(long, value_parser = formats())]
    format: ExportFormat,
    /// The tokenizer's folder or name, as the engine calls it; put into the lines that load the
    /// export and, for nanotron, into its metadata.
    #[arg(long, value_name = "NAME")]
    tokenizer_name: Option<String>,
    /// Maximum tokens of a file, unless one item has more [default: 67108864, for mds 16777216,
    /// for megatron one file].
    #[arg(long, value_name = "N")]
    shard_tokens: Option<u64>,
    /// Print the record of the export as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    progress: ProgressArgs,
}

/// The formats by name.
fn formats() -> impl clap::builder::TypedValueParser<Value = ExportFormat> {
    PossibleValuesParser::new(ExportFormat::ALL.map(ExportFormat::name)).try_map(|name| {
        let format = ExportFormat::ALL.into_iter().find(|f| f.name() == name);
        format.ok_or("no such format")
    })
}

impl Export {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        let settings = Settings {
            format: self.format,
            shard_tokens: self.shard_tokens,
            tokenizer_name: self.tokenizer_name.clone(),
        };
        let export = self.progress.watch(interrupted, |watch| {
            assay_pipeline::export(&self.input, &self.output, settings, watch)
        })?;
        print(&if self.json {
            export.to_json()
        } else {
            summary(&export, &self.output)
        })
    }
}

/// What was written, and how the training engine reads it.
fn summary(export: &assay_export::Export, output: &Path) -> String {
    let folder = output.display().to_string();
    let load: Vec<_> = export
        .load
        .iter()
        .map(|line| format!("  {}\n", line.replace("DIR", &folder)))
        .collect();
    let files = match export.files.len() {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    };
    let items = match export.source.sequence_tokens {
        None => "documents",
        Some(_) => "sequences",
    };
    format!(
        "{} {items}, {} tokens in {files} in {folder}, tokens are {}\nto load it:\n\n{}",
        grouped(export.items),
        grouped(export.tokens),
        export.dtype.name(),
        load.concat()
    )
}
