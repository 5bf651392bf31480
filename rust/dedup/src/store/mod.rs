//! Where indexes keep what they collect: in memory, in temporary files, and in saved files.

pub(crate) mod chunks;
pub(crate) mod format;
pub(crate) mod sorter;
pub(crate) mod table;
pub(crate) mod temp_file;
