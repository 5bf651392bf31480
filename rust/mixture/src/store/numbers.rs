//! Tokens as the bytes of a tokens file, and back.

use assay_schema::TokenDtype;

/// Adds tokens as little-endian numbers; they are below the size of the vocabulary, which the width
/// was chosen for.
pub(super) fn encode(tokens: &[u32], dtype: TokenDtype, bytes: &mut Vec<u8>) {
    let start = bytes.len();
    bytes.resize(start + tokens.len() * dtype.bytes(), 0);
    let place = &mut bytes[start..];
    // Loops over arrays of a known length, which the compiler makes wide.
    match dtype {
        TokenDtype::Uint16 => {
            for (place, token) in place.as_chunks_mut().0.iter_mut().zip(tokens) {
                *place = (*token as u16).to_le_bytes();
            }
        }
        TokenDtype::Uint32 => {
            for (place, token) in place.as_chunks_mut().0.iter_mut().zip(tokens) {
                *place = token.to_le_bytes();
            }
        }
    }
}

/// Adds the tokens of a tokens file, or of a part of it, to `tokens`.
pub fn decode(bytes: &[u8], dtype: TokenDtype, tokens: &mut Vec<u32>) {
    match dtype {
        TokenDtype::Uint16 => {
            let chunks = bytes.as_chunks().0.iter();
            tokens.extend(chunks.map(|chunk| u32::from(u16::from_le_bytes(*chunk))));
        }
        TokenDtype::Uint32 => {
            let chunks = bytes.as_chunks().0.iter();
            tokens.extend(chunks.map(|chunk| u32::from_le_bytes(*chunk)));
        }
    }
}
