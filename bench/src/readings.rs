//! What was read off in each round.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    flames::Frame,
    processor::{Seen, Shares},
    row::{Row, Who},
    statistics::median,
};

/// The figures of every row, round by round. Written to a file, so that a page can be made again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Readings(BTreeMap<String, Rounds>);

/// The figures of one row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rounds {
    /// Of the limit.
    pub(crate) limit: Vec<f64>,
    /// Of the peer.
    pub(crate) peer: Vec<f64>,
    /// Of Colophon.
    pub(crate) colophon: Vec<f64>,
    /// Who had the processors while Colophon's figure was taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) shares: Vec<Shares>,
    /// What they did, if stacks were noted.
    #[serde(skip)]
    pub(crate) stacks: Option<Frame>,
}

impl Readings {
    /// Notes a figure.
    pub(crate) fn note(&mut self, row: &Row, who: Who, figure: f64) {
        let rounds = self.0.entry(row.id.to_owned()).or_default();
        rounds.of_mut(who).push(figure);
    }

    /// Notes a figure, if there is one.
    pub(crate) fn note_some(&mut self, row: &Row, who: Who, figure: Option<f64>) {
        if let Some(figure) = figure {
            self.note(row, who, figure);
        }
    }

    /// Notes who had the processors in the meantime.
    pub(crate) fn note_seen(&mut self, row: &Row, seen: Seen) {
        let rounds = self.0.entry(row.id.to_owned()).or_default();
        rounds.shares.push(seen.shares);
        rounds.stacks = seen.stacks;
    }

    /// What was done, by the id of the row.
    pub(crate) fn stacks(&self) -> impl Iterator<Item = (&str, &Frame)> {
        let rows = self.0.iter();
        rows.filter_map(|(id, rounds)| Some((id.as_str(), rounds.stacks.as_ref()?)))
    }

    /// The figures of a row.
    pub(crate) fn of(&self, row: &Row) -> Rounds {
        self.0.get(row.id).cloned().unwrap_or_default()
    }

    /// Adds the figures of another round.
    pub(crate) fn add(&mut self, other: Self) {
        for (id, rounds) in other.0 {
            let own = self.0.entry(id).or_default();
            own.limit.extend(rounds.limit);
            own.peer.extend(rounds.peer);
            own.colophon.extend(rounds.colophon);
            own.shares.extend(rounds.shares);
            own.stacks = rounds.stacks.or(own.stacks.take());
        }
    }

    /// Takes the rows that `newer` has from there.
    pub(crate) fn replace(&mut self, newer: Self) {
        self.0.extend(newer.0);
    }
}

impl Rounds {
    /// What part of the time of all processors a program had: the median of the rounds.
    pub(crate) fn share(&self, program: &str) -> Option<f64> {
        let of_round = |shares: &Shares| shares.get(program).copied().unwrap_or_default();
        median(&self.shares.iter().map(of_round).collect::<Vec<f64>>())
    }

    /// Whose they are.
    pub(crate) fn of(&self, who: Who) -> &[f64] {
        match who {
            Who::Limit => &self.limit,
            Who::Peer => &self.peer,
            Who::Colophon => &self.colophon,
        }
    }

    fn of_mut(&mut self, who: Who) -> &mut Vec<f64> {
        match who {
            Who::Limit => &mut self.limit,
            Who::Peer => &mut self.peer,
            Who::Colophon => &mut self.colophon,
        }
    }
}
