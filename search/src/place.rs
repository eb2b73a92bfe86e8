//! Places in ordered lists, and the cursors that name them.

/// What a list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By id.
    Id {
        /// The greatest first.
        descending: bool,
    },
    /// The best match first.
    Relevance,
    /// By a text of each record, then by id.
    Text {
        /// The column.
        column: &'static str,
        /// The last first.
        descending: bool,
    },
    /// By a number of each record, then by id.
    Number {
        /// The column.
        column: &'static str,
        /// The greatest first.
        descending: bool,
    },
}

/// A place in a list: directly behind a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What the record is ordered by.
    pub key: PlaceKey,
    /// The record.
    pub id: i64,
}

/// What a record is ordered by, beside its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceKey {
    /// Nothing.
    Id,
    /// The rank of its match.
    Rank(u64),
    /// Nothing: it is behind those that were ranked.
    Rest,
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
}

impl Order {
    /// The column that the records are ordered by, as a cursor names it.
    fn column(self) -> &'static str {
        match self {
            Self::Id { .. } | Self::Relevance => "",
            Self::Text { column, .. } | Self::Number { column, .. } => column,
        }
    }
}

impl Place {
    /// As the cursor that a client sends back, of a list in this order.
    pub fn to_cursor(&self, order: Order) -> String {
        let (id, column) = (self.id, order.column());
        match &self.key {
            PlaceKey::Id => id.to_string(),
            PlaceKey::Rank(rank) => format!("{id}.r{rank:x}"),
            PlaceKey::Rest => format!("{id}.e"),
            PlaceKey::Text(text) => format!("{id}.t{column}:{text}"),
            PlaceKey::Number(number) => format!("{id}.n{column}:{number}"),
        }
    }

    /// Reads a cursor of a list in this order; `None` if it is none.
    pub fn from_cursor(cursor: &str, order: Order) -> Option<Self> {
        let (id, key) = match cursor.split_once('.') {
            Some((id, key)) => (id, Some(key)),
            None => (cursor, None),
        };
        let id = id.parse().ok().filter(|id: &i64| *id >= 0)?;
        let key = match (order, key) {
            (Order::Id { .. }, None) => PlaceKey::Id,
            (Order::Relevance, Some("e")) => PlaceKey::Rest,
            (Order::Relevance, Some(key)) => {
                PlaceKey::Rank(u64::from_str_radix(key.strip_prefix('r')?, 16).ok()?)
            }
            (Order::Text { column, .. }, Some(key)) => {
                let text = key.strip_prefix('t')?.strip_prefix(column)?;
                let text = text.strip_prefix(':')?;
                // No database takes it, and no key holds it.
                PlaceKey::Text((!text.contains('\0')).then(|| text.to_owned())?)
            }
            (Order::Number { column, .. }, Some(key)) => {
                let number = key.strip_prefix('n')?.strip_prefix(column)?;
                PlaceKey::Number(number.strip_prefix(':')?.parse().ok()?)
            }
            (Order::Id { .. }, Some(_))
            | (Order::Relevance | Order::Text { .. } | Order::Number { .. }, None) => return None,
        };
        Some(Self { key, id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_in_its_own_order_only() {
        let orders = [
            Order::Id { descending: false },
            Order::Relevance,
            Order::Text {
                column: "a",
                descending: true,
            },
            Order::Number {
                column: "b",
                descending: false,
            },
            Order::Number {
                column: "bc",
                descending: false,
            },
        ];
        for (key, own) in [
            (PlaceKey::Id, 0),
            (PlaceKey::Rank(u64::MAX), 1),
            (PlaceKey::Rest, 1),
            (PlaceKey::Text("a.b & c".to_owned()), 2),
            (PlaceKey::Number(-5), 3),
            (PlaceKey::Number(5), 4),
        ] {
            let place = Place { key, id: 7 };
            for (at, order) in orders.into_iter().enumerate() {
                let read = Place::from_cursor(&place.to_cursor(orders[own]), order);
                assert_eq!(read, (at == own).then(|| place.clone()), "{order:?}");
            }
        }
    }

    #[test]
    fn what_is_no_cursor_is_none() {
        for cursor in [
            "", "x", "-1", "1.", "1.r", "1.rx", "1.q", "1.ta:\0", "1.tx", "1.nb:x", "1.n1", ".r1",
        ] {
            for order in [
                Order::Id { descending: false },
                Order::Relevance,
                Order::Text {
                    column: "a",
                    descending: true,
                },
                Order::Number {
                    column: "b",
                    descending: false,
                },
            ] {
                assert_eq!(
                    Place::from_cursor(cursor, order),
                    None,
                    "{cursor:?} {order:?}"
                );
            }
        }
    }
}
