//! Which documents are connected: disjoint sets, joined link by link.

/// Sets of documents that are numbered from zero.
#[derive(Debug, Default)]
pub(crate) struct UnionFind {
    parents: Vec<u32>,
}

impl UnionFind {
    /// Adds a document that is a set of its own.
    pub(crate) fn push(&mut self) {
        self.parents.push(self.parents.len() as u32);
    }

    /// The first document of the set that holds `document`.
    pub(crate) fn find(&mut self, mut document: u32) -> u32 {
        while self.parents[document as usize] != document {
            let parent = self.parents[document as usize];
            let above = self.parents[parent as usize];
            // Halves the way for the next search.
            self.parents[document as usize] = above;
            document = above;
        }
        document
    }

    pub(crate) fn connected(&mut self, a: u32, b: u32) -> bool {
        self.find(a) == self.find(b)
    }

    /// Joins the set of `a` and the set of `b`.
    pub(crate) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        self.parents[a.max(b) as usize] = a.min(b);
    }
}
