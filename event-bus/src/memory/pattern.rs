//! Which routing keys a topic binding lets through.

/// Whether `key` matches `pattern`: words with dots between them, `*` for one word, `#` for any
/// number of words, none included (AMQP 0-9-1, section 3.1.3.3).
pub(super) fn matches(pattern: &str, key: &str) -> bool {
    let pattern: Vec<_> = pattern.split('.').collect();
    let key: Vec<_> = key.split('.').collect();
    words_match(&pattern, &key)
}

fn words_match(pattern: &[&str], key: &[&str]) -> bool {
    match (pattern, key) {
        ([], []) => true,
        (["#", rest @ ..], _) => (0..=key.len()).any(|skipped| words_match(rest, &key[skipped..])),
        (["*", rest @ ..], [_, after @ ..]) => words_match(rest, after),
        ([word, rest @ ..], [first, after @ ..]) => word == first && words_match(rest, after),
        ([], [_, ..]) | ([_, ..], []) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_word_and_a_hash_any_number_of_words() {
        for (pattern, key, expected) in [
            ("#", "thing.updated", true),
            ("#", "", true),
            ("thing.*", "thing.updated", true),
            ("thing.*", "thing", false),
            ("thing.*", "thing.updated.twice", false),
            ("thing.#", "thing", true),
            ("*.requested.one", "replay.requested.one", true),
            ("*.requested.one", "replay.requested.two", false),
            ("#.one", "a.b.one", true),
            ("thing.updated", "thing.updated", true),
            ("thing.updated", "thing.deleted", false),
        ] {
            assert_eq!(matches(pattern, key), expected, "{pattern} {key}");
        }
    }
}
