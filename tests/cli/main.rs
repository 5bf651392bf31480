//! The binary assay-corpus as a user meets it: what it prints, what it leaves, how it exits.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what it does not expect"
)]

mod commands;
mod disk_full;
mod errors;
mod export;
mod kill;
mod looking;
mod mix;
mod samples;
mod stages;
mod tokens;
mod world;
