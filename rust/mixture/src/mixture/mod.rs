//! Reads a finished mixture, and writes and reads the files of pieces beside its manifest.

pub(crate) mod piece_files;
pub(crate) mod reader;
