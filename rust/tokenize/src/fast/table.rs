//! Tables that are read at random places.

use std::ops::{Deref, DerefMut};

use bytemuck::{Pod, cast_slice, cast_slice_mut};
use memmap2::MmapMut;

/// Zeroed memory in large pages, where the system has them: with small ones a processor that
/// looks for a place waits for its address too.
pub(crate) enum Table<T> {
    Mapped(MmapMut),
    /// Where nothing can be mapped.
    Allocated(Vec<T>),
}

impl<T: Pod> Table<T> {
    pub(crate) fn zeroed(count: usize) -> Self {
        match MmapMut::map_anon(count * size_of::<T>()) {
            Ok(map) => {
                // A system without large pages has the small ones.
                #[cfg(target_os = "linux")]
                let _ = map.advise(memmap2::Advice::HugePage);
                Self::Mapped(map)
            }
            Err(_) => Self::Allocated(vec![T::zeroed(); count]),
        }
    }
}

impl<T: Pod> Deref for Table<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        match self {
            Self::Mapped(map) => cast_slice(map),
            Self::Allocated(values) => values,
        }
    }
}

impl<T: Pod> DerefMut for Table<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        match self {
            Self::Mapped(map) => cast_slice_mut(map),
            Self::Allocated(values) => values,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_zeroed_and_keeps_what_is_written() {
        for mut table in [
            Table::zeroed(1 << 19),
            Table::Allocated(vec![0_u64; 1 << 19]),
        ] {
            assert_eq!(table.len(), 1 << 19);
            assert!(table.iter().all(|value| *value == 0));
            table[77] = 5;
            assert_eq!((table[76], table[77]), (0, 5));
        }
    }
}
