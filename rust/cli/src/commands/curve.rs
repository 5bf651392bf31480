//! `curve`: shows how likely `near` is to compare two documents.

use std::fmt::Write;

use assay_pipeline::Banding;
use assay_schema::Near;
use clap::Args;

use crate::args::settings::{self, ORIGIN};
use crate::failure::Failure;
use crate::printer::show;

#[derive(Debug, Args)]
pub(crate) struct Curve {
    /// A setting of `near`: threshold=0.8, or bands=14 and rows=8.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

impl Curve {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let settings = Near::from_table(settings::table(&self.settings)?, ORIGIN)?;
        let banding = Banding::of(&settings);
        let found = serde_json::json!({
            "bands": banding.bands, "rows": banding.rows, "curve": banding.curve(),
        });
        show(self.json, &found, || table(banding))
    }
}

/// How likely two documents are compared.
fn table(banding: Banding) -> String {
    let Banding { bands, rows } = banding;
    let mut text = format!("{bands} bands of {rows} values\nsimilarity  compared\n");
    for (similarity, probability) in banding.curve() {
        let _ = writeln!(text, "{similarity:>10.2} {probability:>9.5}");
    }
    text
}
