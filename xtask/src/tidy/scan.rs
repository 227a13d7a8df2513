//! Just enough reading of Rust to tell code from strings and comments, and to find where a brace closes.

/// A string literal: the line it opens on, and what stands between its quotes (escapes untouched).
pub struct Literal {
    pub line: usize,
    pub text: String,
}

/// One Rust file: `code` is the text with comments and the insides of strings blanked, character for character.
pub struct Rust {
    code: Vec<char>,
    line_of: Vec<usize>,
    pub literals: Vec<Literal>,
    test_spans: Vec<(usize, usize)>,
}

impl Rust {
    pub fn read(text: &str) -> Rust {
        let mut scanner = Scanner { chars: text.chars().collect(), at: 0, line: 1, code: Vec::new(), literals: vec![] };
        scanner.run();
        let mut line = 1;
        let mut line_of = Vec::with_capacity(scanner.code.len());
        for c in &scanner.code {
            line_of.push(line);
            line += usize::from(*c == '\n');
        }
        let mut rust = Rust { code: scanner.code, line_of, literals: scanner.literals, test_spans: Vec::new() };
        rust.test_spans = rust.find_test_spans();
        rust
    }

    pub fn char_at(&self, at: usize) -> Option<char> {
        self.code.get(at).copied()
    }

    pub fn line_at(&self, at: usize) -> usize {
        self.line_of.get(at).or(self.line_of.last()).copied().unwrap_or(1)
    }

    /// Blanked lines, numbered from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, String)> {
        let text: String = self.code.iter().collect();
        text.lines().map(str::to_string).enumerate().map(|(i, line)| (i + 1, line)).collect::<Vec<_>>().into_iter()
    }

    /// Whether the line stands inside something marked `#[cfg(test)]`.
    pub fn is_test_line(&self, line: usize) -> bool {
        self.test_spans.iter().any(|(from, to)| (*from..=*to).contains(&line))
    }

    /// Where `words` starts, never inside a longer name.
    pub fn find(&self, words: &str) -> Vec<usize> {
        let wanted: Vec<char> = words.chars().collect();
        let starts_name = wanted.first().is_some_and(|c| is_name(*c));
        let ends_name = wanted.last().is_some_and(|c| is_name(*c));
        let clear = |at: Option<usize>| at.and_then(|at| self.char_at(at)).is_none_or(|c| !is_name(c));
        self.code
            .windows(wanted.len().max(1))
            .enumerate()
            .filter(|(at, window)| {
                *window == wanted
                    && (!starts_name || clear(at.checked_sub(1)))
                    && (!ends_name || clear(Some(at + wanted.len())))
            })
            .map(|(at, _)| at)
            .collect()
    }

    /// From a place on: the first `{` or `;` outside round and square brackets.
    pub fn body_start(&self, from: usize) -> Option<(usize, char)> {
        let mut depth = 0usize;
        for (at, c) in self.code.iter().enumerate().skip(from) {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                '{' | ';' if depth == 0 => return Some((at, *c)),
                _ => {}
            }
        }
        None
    }

    /// The `}` that closes the `{` standing at `open`.
    pub fn closing_brace(&self, open: usize) -> Option<usize> {
        let mut depth = 0usize;
        for (at, c) in self.code.iter().enumerate().skip(open) {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => continue,
            }
            if depth == 0 {
                return Some(at);
            }
        }
        None
    }

    fn find_test_spans(&self) -> Vec<(usize, usize)> {
        self.find("#[cfg(test)]")
            .into_iter()
            .filter_map(|at| {
                let (open, kind) = self.body_start(at + "#[cfg(test)]".len())?;
                let end = if kind == '{' { self.closing_brace(open)? } else { open };
                Some((self.line_at(at), self.line_at(end)))
            })
            .collect()
    }
}

pub fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

struct Scanner {
    chars: Vec<char>,
    at: usize,
    line: usize,
    code: Vec<char>,
    literals: Vec<Literal>,
}

impl Scanner {
    fn run(&mut self) {
        while let Some(c) = self.peek(0) {
            match (c, self.peek(1)) {
                ('/', Some('/')) => self.blank_while(|c| c != '\n'),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.string(0, true),
                ('r' | 'b' | 'c', _) if !self.after_name() => self.maybe_prefixed(),
                ('\'', _) => self.quote(),
                _ => self.keep(),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn after_name(&self) -> bool {
        self.code.last().is_some_and(|c| is_name(*c))
    }

    fn take(&mut self, shown: bool) {
        if let Some(c) = self.peek(0) {
            self.line += usize::from(c == '\n');
            self.code.push(if shown || c == '\n' { c } else { ' ' });
            self.at += 1;
        }
    }

    fn keep(&mut self) {
        self.take(true);
    }

    fn blank_while(&mut self, wanted: impl Fn(char) -> bool) {
        while self.peek(0).is_some_and(&wanted) {
            self.take(false);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0usize;
        while let Some(c) = self.peek(0) {
            match (c, self.peek(1)) {
                ('/', Some('*')) => depth += 1,
                ('*', Some('/')) => depth -= 1,
                _ => {
                    self.take(false);
                    continue;
                }
            }
            self.take(false);
            self.take(false);
            if depth == 0 {
                break;
            }
        }
    }

    /// `r"`, `r#"`, `b"`, `br#"`, `c"`, `cr"`; anything else is a name.
    fn maybe_prefixed(&mut self) {
        let mut ahead = 1;
        let mut raw = self.peek(0) == Some('r');
        if !raw && self.peek(1) == Some('r') {
            raw = true;
            ahead = 2;
        }
        let mut hashes = 0;
        while raw && self.peek(ahead) == Some('#') {
            hashes += 1;
            ahead += 1;
        }
        if self.peek(ahead) != Some('"') {
            return self.keep();
        }
        for _ in 0..ahead {
            self.keep();
        }
        self.string(hashes, !raw);
    }

    fn string(&mut self, hashes: usize, escapes: bool) {
        let line = self.line;
        let mut text = String::new();
        self.keep();
        while let Some(c) = self.peek(0) {
            if c == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == Some('#')) {
                self.keep();
                (0..hashes).for_each(|_| self.keep());
                break;
            }
            if c == '\\' && escapes {
                text.push(c);
                self.take(false);
            }
            text.extend(self.peek(0));
            self.take(false);
        }
        self.literals.push(Literal { line, text });
    }

    /// A character literal is blanked; a lifetime is kept.
    fn quote(&mut self) {
        if self.peek(1) == Some('\\') {
            self.keep();
            self.take(false);
            self.take(false);
            self.blank_while(|c| c != '\'' && c != '\n');
            self.keep();
        } else if self.peek(2) == Some('\'') {
            self.keep();
            self.take(false);
            self.keep();
        } else {
            self.keep();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rust;

    fn code(text: &str) -> String {
        Rust::read(text).code.iter().collect()
    }

    #[test]
    fn strings_and_comments_are_blanked_and_length_is_kept() {
        let text = "let a = \"x{\\\"\"; // {\nlet b = r#\"\"{\"#; /* { /* { */ */ let c = '{';";
        let seen = code(text);
        assert_eq!(seen.chars().count(), text.chars().count());
        assert!(!seen.contains('{'), "{seen}");
    }

    #[test]
    fn lifetimes_and_escaped_quotes_do_not_open_anything() {
        let seen = code("fn f<'a>(x: &'a str) -> char { '\\'' } fn g() { '\"'; '\\u{7b}' }");
        assert_eq!(seen.matches('{').count(), 2);
        assert_eq!(seen.matches('}').count(), 2);
    }

    #[test]
    fn literals_carry_their_line() {
        let rust = Rust::read("\n\nlet q = b\"one\";\nlet r = br#\"two\"#;");
        let found: Vec<(usize, &str)> = rust.literals.iter().map(|l| (l.line, l.text.as_str())).collect();
        assert_eq!(found, [(3, "one"), (4, "two")]);
    }

    #[test]
    fn test_modules_are_known() {
        let rust = Rust::read("fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\nfn c() {}\n");
        assert_eq!([1, 2, 4, 5, 6].map(|line| rust.is_test_line(line)), [false, true, true, true, false]);
    }

    #[test]
    fn names_are_found_whole() {
        let rust = Rust::read("fnord fn x; afn fn");
        assert_eq!(rust.find("fn"), [6, 16]);
    }
}
