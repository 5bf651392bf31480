//! What the formats have in common: items are pushed, and files end before they are too long.

use assay_schema::ExportFile;

use crate::error::ExportError;

/// A writer of one format; the folder that it writes into is put in place by its caller.
pub(crate) trait Writer {
    /// Adds an item, which has tokens and fits the format.
    fn push(&mut self, item: &[u32]) -> Result<(), ExportError>;

    /// Ends all files, in the order of their items.
    fn finish(self: Box<Self>) -> Result<Vec<ExportFile>, ExportError>;
}

/// When to begin the next file: items stay whole, and a file holds at most so many tokens unless a
/// single item has more.
pub(crate) struct Shards {
    limit: u64,
    tokens: u64,
}

impl Shards {
    pub(crate) fn new(limit: u64) -> Self {
        Self { limit, tokens: 0 }
    }

    /// Counts an item; true when it does not go into the file of the item before it.
    pub(crate) fn full(&mut self, item: &[u32]) -> bool {
        let length = item.len() as u64;
        let full = self.tokens > 0 && self.tokens + length > self.limit;
        self.tokens = if full { 0 } else { self.tokens } + length;
        full
    }
}
