//! Rows that still are of exactly the version that was named.

use sea_orm::{
    ColumnTrait, IntoSimpleExpr as _,
    sea_query::{Alias, Asterisk, Expr, ExprTrait, Query},
};
use shared_events::RecordVersion;

/// Holds for a row whose id, epoch and version (these columns) are one of `named`, which must not
/// be empty. Each takes 3 parameters of the statement.
pub fn is_named(columns: [impl ColumnTrait; 3], named: &[(i64, RecordVersion)]) -> Expr {
    let values = named
        .iter()
        .map(|(id, RecordVersion { epoch, version })| (*id, *epoch, *version));
    let list = Query::select()
        .column(Asterisk)
        .from_values(values, Alias::new("named"))
        .to_owned();
    Expr::tuple(columns.map(|column| column.into_simple_expr())).in_subquery(list)
}
