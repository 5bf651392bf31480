//! A finished mixture: its manifest, and the files of pieces beside it.

pub(crate) mod piece_files;
pub(crate) mod reader;
