//! Rows by many keys, in a statement whose text does not depend on how many they are.

use sea_orm::{
    ColumnTrait, DbBackend, IntoSimpleExpr as _, Value,
    sea_query::{
        Alias, ArrayType, Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr,
        extension::postgres::PgFunc,
    },
};

/// Holds for a row whose `column` is one of `numbers`.
pub fn is_one_of(
    backend: DbBackend,
    column: impl ColumnTrait,
    numbers: impl IntoIterator<Item = i64>,
) -> SimpleExpr {
    let column = column.into_simple_expr();
    match backend {
        DbBackend::Postgres => column.eq(PgFunc::any(Expr::val(array(numbers)))),
        _ => {
            let numbers: Vec<_> = numbers.into_iter().collect();
            column.in_subquery(json_values(&numbers, &["$"]))
        }
    }
}

/// Holds for a row whose `column` is one of the numbers that `rows` selects; these are found first.
pub fn is_selected(
    backend: DbBackend,
    column: impl ColumnTrait,
    rows: SelectStatement,
) -> SimpleExpr {
    match backend {
        // As an array: the planner takes `IN` for a join, and one with so many rows as no limit that it
        // can't know lets through.
        DbBackend::Postgres => {
            let rows = SimpleExpr::SubQuery(None, Box::new(rows.into()));
            let array = Func::cust(Alias::new("ARRAY")).arg(rows);
            column.into_simple_expr().eq(PgFunc::any(array))
        }
        _ => column.in_subquery(rows),
    }
}

/// Holds for a row whose two columns are one of `pairs` of numbers.
pub fn is_one_of_pairs(
    backend: DbBackend,
    columns: [impl ColumnTrait; 2],
    pairs: &[(i64, i64)],
) -> SimpleExpr {
    let columns = Expr::tuple(columns.map(|column| column.into_simple_expr()));
    match backend {
        DbBackend::Postgres => {
            let first = array(pairs.iter().map(|pair| pair.0));
            let second = array(pairs.iter().map(|pair| pair.1));
            columns.in_subquery(unnested([first, second]))
        }
        _ => columns.in_subquery(json_values(pairs, &["$[0]", "$[1]"])),
    }
}

/// Holds for a row whose `column` is one of `texts`.
pub fn is_one_of_texts(backend: DbBackend, column: impl ColumnTrait, texts: &[&str]) -> SimpleExpr {
    let column = column.into_simple_expr();
    match backend {
        DbBackend::Postgres => column.eq(PgFunc::any(Expr::val(text_array(texts.iter().copied())))),
        _ => column.in_subquery(json_values(texts, &["$"])),
    }
}

/// Holds for a row whose two columns are one of `pairs` of texts.
pub fn is_one_of_text_pairs(
    backend: DbBackend,
    columns: [impl ColumnTrait; 2],
    pairs: &[(&str, &str)],
) -> SimpleExpr {
    let columns = Expr::tuple(columns.map(|column| column.into_simple_expr()));
    match backend {
        DbBackend::Postgres => {
            let first = text_array(pairs.iter().map(|pair| pair.0));
            let second = text_array(pairs.iter().map(|pair| pair.1));
            columns.in_subquery(unnested([first, second]))
        }
        _ => columns.in_subquery(json_values(pairs, &["$[0]", "$[1]"])),
    }
}

fn array(numbers: impl IntoIterator<Item = i64>) -> Value {
    let numbers = numbers.into_iter().map(Value::from).collect();
    Value::Array(ArrayType::BigInt, Some(Box::new(numbers)))
}

fn text_array<'a>(texts: impl Iterator<Item = &'a str>) -> Value {
    Value::Array(
        ArrayType::String,
        Some(Box::new(texts.map(Value::from).collect())),
    )
}

/// `SELECT * FROM unnest($1, $2)`.
fn unnested(arrays: [Value; 2]) -> SelectStatement {
    let rows = Func::cust(Alias::new("unnest")).args(arrays.map(Expr::val));
    Query::select()
        .expr(Expr::cust("*"))
        .from_function(rows, Alias::new("wanted"))
        .to_owned()
}

/// `SELECT json_extract(value, path), … FROM json_each($1)`.
fn json_values(
    values: &(impl serde::Serialize + ?Sized),
    paths: &[&'static str],
) -> SelectStatement {
    // Numbers and texts can always be written.
    let json = serde_json::to_string(values).unwrap_or_default();
    let mut select = Query::select();
    for path in paths {
        select.expr(match *path {
            "$" => Expr::cust("value"),
            path => Expr::cust(format!("json_extract(value, '{path}')")),
        });
    }
    let each = Func::cust(Alias::new("json_each")).arg(Expr::val(json));
    select.from_function(each, Alias::new("wanted")).to_owned()
}
