//! SPDX license expressions: whether a set of licenses is enough to use a crate.

/// Whether `expression` can be fulfilled by licenses of `allowed` alone. What can't be read is
/// not allowed. `A/B`, an older way to write `A OR B`, is understood.
pub(crate) fn allows(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader {
        words: &words,
        allowed,
    };
    reader.any_of() == Some(true) && reader.words.is_empty()
}

/// Each method reads one part and answers whether it is allowed; `None` if it makes no sense.
struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a [&'a str],
}

impl Reader<'_> {
    fn any_of(&mut self) -> Option<bool> {
        let mut any = self.all_of()?;
        while self.take("OR") {
            any |= self.all_of()?;
        }
        Some(any)
    }

    fn all_of(&mut self) -> Option<bool> {
        let mut all = self.one()?;
        while self.take("AND") {
            all &= self.one()?;
        }
        Some(all)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let inner = self.any_of()?;
            return self.take(")").then_some(inner);
        }
        let (name, rest) = self.words.split_first()?;
        self.words = rest;
        if self.take("WITH") {
            // An exception only ever allows more.
            self.words = self.words.split_first()?.1;
        }
        Some(self.allowed.contains(name))
    }

    fn take(&mut self, word: &str) -> bool {
        match self.words.split_first() {
            Some((first, rest)) if *first == word => {
                self.words = rest;
                true
            }
            _ => false,
        }
    }
}

#[test]
fn an_expression_is_allowed_if_allowed_licenses_fulfill_it() {
    let allowed = ["MIT", "Apache-2.0", "ISC"];
    for good in [
        "MIT",
        "GPL-3.0 OR MIT",
        "MIT/Unlicense",
        "Apache-2.0 AND ISC",
        "(GPL-3.0 OR MIT) AND Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(allows(good, &allowed), "{good}");
    }
    for bad in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT OR ISC) AND GPL-3.0",
        "MIT OR",
        "(MIT",
        "MIT ISC",
    ] {
        assert!(!allows(bad, &allowed), "{bad}");
    }
}
