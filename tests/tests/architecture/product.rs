//! What of a source file is product, and what is only built for tests.

use crate::tokens::{Token, TokenKind};

/// What is left of a file without its tests.
pub(crate) struct Product {
    pub(crate) tokens: Vec<Token>,
    /// Modules in files of their own that are only built for tests.
    pub(crate) test_modules: Vec<String>,
}

/// Drops every item under `#[cfg(test)]` (or a `cfg` that `test` alone fulfills).
pub(crate) fn without_tests(tokens: Vec<Token>) -> Product {
    let mut product = Product {
        tokens: Vec::new(),
        test_modules: Vec::new(),
    };
    let mut rest = tokens.as_slice();
    while let Some(first) = rest.first() {
        if let Some(length) = test_attribute(rest) {
            if rest[1].is_mark('!') {
                // The whole file is a test.
                product.tokens.clear();
                break;
            }
            rest = &rest[length..];
            while rest.first().is_some_and(|token| token.is_mark('#')) {
                rest = &rest[bracketed(&rest[1..]) + 1..];
            }
            let item = item_length(rest);
            if let Some(name) = module_in_a_file(&rest[..item]) {
                product.test_modules.push(name);
            }
            rest = &rest[item..];
        } else {
            product.tokens.push(first.clone());
            rest = &rest[1..];
        }
    }
    product
}

/// The length of the attribute that begins here, if it is one that keeps its item to tests.
fn test_attribute(tokens: &[Token]) -> Option<usize> {
    let inner = usize::from(tokens.get(1).is_some_and(|token| token.is_mark('!')));
    let bracket = tokens.get(1 + inner..)?;
    let is_cfg =
        tokens[0].is_mark('#') && bracket.first()?.is_mark('[') && bracket.get(1)?.is_word("cfg");
    let length = bracketed(bracket);
    let holds = |word| bracket[..length].iter().any(|token| token.is_word(word));
    (is_cfg && holds("test") && !holds("not") && !holds("all")).then_some(1 + inner + length)
}

/// The length of the bracketed part that begins here, its brackets included.
fn bracketed(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Mark('(' | '[' | '{') => depth += 1,
            TokenKind::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
            TokenKind::Mark(_) | TokenKind::Word(_) | TokenKind::Text(_) => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// The length of the item that begins here: through its `;` or its block.
fn item_length(tokens: &[Token]) -> usize {
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            TokenKind::Mark(';') => return at + 1,
            TokenKind::Mark('{') => return at + bracketed(&tokens[at..]),
            TokenKind::Mark('(' | '[') => at += bracketed(&tokens[at..]),
            // The end of what the item stands in: it was a field or a variant.
            TokenKind::Mark('}') => return at,
            TokenKind::Mark(_) | TokenKind::Word(_) | TokenKind::Text(_) => at += 1,
        }
    }
    tokens.len()
}

/// The name in `mod name;`.
fn module_in_a_file(item: &[Token]) -> Option<String> {
    let at = item.iter().position(|token| token.is_word("mod"))?;
    match item.get(at + 1..)? {
        [
            Token {
                kind: TokenKind::Word(name),
                ..
            },
            end,
        ] if end.is_mark(';') => Some(name.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::read;

    fn words(source: &str) -> Vec<String> {
        without_tests(read(source))
            .tokens
            .into_iter()
            .filter_map(|token| match token.kind {
                TokenKind::Word(word) => Some(word),
                TokenKind::Text(_) | TokenKind::Mark(_) => None,
            })
            .collect()
    }

    #[test]
    fn code_for_tests_is_left_out() {
        let source = "
            fn a() {}
            #[cfg(test)] #[expect(b)] mod tests { fn c() { [d; 2] } }
            #[cfg(not(test))] fn e() {}
            #[cfg(any(test, feature = \"f\"))] fn g(h: [u8; 2]) { i }
            struct J { #[cfg(test)] k: u8 }
        ";
        assert_eq!(
            words(source),
            ["fn", "a", "cfg", "not", "test", "fn", "e", "struct", "J"]
        );
    }

    #[test]
    fn a_test_module_in_a_file_of_its_own_is_named() {
        let product = without_tests(read("#[cfg(test)] mod tests; mod product;"));
        assert_eq!(product.test_modules, ["tests"]);
    }

    #[test]
    fn a_file_for_tests_alone_is_empty() {
        assert!(words("//! Doc.\n#![cfg(test)]\nfn a() {}").is_empty());
    }
}
