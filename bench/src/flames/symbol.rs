//! Names of functions as people read them.

/// What only calls other functions: of an asynchronous program's stack, most of it.
const PLUMBING: [&str; 14] = [
    "core::",
    "std::",
    "alloc::",
    "tokio::runtime",
    "tokio::task",
    "futures_",
    "actix_rt::",
    "__libc_start",
    "__rust_",
    "start_thread",
    "clone",
    "_start",
    "main",
    "[unknown]",
];

/// Whether it says nothing about what is done within it.
pub(super) fn is_plumbing(symbol: &str) -> bool {
    let path = symbol.trim_start_matches(['<', '&']);
    PLUMBING.iter().any(|begin| path.starts_with(begin))
        || symbol.contains(" as core::future::future::Future>")
}

/// The type and the function, or the module and the function.
pub(super) fn short(symbol: &str) -> String {
    // `<a::Type<T> as b::Trait>::function` is `Type::function`.
    let (owner, path) = match symbol.strip_prefix('<').and_then(split_at_close) {
        Some((owner, path)) => {
            let owner = owner.split(" as ").next().unwrap_or(owner);
            (Some(without_generics(owner)), without_generics(path))
        }
        None => (None, without_generics(symbol)),
    };
    let mut parts: Vec<&str> = owner
        .iter()
        .filter_map(|owner| owner.rsplit("::").next())
        .chain(path.split("::"))
        .filter(|part| !part.is_empty() && !part.starts_with('{') && !is_hash(part))
        .collect();
    if parts.len() > 2 {
        parts.drain(..parts.len() - 2);
    }
    parts.join("::")
}

/// What is before the bracket that closes the one before `text`, and what is behind it.
fn split_at_close(text: &str) -> Option<(&str, &str)> {
    let mut open = 1;
    for (at, letter) in text.char_indices() {
        match letter {
            '<' => open += 1,
            '>' if !text[..at].ends_with('-') => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some((&text[..at], &text[at + 1..]));
        }
    }
    None
}

fn without_generics(text: &str) -> String {
    let mut open = 0_u32;
    let mut plain = String::with_capacity(text.len());
    let mut last = ' ';
    for letter in text.chars() {
        match letter {
            '<' => open += 1,
            '>' if last != '-' => open = open.saturating_sub(1),
            _ if open == 0 => plain.push(letter),
            _ => {}
        }
        last = letter;
    }
    plain
}

/// As compilers append it.
fn is_hash(part: &str) -> bool {
    part.len() == 17 && part.starts_with('h') && part[1..].bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_owner_and_its_function() {
        for (symbol, name) in [
            ("malloc", "malloc"),
            (
                "sqlx_core::row::Row::try_get::h0123456789abcdef",
                "Row::try_get",
            ),
            (
                "<authors_service::batched::Views as batcher::Together>::run::{{closure}}",
                "Views::run",
            ),
            (
                "<alloc::vec::Vec<T,A> as core::clone::Clone>::clone",
                "Vec::clone",
            ),
            (
                "search::sql::<impl a::B for c::D<fn() -> u8>>::learn",
                "sql::learn",
            ),
            ("(anonymous namespace)::Reg::run", "Reg::run"),
            ("ExecScan", "ExecScan"),
        ] {
            assert_eq!(short(symbol), name, "{symbol}");
        }
    }

    #[test]
    fn what_polls_and_runs_others_is_plumbing() {
        for symbol in [
            "<tokio::task::coop::Coop<F> as core::future::future::Future>::poll",
            "core::ops::function::FnOnce::call_once",
            "__libc_start_main",
        ] {
            assert!(is_plumbing(symbol), "{symbol}");
        }
        assert!(!is_plumbing("batcher::Batcher<W>::submit::{{closure}}"));
    }
}
