//! Many records of one length, in memory that grows by chunks so that no record is ever copied.

#[derive(Debug, Clone)]
pub(crate) struct Chunks<T> {
    width: usize,
    chunks: Vec<Vec<T>>,
}

/// Records of a chunk.
pub(crate) const CHUNK: usize = 256;

impl<T: Copy + Default> Chunks<T> {
    /// No records of `width` numbers each.
    pub(crate) fn new(width: usize) -> Self {
        Self {
            width,
            chunks: Vec::new(),
        }
    }

    /// Adds a record.
    pub(crate) fn push(&mut self, record: &[T]) {
        self.push_zeros().copy_from_slice(record);
    }

    /// Adds a record of zeros, to be filled.
    pub(crate) fn push_zeros(&mut self) -> &mut [T] {
        let full = CHUNK * self.width;
        if self.chunks.last().is_none_or(|chunk| chunk.len() == full) {
            self.chunks.push(Vec::with_capacity(full));
        }
        let last = self.chunks.len() - 1;
        let chunk = &mut self.chunks[last];
        let start = chunk.len();
        chunk.resize(start + self.width, T::default());
        &mut chunk[start..]
    }

    #[inline]
    pub(crate) fn get(&self, place: usize) -> &[T] {
        let start = place % CHUNK * self.width;
        &self.chunks[place / CHUNK][start..start + self.width]
    }

    /// Bytes of memory held.
    pub(crate) fn memory_bytes(&self) -> u64 {
        (self.chunks.len() * CHUNK * self.width * size_of::<T>()
            + self.chunks.capacity() * size_of::<Vec<T>>()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_stay_where_they_were_put() {
        let mut records = Chunks::new(2);
        for number in 0..1000_u32 {
            records.push(&[number, number + 1]);
        }
        records.push_zeros()[1] = 7;
        assert_eq!(records.get(300), [300, 301]);
        assert_eq!(records.get(1000), [0, 7]);
    }
}
