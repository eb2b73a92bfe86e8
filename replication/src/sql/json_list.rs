//! The rows of a subquery as one value, so that what belongs to a record comes in its row.

use sea_orm::{
    DbBackend,
    sea_query::{Alias, Expr, Func, Query, SelectStatement, SimpleExpr},
};

/// What `rows` selects as one JSON value: an array with an array for each row, which holds
/// `columns` in their order; of no rows, an empty array or null.
///
/// They are in the order of `rows`, which MUST have a limit besides: so neither database may take
/// the subquery apart, and put them in another.
pub fn json_list(
    backend: DbBackend,
    rows: SelectStatement,
    columns: &[&'static str],
) -> SimpleExpr {
    let (list, row) = match backend {
        DbBackend::Postgres => ("json_agg", "json_build_array"),
        _ => ("json_group_array", "json_array"),
    };
    let columns = columns.iter().map(|column| Expr::col(Alias::new(*column)));
    let row = Func::cust(Alias::new(row)).args(columns);
    let list = Query::select()
        .expr(Func::cust(Alias::new(list)).arg(row))
        .from_subquery(rows, Alias::new("listed"))
        .to_owned();
    SimpleExpr::SubQuery(None, Box::new(list.into()))
}
