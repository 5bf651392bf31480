//! `filters`: lists the filter rules.

use clap::Args;

use crate::failure::Failure;
use crate::printer::show;

#[derive(Debug, Args)]
pub(crate) struct Filters {
    /// Print a JSON list.
    #[arg(long)]
    json: bool,
}

impl Filters {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let rules = assay_filter::registry();
        show(self.json, &rules, || format!("{}\n", rules.join("\n")))
    }
}
