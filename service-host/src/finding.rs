//! The parameters of lists that are searched: `query`, `sort`, `total`, and which page.

use actix_web::http::header::{HeaderName, HeaderValue};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use search::{Order, Place, Query, QueryError, sort_key};
use service_kit::{
    paging::{DEFAULT_LIMIT, MAX_LIMIT},
    query::QueryParams,
};

/// How many records the whole list has.
pub const TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");

/// What a record may be ordered by, beside its id and relevance.
#[derive(Debug, Clone, Copy)]
pub enum SortColumn {
    /// A text.
    Text(&'static str),
    /// A number.
    Number(&'static str),
}

/// What is asked of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What is searched for.
    pub query: Option<Query>,
    /// What the list is ordered by.
    pub order: Order,
    /// Behind which place.
    pub after: Option<Place>,
    /// Pass over so many first.
    pub skip: u64,
    /// At most so many.
    pub limit: u64,
    /// Whether the number of all is to be told.
    pub total: bool,
}

impl Asked {
    /// Reads `skip`, `limit`, `query`, `sort` (one of `columns` by its name), `after` and `total`;
    /// what is wrong with them is told by [`QueryParams::finish`].
    pub fn read(params: &mut QueryParams, columns: &[(&str, SortColumn)]) -> Self {
        let skip = params.u64("skip", 0, 0..=i64::MAX.unsigned_abs());
        let limit = params.u64("limit", DEFAULT_LIMIT, 1..=MAX_LIMIT);
        let query = params.text("query").and_then(|text| {
            Query::parse(&text)
                .map_err(|error| params.wrong("query", error.code(), error.to_string()))
                .ok()
        });
        let order = read_order(params, columns, query.is_some());
        let after = params.text("after").and_then(|cursor| {
            let place = Place::from_cursor(&cursor, order);
            if place.is_none() {
                let message =
                    "must be the cursor of a rel=\"next\" link of this list in this order";
                params.wrong("after", "cursor", message);
            }
            place
        });
        let total = read_flag(params, "total");
        Self {
            query,
            order,
            after,
            skip,
            limit,
            total,
        }
    }

    /// The id behind which the list goes on, if that is all there is to it: a list by id of which
    /// nothing but a page is asked.
    pub fn plain(&self) -> Option<i64> {
        let by_id = self.order == Order::Id { descending: false };
        let is_plain = by_id && self.query.is_none() && !self.total;
        is_plain.then(|| self.after.as_ref().map_or(0, |place| place.id))
    }
}

/// The header that tells the number of all.
pub fn total_count(total: u64) -> (HeaderName, HeaderValue) {
    (TOTAL_COUNT, HeaderValue::from(total))
}

fn read_order(params: &mut QueryParams, columns: &[(&str, SortColumn)], has_query: bool) -> Order {
    let default = match has_query {
        true => Order::Relevance,
        false => Order::Id { descending: false },
    };
    let Some(text) = params.text("sort") else {
        return default;
    };
    let (name, descending) = match text.strip_prefix('-') {
        Some(name) => (name, true),
        None => (text.as_str(), false),
    };
    let column = columns.iter().find(|(known, _)| *known == name);
    match (name, column) {
        ("id", _) => Order::Id { descending },
        ("relevance", _) if has_query && !descending => Order::Relevance,
        (_, Some((_, SortColumn::Text(column)))) => Order::Text { column, descending },
        (_, Some((_, SortColumn::Number(column)))) => Order::Number { column, descending },
        (_, None) => {
            let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
            let message = format!(
                "must be id, {}, each with a minus sign for the reverse, or, with a query, relevance",
                names.join(", ")
            );
            params.wrong("sort", "unknown", message);
            default
        }
    }
}

/// `true` or `false`; `false` if it is not there.
pub fn read_flag(params: &mut QueryParams, name: &str) -> bool {
    match params.text(name).as_deref() {
        Some("true") => true,
        Some("false") | None => false,
        Some(_) => {
            params.wrong(name, "format", "must be true or false");
            false
        }
    }
}

/// What the value of `name` is compared by, without case and accents. A text of which nothing is left
/// then would pick the records that have no such text.
pub fn read_compared(params: &mut QueryParams, name: &str, value: &str) -> Option<String> {
    let key = sort_key(value);
    if key.is_empty() {
        let error = QueryError::NoWords;
        params.wrong(name, error.code(), error.to_string());
        return None;
    }
    Some(key)
}

/// A time (RFC 3339), or a day, of which it is the beginning in UTC.
pub fn read_time(params: &mut QueryParams, name: &str) -> Option<DateTime<Utc>> {
    let text = params.text(name)?;
    let day = || {
        let day = text.parse::<NaiveDate>().ok()?;
        Some(day.and_time(NaiveTime::MIN).and_utc())
    };
    let time = DateTime::parse_from_rfc3339(&text).ok();
    let time = time.map(|time| time.to_utc()).or_else(day);
    if time.is_none() {
        let message = "must be a time like 2026-11-20T09:30:00Z or a day like 2026-11-20";
        params.wrong(name, "format", message);
    }
    time
}
