//! Whole runs of small recipes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what it does not expect"
)]

mod alternatives;
mod bad_input;
mod checkpoints;
mod mix;
mod resume;
mod run;
mod verify;
mod world;
