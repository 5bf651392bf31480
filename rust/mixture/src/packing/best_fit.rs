//! Best-fit decreasing: whole documents fitted together.

use crate::error::MixtureError;
use crate::packing::capacities::Capacities;
use crate::packing::piece::{Piece, Sink, split};
use crate::store::shard_documents::Document;

/// Pieces that are fitted together at a time: what bounds the memory.
const WINDOW: usize = 1 << 18;
/// No bin.
const NONE: u32 = u32::MAX;

/// Gives `sink` sequences of whole documents; only those longer than a sequence are split.
///
/// Documents are fitted together in windows of a quarter of a million, in the order of the store:
/// small enough for the processor's cache, large enough to fill sequences. Parts that fill a
/// sequence are one at once.
pub(crate) fn pack(
    documents: impl Iterator<Item = Result<Document, MixtureError>>,
    sequence_tokens: u32,
    sink: &mut Sink<'_>,
) -> Result<(), MixtureError> {
    pack_in_windows(documents, sequence_tokens, WINDOW, sink)
}

fn pack_in_windows(
    documents: impl Iterator<Item = Result<Document, MixtureError>>,
    sequence_tokens: u32,
    window: usize,
    sink: &mut Sink<'_>,
) -> Result<(), MixtureError> {
    let mut pieces = Vec::new();
    for document in documents {
        for piece in split(document?, sequence_tokens) {
            if piece.tokens == sequence_tokens {
                sink(&[piece])?;
                continue;
            }
            pieces.push(piece);
            if pieces.len() == window {
                pack_window(&pieces, sequence_tokens, sink)?;
                pieces.clear();
            }
        }
    }
    pack_window(&pieces, sequence_tokens, sink)
}

/// Fits pieces together; those of a sequence stay in the order of the store.
fn pack_window(
    pieces: &[Piece],
    sequence_tokens: u32,
    sink: &mut Sink<'_>,
) -> Result<(), MixtureError> {
    let lengths: Vec<u32> = pieces.iter().map(|piece| piece.tokens).collect();
    let bins = assign(&lengths, sequence_tokens);
    let (order, ends) = by_key(bins.of_piece.iter().copied(), bins.count as usize);
    let mut sequence = Vec::new();
    let mut start = 0;
    for end in ends {
        sequence.clear();
        sequence.extend(
            order[start..end]
                .iter()
                .map(|piece| pieces[*piece as usize]),
        );
        sink(&sequence)?;
        start = end;
    }
    Ok(())
}

/// The bin of each piece.
#[derive(Debug, PartialEq, Eq)]
struct Bins {
    of_piece: Vec<u32>,
    count: u32,
}

/// Puts each piece, longest first, into the fullest bin that has room for it.
///
/// Pieces of equal length are taken in order, and of bins with equal room the one filled last.
/// Room is a whole number, so the bins with equal room are a stack, and the smallest room that
/// suffices is found in a set of bits: every step takes constant time.
fn assign(lengths: &[u32], capacity: u32) -> Bins {
    let longest_first = lengths.iter().map(|length| capacity - length);
    let (order, _) = by_key(longest_first, capacity as usize + 1);
    let mut of_piece = vec![NONE; lengths.len()];
    let mut open = OpenBins::new(capacity);
    for piece in order {
        let length = lengths[piece as usize];
        let (bin, room) = open.take(length);
        of_piece[piece as usize] = bin;
        open.put(bin, room - length);
    }
    Bins {
        of_piece,
        count: open.under.len() as u32,
    }
}

/// The bins that have room, stacked by how much.
struct OpenBins {
    capacity: u32,
    rooms: Capacities,
    /// The uppermost bin with each room.
    top: Vec<u32>,
    /// The bin under each bin.
    under: Vec<u32>,
}

impl OpenBins {
    fn new(capacity: u32) -> Self {
        Self {
            capacity,
            rooms: Capacities::new(capacity),
            top: vec![NONE; capacity as usize + 1],
            under: Vec::new(),
        }
    }

    /// Takes the bin with the least room that is enough, or a new one; tells its room.
    fn take(&mut self, length: u32) -> (u32, u32) {
        let Some(room) = self.rooms.at_least(length) else {
            self.under.push(NONE);
            return (self.under.len() as u32 - 1, self.capacity);
        };
        let bin = self.top[room as usize];
        let next = self.under[bin as usize];
        self.top[room as usize] = next;
        if next == NONE {
            self.rooms.remove(room);
        }
        (bin, room)
    }

    fn put(&mut self, bin: u32, room: u32) {
        if room == 0 {
            return;
        }
        let top = &mut self.top[room as usize];
        if *top == NONE {
            self.rooms.insert(room);
        }
        self.under[bin as usize] = *top;
        *top = bin;
    }
}

/// The places of keys below `count`, ordered by key and then by place, and the end of each key's
/// places (counting sort).
fn by_key(keys: impl Iterator<Item = u32> + Clone, count: usize) -> (Vec<u32>, Vec<usize>) {
    let mut ends = vec![0; count];
    for key in keys.clone() {
        ends[key as usize] += 1;
    }
    let mut total = 0;
    for end in &mut ends {
        // For now the start: filling a key's places moves it to their end.
        total += std::mem::replace(end, total);
    }
    let mut order = vec![0; total];
    for (place, key) in keys.enumerate() {
        let end = &mut ends[key as usize];
        order[*end] = place as u32;
        *end += 1;
    }
    (order, ends)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Best-fit decreasing as textbooks have it: looks at every bin for every piece.
    fn slow_assign(lengths: &[u32], capacity: u32) -> Bins {
        let mut order: Vec<usize> = (0..lengths.len()).collect();
        order.sort_by_key(|piece| std::cmp::Reverse(lengths[*piece]));
        let mut of_piece = vec![NONE; lengths.len()];
        // The room of each bin, and when it was filled last.
        let mut bins: Vec<(u32, usize)> = Vec::new();
        for (time, piece) in order.into_iter().enumerate() {
            let length = lengths[piece];
            let fits = (0..bins.len()).filter(|bin| bins[*bin].0 >= length);
            let best = fits.min_by_key(|bin| (bins[*bin].0, std::cmp::Reverse(bins[*bin].1)));
            let best = best.unwrap_or_else(|| {
                bins.push((capacity, 0));
                bins.len() - 1
            });
            bins[best] = (bins[best].0 - length, time);
            of_piece[piece] = best as u32;
        }
        let count = bins.len() as u32;
        Bins { of_piece, count }
    }

    fn documents(lengths: &[u64]) -> impl Iterator<Item = Result<Document, MixtureError>> {
        let document = |start: &mut u64, tokens: &u64| {
            let document = Document {
                start: *start,
                tokens: *tokens,
            };
            *start += tokens;
            Some(Ok(document))
        };
        lengths.iter().scan(0, document)
    }

    fn packed(lengths: &[u64], capacity: u32, window: usize) -> Vec<Vec<Piece>> {
        let mut sequences = Vec::new();
        let mut sink = |pieces: &[Piece]| {
            sequences.push(pieces.to_vec());
            Ok(())
        };
        pack_in_windows(documents(lengths), capacity, window, &mut sink).unwrap();
        sequences
    }

    #[test]
    fn long_documents_are_split_and_their_rests_fitted() {
        let piece = |start, tokens| Piece { start, tokens };
        assert_eq!(
            packed(&[9, 3, 1], 4, 100),
            [
                vec![piece(0, 4)],
                vec![piece(4, 4)],
                vec![piece(8, 1), piece(9, 3)],
                vec![piece(12, 1)]
            ]
        );
        assert_eq!(packed(&[1], 4, 100), [[piece(0, 1)]]);
        assert!(packed(&[], 4, 100).is_empty());
    }

    #[test]
    fn a_document_of_100_million_tokens_is_no_trouble() {
        let sequences = packed(&[100_000_001, 1_791], 2_048, 100);
        assert_eq!(sequences.len(), 48_829);
        assert_eq!(sequences[48_828].len(), 2);
    }

    proptest! {
        #[test]
        fn agrees_with_the_slow_twin(
            capacity in 1_u32..80, lengths in prop::collection::vec(1_u32..80, 0..120),
        ) {
            let lengths: Vec<u32> = lengths.iter().map(|length| length.min(&capacity)).copied().collect();
            prop_assert_eq!(assign(&lengths, capacity), slow_assign(&lengths, capacity));
        }

        #[test]
        fn every_token_is_in_one_piece_and_only_long_documents_are_split(
            capacity in 1_u32..80, lengths in prop::collection::vec(1_u64..200, 0..120),
            window in 1_usize..50,
        ) {
            let sequences = packed(&lengths, capacity, window);
            let mut pieces = Vec::new();
            for sequence in sequences {
                prop_assert!(!sequence.is_empty());
                prop_assert!(sequence.iter().map(|piece| piece.tokens).sum::<u32>() <= capacity);
                prop_assert!(sequence.is_sorted_by_key(|piece| piece.start));
                pieces.extend(sequence);
            }
            pieces.sort_by_key(|piece| piece.start);
            let split = documents(&lengths).flat_map(|document| split(document.unwrap(), capacity));
            prop_assert_eq!(pieces, split.collect::<Vec<_>>());
        }
    }
}
