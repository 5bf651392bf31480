//! Processor time of a run, source by source.

use std::cell::RefCell;
use std::collections::BTreeMap;

use cpu_time::ProcessTime;

use crate::observer::{Event, Observer};

/// Notes the processor time of each source, all passes together, and hands on nothing else.
pub(crate) struct Clock<'a> {
    observer: &'a dyn Observer,
    seconds: RefCell<BTreeMap<String, f64>>,
    /// The source that is read, and since when.
    current: RefCell<Option<(String, ProcessTime)>>,
}

impl<'a> Clock<'a> {
    pub(crate) fn new(observer: &'a dyn Observer) -> Self {
        Self {
            observer,
            seconds: RefCell::default(),
            current: RefCell::default(),
        }
    }

    /// The seconds of each source, by its name.
    pub(crate) fn into_seconds(self) -> BTreeMap<String, f64> {
        self.seconds.into_inner()
    }

    /// Ends the time of the source that was read until now.
    fn stop(&self) {
        if let Some((name, since)) = self.current.take() {
            let seconds = since.elapsed().as_secs_f64();
            *self.seconds.borrow_mut().entry(name).or_default() += seconds;
        }
    }
}

impl Observer for Clock<'_> {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::Opened { name, .. } => {
                self.stop();
                let now = ((*name).to_owned(), ProcessTime::now());
                self.current.replace(Some(now));
            }
            Event::Finished { .. } => self.stop(),
            _ => {}
        }
    }

    fn cancelled(&self) -> bool {
        self.observer.cancelled()
    }
}
