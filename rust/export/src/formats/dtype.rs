//! How each format writes a token.

use assay_schema::{ExportDtype, ExportFormat, TokenDtype};

use crate::error::ExportError;

/// From this size of vocabulary on, Megatron's own tools write four bytes per token.
const MEGATRON_WIDE: u64 = 65_500;

/// The width that the format's own tools choose for a vocabulary of this size.
pub(crate) fn dtype_for(format: ExportFormat, vocab_size: u64) -> Result<ExportDtype, ExportError> {
    let unsigned = match TokenDtype::for_vocabulary(vocab_size) {
        TokenDtype::Uint16 => ExportDtype::Uint16,
        TokenDtype::Uint32 => ExportDtype::Uint32,
    };
    let dtype = match format {
        ExportFormat::Olmo | ExportFormat::Nanotron | ExportFormat::Mds => unsigned,
        ExportFormat::Megatron if vocab_size < MEGATRON_WIDE => ExportDtype::Uint16,
        ExportFormat::Megatron | ExportFormat::Parquet | ExportFormat::Arrow => ExportDtype::Int32,
    };
    if vocab_size > dtype.values() {
        return Err(ExportError::Vocabulary {
            vocab_size,
            format: format.name(),
            dtype: dtype.name(),
            values: dtype.values(),
        });
    }
    Ok(dtype)
}

/// Appends tokens, which fit the width, in little-endian order.
pub(crate) fn append(bytes: &mut Vec<u8>, tokens: &[u32], dtype: ExportDtype) {
    let (start, width) = (bytes.len(), dtype.bytes());
    bytes.resize(start + width * tokens.len(), 0);
    let places = bytes[start..].chunks_exact_mut(width);
    if width == 2 {
        for (place, token) in places.zip(tokens) {
            place.copy_from_slice(&(*token as u16).to_le_bytes());
        }
    } else {
        for (place, token) in places.zip(tokens) {
            place.copy_from_slice(&token.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_writes_what_its_tools_would() {
        use ExportDtype::{Int32, Uint16, Uint32};
        for (vocab_size, expected) in [
            (257, [Uint16, Uint16, Uint16, Int32, Int32, Uint16]),
            (65_499, [Uint16, Uint16, Uint16, Int32, Int32, Uint16]),
            (65_500, [Uint16, Int32, Uint16, Int32, Int32, Uint16]),
            (65_536, [Uint16, Int32, Uint16, Int32, Int32, Uint16]),
            (65_537, [Uint32, Int32, Uint32, Int32, Int32, Uint32]),
            (1 << 31, [Uint32, Int32, Uint32, Int32, Int32, Uint32]),
        ] {
            let found = ExportFormat::ALL.map(|format| dtype_for(format, vocab_size).unwrap());
            assert_eq!(found, expected, "{vocab_size}");
        }
    }

    #[test]
    fn a_vocabulary_that_does_not_fit_is_named() {
        let error = dtype_for(ExportFormat::Parquet, (1 << 31) + 1).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a vocabulary of 2147483649 tokens does not fit parquet, whose tokens are int32, at \
             most 2147483648 different ones: choose another format"
        );
        assert!(error.is_request());
        assert!(dtype_for(ExportFormat::Olmo, 1 << 32).is_ok());
        assert!(dtype_for(ExportFormat::Olmo, (1 << 32) + 1).is_err());
    }

    #[test]
    fn tokens_are_little_endian() {
        let mut bytes = vec![9];
        append(&mut bytes, &[258, 65_535], ExportDtype::Uint16);
        append(&mut bytes, &[258], ExportDtype::Int32);
        assert_eq!(bytes, [9, 2, 1, 255, 255, 2, 1, 0, 0]);
    }
}
