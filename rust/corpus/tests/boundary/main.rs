//! The boundary as its users see it: files in, documents, files out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what it does not expect"
)]

mod compressed;
mod lines;
mod listing;
mod outputs;
mod round_trip;
mod tables;
mod world;
