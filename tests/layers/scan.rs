//! Rust source as tokens, and the paths in it: as much of the language as it takes
//! to know what a file uses, without comments and strings fooling anybody.

/// A word or a single other character, with its line from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'s> {
    pub text: &'s str,
    pub line: usize,
}

impl Token<'_> {
    fn is_word(self) -> bool {
        self.text.starts_with(is_word)
    }
}

/// A path such as `crate::model::Run`, with what `use` groups spelled out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedPath {
    pub segments: Vec<String>,
    pub line: usize,
    /// Whether it stands in a `mod tests`.
    pub in_tests: bool,
}

impl UsedPath {
    fn new(segments: Vec<String>, line: usize) -> Self {
        Self {
            segments,
            line,
            in_tests: false,
        }
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The tokens of a source text. Comments are skipped; strings and character
/// literals are one token without their contents, lifetimes are none.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut line = 1;
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        let (length, kept) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), None)
        } else if rest.starts_with("/*") {
            (block_comment(rest), None)
        } else if let Some(length) = string(rest) {
            (length, Some("\"\""))
        } else if let Some(length) = character(rest) {
            (length, Some("''"))
        } else if first == '\'' {
            (1 + word_length(&rest[1..]), None)
        } else if let Some(name) = rest.strip_prefix("r#").filter(|name| word_length(name) > 0) {
            // A name that is spelled like a keyword is not the keyword.
            let length = 2 + word_length(name);
            (length, Some(&rest[..length]))
        } else if is_word(first) {
            let length = word_length(rest);
            (length, Some(&rest[..length]))
        } else {
            let length = first.len_utf8();
            (length, (!first.is_whitespace()).then(|| &rest[..length]))
        };
        if let Some(text) = kept {
            tokens.push(Token { text, line });
        }
        line += rest[..length].matches('\n').count();
        at += length;
    }
    tokens
}

fn word_length(text: &str) -> usize {
    text.find(|c| !is_word(c)).unwrap_or(text.len())
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The length of a string literal of any kind.
fn string(text: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        let behind = text.strip_prefix(prefix).unwrap_or_default();
        let behind = if prefix.ends_with('r') {
            behind.trim_start_matches('#')
        } else {
            behind
        };
        behind.starts_with('"')
    })?;
    let body = &text[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = body.len() - body.trim_start_matches('#').len();
        let end = format!("\"{}", "#".repeat(hashes));
        let contents = &body[hashes + 1..];
        let length = contents
            .find(&end)
            .map_or(contents.len(), |at| at + end.len());
        return Some(prefix.len() + hashes + 1 + length);
    }
    Some(prefix.len() + quoted(body, '"'))
}

/// The length of a character or byte literal; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let prefix = usize::from(text.starts_with("b'"));
    let body = text[prefix..].strip_prefix('\'')?;
    let first = body.chars().next()?;
    let closed = first == '\\' || body[first.len_utf8()..].starts_with('\'');
    closed.then(|| prefix + quoted(&text[prefix..], '\''))
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return at + 1;
        }
    }
    text.len()
}

/// All paths of a file, in `use` declarations and everywhere else. `module` is the
/// file's own path from the crate down: `super` and `self` are resolved by it, so
/// that a path into this crate always begins with `crate`.
pub fn paths(tokens: &[Token<'_>], module: &[&str]) -> Vec<UsedPath> {
    let mut paths = Vec::new();
    // What each open brace belongs to: the name of a module, or nothing.
    let mut braces: Vec<Option<&str>> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let text = |offset: usize| tokens.get(at + offset).map_or("", |t| t.text);
        let mut found = Vec::new();
        match token.text {
            "mod" if text(2) == "{" => {
                braces.push(Some(tokens[at + 1].text));
                at += 3;
                continue;
            }
            "{" => braces.push(None),
            "}" => drop(braces.pop()),
            // `use<'a>` says which lifetimes a type captures.
            "use" if text(1) != "<" => at = tree(tokens, at + 1, &[], &mut found),
            _ => at = chain(tokens, at, &mut found),
        }
        let inner: Vec<&str> = braces.iter().flatten().copied().collect();
        let here = [module, &inner].concat();
        paths.extend(found.into_iter().map(|path| resolved(path, &here)));
        at += 1;
    }
    paths
}

/// A tree of a `use` declaration, from its first token on. Returns its last token.
fn tree(tokens: &[Token<'_>], start: usize, before: &[String], out: &mut Vec<UsedPath>) -> usize {
    let mut segments = before.to_vec();
    let mut at = start;
    while let Some(token) = tokens.get(at) {
        match token.text {
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|t| t.text != "}") {
                    at = tree(tokens, at, &segments, out) + 1;
                    at += usize::from(tokens.get(at).is_some_and(|t| t.text == ","));
                }
                return at;
            }
            "as" => {
                at += 2;
                break;
            }
            ":" => at += 1,
            "," | ";" | "}" => break,
            text => {
                segments.push(text.to_owned());
                at += 1;
            }
        }
    }
    let line = tokens.get(start).map_or(0, |t| t.line);
    out.push(UsedPath::new(segments, line));
    at.saturating_sub(1)
}

/// A path outside of `use`: words with `::` between them. Returns its last token.
fn chain(tokens: &[Token<'_>], start: usize, out: &mut Vec<UsedPath>) -> usize {
    let token = tokens[start];
    let before = |text: &str, offset: usize| {
        start >= offset && tokens.get(start - offset).is_some_and(|t| t.text == text)
    };
    // The rest of a path whose beginning is a type in angle brackets.
    let continues = before(":", 1) && before(":", 2) && before(">", 3);
    if !token.is_word() || before(".", 1) || continues {
        return start;
    }
    let mut segments = vec![token.text.to_owned()];
    let mut at = start;
    while let [a, b, next, ..] = &tokens[at + 1..] {
        if a.text != ":" || b.text != ":" || !next.is_word() {
            break;
        }
        segments.push(next.text.to_owned());
        at += 3;
    }
    if segments.len() > 1 {
        out.push(UsedPath::new(segments, token.line));
    }
    at
}

fn resolved(mut path: UsedPath, here: &[&str]) -> UsedPath {
    let supers = path.segments.iter().take_while(|s| *s == "super").count();
    let selves = usize::from(path.segments.first().is_some_and(|s| s == "self"));
    // `self::super::x` is legal, if nobody writes it.
    let dots = supers + selves;
    if dots > 0 {
        let kept = here.len().saturating_sub(supers);
        let base = std::iter::once("crate").chain(here[..kept].iter().copied());
        path.segments = base
            .map(str::to_owned)
            .chain(path.segments.drain(dots..))
            .collect();
    }
    path.in_tests = here.contains(&"tests");
    path
}

/// The tokens inside of each `name! { … }`, without the brackets.
pub fn macro_bodies<'t, 's>(tokens: &'t [Token<'s>], name: &str) -> Vec<&'t [Token<'s>]> {
    let mut bodies = Vec::new();
    for (at, window) in tokens.windows(3).enumerate() {
        if window[0].text != name || window[1].text != "!" {
            continue;
        }
        let mut depth = 0;
        let end = tokens[at + 2..].iter().position(|token| {
            match token.text {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let end = end.map_or(tokens.len(), |end| at + 2 + end);
        bodies.push(&tokens[(at + 3).min(end)..end]);
    }
    bodies
}
