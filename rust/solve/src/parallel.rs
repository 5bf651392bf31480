//! Work on the rows of a batch, on all cores.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Rows that one worker takes at a time.
const BLOCK: usize = 16;

/// Returns `work(state, i)` for every `i` below `count`, in order; each worker has a state.
///
/// The result of a row depends on nothing but the row, so that the number of workers does not
/// matter.
pub(crate) fn rows<State, Output: Send>(
    count: usize,
    state: impl Fn() -> State + Sync,
    work: impl Fn(&mut State, usize) -> Output + Sync,
) -> Vec<Output> {
    if count == 0 {
        return Vec::new();
    }
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let workers = cores.min(count.div_ceil(BLOCK));
    if workers <= 1 {
        let mut state = state();
        return (0..count).map(|i| work(&mut state, i)).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Vec<Output>)>> = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut state = state();
                loop {
                    let first = next.fetch_add(BLOCK, Ordering::Relaxed);
                    if first >= count {
                        break;
                    }
                    let last = count.min(first + BLOCK);
                    let block = (first..last).map(|i| work(&mut state, i)).collect();
                    let mut done = done
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner);
                    done.push((first, block));
                }
            });
        }
    });
    let mut blocks = done
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    blocks.sort_unstable_by_key(|(first, _)| *first);
    blocks.into_iter().flat_map(|(_, block)| block).collect()
}
