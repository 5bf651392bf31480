//! Documents follow each other and are cut wherever a sequence ends.

use crate::error::MixtureError;
use crate::packing::piece::{Piece, Sink};

/// Sequences of a store: one token more than they hold is left, to be the last one's target.
pub(crate) fn available(tokens: u64, sequence_tokens: u32) -> u64 {
    tokens.saturating_sub(1) / u64::from(sequence_tokens)
}

/// The tokens of a sequence.
pub(crate) fn span(sequence: u64, sequence_tokens: u32) -> Piece {
    Piece {
        start: sequence * u64::from(sequence_tokens),
        tokens: sequence_tokens,
    }
}

/// Gives `sink` each sequence as one span, whatever documents it runs through.
pub(crate) fn pack(
    tokens: u64,
    sequence_tokens: u32,
    sink: &mut Sink<'_>,
) -> Result<(), MixtureError> {
    for sequence in 0..available(tokens, sequence_tokens) {
        sink(&[span(sequence, sequence_tokens)])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_of_the_last_position_is_left() {
        let found = [0, 1, 4, 5, 8, 9].map(|tokens| available(tokens, 4));
        assert_eq!(found, [0, 0, 0, 1, 1, 2]);
    }
}
