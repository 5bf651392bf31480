//! Files that import each other in a loop.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Who imports whom, by number.
pub type Graph = BTreeMap<usize, BTreeSet<usize>>;

/// The largest groups in which every member reaches every other, each in ascending order.
pub fn groups(graph: &Graph) -> Vec<Vec<usize>> {
    let reached: BTreeMap<usize, BTreeSet<usize>> = graph
        .keys()
        .map(|from| (*from, reached_from(graph, *from)))
        .collect();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (member, after) in &reached {
        if !after.contains(member) || groups.iter().any(|group| group.contains(member)) {
            continue;
        }
        let back = |other: &&usize| reached.get(other).is_some_and(|r| r.contains(member));
        groups.push(after.iter().filter(back).copied().collect());
    }
    groups
}

/// A shortest loop through the first member of a group that has one, without its first repeated.
pub fn shortest(graph: &Graph, group: &[usize]) -> Vec<usize> {
    let loops = group.iter().filter_map(|start| way_back(graph, *start));
    loops.min_by_key(Vec::len).unwrap_or_default()
}

fn next(graph: &Graph, from: usize) -> impl Iterator<Item = usize> + '_ {
    graph.get(&from).into_iter().flatten().copied()
}

fn reached_from(graph: &Graph, start: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(from) = open.pop() {
        open.extend(next(graph, from).filter(|to| reached.insert(*to)));
    }
    reached
}

/// The shortest way from `start` to itself.
fn way_back(graph: &Graph, start: usize) -> Option<Vec<usize>> {
    let mut before: BTreeMap<usize, usize> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(from) = open.pop_front() {
        for to in next(graph, from) {
            if to == start {
                return Some(walked(&before, start, from));
            }
            if let std::collections::btree_map::Entry::Vacant(entry) = before.entry(to) {
                entry.insert(from);
                open.push_back(to);
            }
        }
    }
    None
}

fn walked(before: &BTreeMap<usize, usize>, start: usize, end: usize) -> Vec<usize> {
    let mut way = vec![end];
    while let Some(last) = way.last().filter(|last| **last != start) {
        match before.get(last) {
            Some(earlier) => way.push(*earlier),
            None => break,
        }
    }
    way.reverse();
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(arrows: &[(usize, usize)]) -> Graph {
        let mut graph = Graph::new();
        for (from, to) in arrows {
            graph.entry(*from).or_default().insert(*to);
        }
        graph
    }

    #[test]
    fn a_graph_without_loops_has_no_groups() {
        let graph = graph(&[(1, 2), (1, 3), (2, 4), (3, 4)]);
        assert!(groups(&graph).is_empty());
    }

    #[test]
    fn every_loop_is_in_one_group() {
        let graph = graph(&[(1, 2), (2, 3), (3, 1), (3, 4), (4, 5), (5, 4), (0, 1)]);
        assert_eq!(groups(&graph), [vec![1, 2, 3], vec![4, 5]]);
    }

    #[test]
    fn the_shortest_loop_of_a_group_is_shown() {
        let graph = graph(&[(1, 2), (2, 3), (3, 1), (3, 2)]);
        assert_eq!(groups(&graph), [vec![1, 2, 3]]);
        assert_eq!(shortest(&graph, &[1, 2, 3]), [2, 3]);
    }
}
