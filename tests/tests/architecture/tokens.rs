//! Rust source text cut into words, texts and marks: enough to see what code names, without
//! mistaking a comment or a string for code.

/// One piece of source text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// The line on which it begins, from 1.
    pub(crate) line: usize,
    pub(crate) kind: TokenKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A name, keyword or number.
    Word(String),
    /// What stands in a string literal.
    Text(String),
    /// Any other character.
    Mark(char),
}

impl Token {
    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(&self.kind, TokenKind::Word(own) if own == word)
    }

    pub(crate) fn is_mark(&self, mark: char) -> bool {
        self.kind == TokenKind::Mark(mark)
    }
}

/// Cuts `source` into tokens and drops comments and character literals.
pub(crate) fn read(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let mut reader = Reader {
        chars: &chars,
        at: 0,
        line: 1,
        tokens: Vec::new(),
    };
    reader.run();
    reader.tokens
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
    line: usize,
    tokens: Vec<Token>,
}

impl Reader<'_> {
    fn run(&mut self) {
        while let Some(c) = self.peek(0) {
            let line = self.line;
            let kind = if c == '/' && self.peek(1) == Some('/') {
                self.skip_while(|c| c != '\n');
                continue;
            } else if c == '/' && self.peek(1) == Some('*') {
                self.skip_block_comment();
                continue;
            } else if c == '"' {
                TokenKind::Text(self.string())
            } else if c == '\'' {
                self.skip_quote();
                continue;
            } else if c.is_alphanumeric() || c == '_' {
                self.word()
            } else {
                self.bump();
                if c.is_whitespace() {
                    continue;
                }
                TokenKind::Mark(c)
            };
            self.tokens.push(Token { line, kind });
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn bump(&mut self) {
        if self.peek(0) == Some('\n') {
            self.line += 1;
        }
        self.at += 1;
    }

    fn skip_while(&mut self, more: impl Fn(char) -> bool) {
        while self.peek(0).is_some_and(&more) {
            self.bump();
        }
    }

    fn skip_block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => {
                    depth += 1;
                    self.bump();
                }
                (Some('*'), Some('/')) => {
                    depth -= 1;
                    self.bump();
                }
                (None, _) => return,
                _ => {}
            }
            self.bump();
            if depth == 0 {
                return;
            }
        }
    }

    /// A string literal, its escapes left as they are.
    fn string(&mut self) -> String {
        let mut text = String::new();
        self.bump();
        while let Some(c) = self.peek(0) {
            self.bump();
            match c {
                '"' => break,
                '\\' => {
                    text.push(c);
                    text.extend(self.peek(0));
                    self.bump();
                }
                _ => text.push(c),
            }
        }
        text
    }

    /// A character literal is skipped whole, of a lifetime only the quote.
    fn skip_quote(&mut self) {
        self.bump();
        if self.peek(0) == Some('\\') {
            self.bump();
            self.bump();
            self.skip_while(|c| c != '\'');
            self.bump();
        } else if self.peek(1) == Some('\'') {
            self.bump();
            self.bump();
        }
    }

    fn word(&mut self) -> TokenKind {
        let begin = self.at;
        self.skip_while(|c| c.is_alphanumeric() || c == '_');
        let word: String = self.chars[begin..self.at].iter().collect();
        if matches!(word.as_str(), "r" | "br" | "cr")
            && let Some(text) = self.raw_string()
        {
            return TokenKind::Text(text);
        }
        TokenKind::Word(word)
    }

    /// The rest of a raw string, or nothing (and nowhere moved) if there is none.
    fn raw_string(&mut self) -> Option<String> {
        let hashes = self.chars[self.at..]
            .iter()
            .take_while(|c| **c == '#')
            .count();
        if self.peek(hashes) != Some('"') {
            return None;
        }
        for _ in 0..=hashes {
            self.bump();
        }
        let mut text = String::new();
        while let Some(c) = self.peek(0) {
            self.bump();
            if c == '"' && (0..hashes).all(|ahead| self.peek(ahead) == Some('#')) {
                self.at += hashes;
                break;
            }
            text.push(c);
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<String> {
        read(source)
            .into_iter()
            .filter_map(|token| match token.kind {
                TokenKind::Word(word) => Some(word),
                TokenKind::Text(_) | TokenKind::Mark(_) => None,
            })
            .collect()
    }

    #[test]
    fn comments_and_texts_are_not_code() {
        let source = r##"
            a // b
            /* c /* d */ e */ f("g // h \" i", r#"j " k"#, 'l', '\'', '"') m<'n>
        "##;
        assert_eq!(words(source), ["a", "f", "m", "n"]);
    }

    #[test]
    fn a_token_knows_its_line() {
        let lines: Vec<usize> = read("a\n\"b\nc\"\nd")
            .iter()
            .map(|token| token.line)
            .collect();
        assert_eq!(lines, [1, 2, 4]);
    }
}
