//! How indexes are saved: eight bytes that name kind and version, a count, the items.

use crate::DedupError;

pub(crate) type Mark = [u8; 8];

/// The beginning of a saved index of `count` items.
pub(crate) fn begin(mark: &Mark, count: usize) -> Vec<u8> {
    let mut bytes = mark.to_vec();
    bytes.extend((count as u64).to_le_bytes());
    bytes
}

/// The count and the items of a saved index.
pub(crate) fn open<'a>(bytes: &'a [u8], mark: &Mark) -> Result<(u64, &'a [u8]), DedupError> {
    let Some(rest) = bytes.strip_prefix(mark) else {
        let found = bytes.iter().take(mark.len()).copied().collect();
        return Err(DedupError::Kind {
            found,
            expected: *mark,
        });
    };
    let Some((count, items)) = rest.split_first_chunk() else {
        return Err(DedupError::Length {
            found: bytes.len(),
            expected: mark.len() as u64 + 8,
        });
    };
    Ok((u64::from_le_bytes(*count), items))
}

/// Checks that the items of a saved index fill `count` times `size` bytes.
pub(crate) fn check_length(items: &[u8], count: u64, size: usize) -> Result<(), DedupError> {
    let expected = count.saturating_mul(size as u64);
    if items.len() as u64 == expected {
        return Ok(());
    }
    Err(DedupError::Length {
        found: items.len(),
        expected,
    })
}
