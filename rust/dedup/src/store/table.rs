//! A hash table of small entries that never takes much more memory than its entries do.
//!
//! Linear probing, full to between 9/16 and 3/4. Growing by a third instead of doubling bounds
//! the memory of a large table; what is to grow often is split into several tables, of which one
//! at a time is copied.

/// What a table holds.
pub(crate) trait Entry: Copy + Eq {
    /// Marks a free slot; never inserted.
    const FREE: Self;

    /// Where the entry belongs, uniform on 32 bits.
    fn place(self) -> u32;
}

#[derive(Debug, Clone)]
pub(crate) struct Table<E> {
    slots: Vec<E>,
    used: usize,
}

/// Slots of an empty table.
pub(crate) const LEAST_SLOTS: usize = 12;

/// Most bytes for each entry of `size` bytes in a large table: it has just grown, and is full to
/// 9/16.
pub(crate) const fn bytes_per_entry(size: usize) -> u64 {
    (size as u64 * 16).div_ceil(9)
}

impl<E: Entry> Table<E> {
    pub(crate) fn new() -> Self {
        Self {
            slots: vec![E::FREE; LEAST_SLOTS],
            used: 0,
        }
    }

    /// The slot where entries of this place belong, if no other is there.
    #[inline]
    fn home(&self, place: u32) -> usize {
        ((u64::from(place) * self.slots.len() as u64) >> 32) as usize
    }

    /// What is in the first slot that the entry at `place` may be in.
    #[inline]
    pub(crate) fn first(&self, place: u32) -> E {
        self.slots[self.home(place)]
    }

    /// The slot of the entry at `place` that is the `same`, or the free slot where it would go.
    #[inline]
    fn slot(&self, place: u32, same: impl Fn(E) -> bool) -> usize {
        let slots = self.slots.len();
        let mut slot = self.home(place);
        while self.slots[slot] != E::FREE && !same(self.slots[slot]) {
            slot += 1;
            if slot == slots {
                slot = 0;
            }
        }
        slot
    }

    /// The entry at `place` that is the `same`.
    #[inline]
    pub(crate) fn get(&self, place: u32, same: impl Fn(E) -> bool) -> Option<E> {
        let found = self.slots[self.slot(place, same)];
        (found != E::FREE).then_some(found)
    }

    /// Puts `entry` in place of the `same` one, which is returned, or of none.
    pub(crate) fn replace(&mut self, entry: E, same: impl Fn(E) -> bool) -> Option<E> {
        let slot = self.slot(entry.place(), same);
        let before = std::mem::replace(&mut self.slots[slot], entry);
        if before != E::FREE {
            return Some(before);
        }
        self.used += 1;
        if self.used * 4 > self.slots.len() * 3 {
            self.grow();
        }
        None
    }

    fn grow(&mut self) {
        let slots = self.slots.len() * 4 / 3;
        let old = std::mem::replace(&mut self.slots, vec![E::FREE; slots]);
        for entry in old.into_iter().filter(|entry| *entry != E::FREE) {
            let slot = self.slot(entry.place(), |_| false);
            self.slots[slot] = entry;
        }
    }

    /// The entries, in no order that means anything.
    pub(crate) fn entries(&self) -> impl Iterator<Item = E> + '_ {
        self.slots.iter().copied().filter(|entry| *entry != E::FREE)
    }

    /// Bytes of memory held.
    pub(crate) fn memory_bytes(&self) -> u64 {
        (self.slots.len() * size_of::<E>()) as u64
    }
}
