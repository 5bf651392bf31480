//! How many bytes of a text each of its tokens covers.

/// Shares the `total` bytes of a text among its tokens, so that the sum is exact.
///
/// `ends` holds the byte at which each token ends in the text. A token gets the bytes from the
/// end of the one before it: bytes between two tokens count with the second, bytes after the last
/// token with the last. Tokens that end together, as the pieces of one character do, share their
/// bytes evenly, the first of them getting what remains. No token: no bytes.
pub(crate) fn bytes_per_token(ends: &[usize], total: usize) -> Vec<u32> {
    let mut bytes = vec![0; ends.len()];
    let (mut first, mut reached) = (0, 0);
    while first < ends.len() {
        let end = ends[first].clamp(reached, total);
        let same = ends[first + 1..]
            .iter()
            .take_while(|next| **next <= end)
            .count()
            + 1;
        let is_last = first + same == ends.len();
        let span = if is_last { total } else { end } - reached;
        for (place, bytes) in bytes[first..first + same].iter_mut().enumerate() {
            *bytes = (span / same + usize::from(place < span % same)) as u32;
        }
        (first, reached) = (first + same, reached + span);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn gaps_count_with_the_next_token_and_the_rest_with_the_last() {
        assert_eq!(bytes_per_token(&[3, 7], 9), [3, 6]);
        assert!(bytes_per_token(&[], 5).is_empty());
    }

    #[test]
    fn pieces_of_one_character_share_it() {
        assert_eq!(bytes_per_token(&[1, 5, 5, 5, 6], 6), [1, 2, 1, 1, 1]);
        assert_eq!(bytes_per_token(&[4, 4], 4), [2, 2]);
        assert_eq!(bytes_per_token(&[0, 0, 3], 3), [0, 0, 3]);
    }

    proptest! {
        #[test]
        fn sums_are_exact(ends in prop::collection::vec(0_usize..50, 1..30), total in 0_usize..60) {
            let sum: u32 = bytes_per_token(&ends, total).iter().sum();
            prop_assert_eq!(sum as usize, total);
        }

        #[test]
        fn separate_spans_get_their_own_bytes(spans in prop::collection::vec(1_usize..9, 1..30)) {
            let ends: Vec<usize> =
                spans.iter().scan(0, |end, span| { *end += span; Some(*end) }).collect();
            let bytes = bytes_per_token(&ends, *ends.last().unwrap());
            prop_assert_eq!(bytes, spans.iter().map(|span| *span as u32).collect::<Vec<_>>());
        }
    }
}
