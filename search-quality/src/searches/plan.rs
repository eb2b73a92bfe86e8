//! How many searches of each kind there are.

use super::Kind;
use super::Kind::{
    Alias, Beginning, Commonest, Exact, Extra, Identifier, IsbnHyphens, IsbnTen, Missing,
    NoAccents, NoHyphens, NoSpaces, OtherCase, Part, Reordered, Script, Subtitle, Swapped,
    TitleAndAuthor, Wrong,
};
use crate::query::Records::{self, Authors, Books};

/// Two hundred in all; about one in four is misspelt.
pub(super) const PLAN: &[(Records, Kind, usize)] = &[
    (Authors, Exact, 10),
    (Authors, Commonest, 1),
    (Authors, OtherCase, 5),
    (Authors, NoAccents, 10),
    (Authors, Reordered, 8),
    (Authors, Beginning, 8),
    (Authors, Alias, 10),
    (Authors, NoHyphens, 6),
    (Authors, Script, 16),
    (Authors, Part, 4),
    (Authors, NoSpaces, 3),
    (Authors, Missing, 9),
    (Authors, Extra, 8),
    (Authors, Wrong, 9),
    (Authors, Swapped, 9),
    (Authors, Identifier, 4),
    (Books, Exact, 8),
    (Books, OtherCase, 3),
    (Books, NoAccents, 5),
    (Books, Reordered, 5),
    (Books, Beginning, 6),
    (Books, NoHyphens, 2),
    (Books, Script, 9),
    (Books, Part, 4),
    (Books, Missing, 3),
    (Books, Extra, 3),
    (Books, Wrong, 3),
    (Books, Swapped, 3),
    (Books, Identifier, 4),
    (Books, IsbnHyphens, 5),
    (Books, IsbnTen, 5),
    (Books, TitleAndAuthor, 8),
    (Books, Subtitle, 4),
];
