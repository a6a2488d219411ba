//! Whether a text looks like Markdown. Any text is Markdown, so this counts the marks that
//! writers of it use and that other texts seldom have together.

/// Bytes that are looked at.
const HEAD: usize = 64 << 10;

/// What marks there are.
#[derive(Default)]
struct Marks {
    headings: usize,
    items: usize,
    fences: usize,
    tables: usize,
    links: usize,
    emphasis: usize,
    quotes: usize,
    /// Lines as a program or a list of settings has them.
    foreign: usize,
    lines: usize,
}

/// Whether the beginning of a text is marked up: by a table, by code between fences, or in
/// two ways at least. What reads like a program is not.
pub fn looks_like(text: &str) -> bool {
    let end = (0..=HEAD.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    let head = text.get(..end.unwrap_or(0)).unwrap_or_default();
    let marks = count(head);
    let kinds = [
        marks.headings,
        marks.items,
        marks.fences,
        marks.links,
        marks.emphasis,
        marks.quotes,
    ];
    let kinds = kinds.iter().filter(|count| **count > 0).count();
    let is_marked = marks.tables > 0 || marks.fences > 1 || kinds > 1;
    is_marked && marks.foreign * 2 <= marks.lines
}

fn count(text: &str) -> Marks {
    let mut marks = Marks::default();
    let mut fence: Option<&str> = None;
    let mut before = "";
    for line in text.lines() {
        let trimmed = line.trim();
        let fenced = ["```", "~~~"]
            .into_iter()
            .find(|mark| trimmed.starts_with(mark));
        match (fence, fenced) {
            (Some(open), Some(mark)) if open == mark => {
                marks.fences += 1;
                fence = None;
            }
            (Some(_), _) => {}
            (None, Some(mark)) => {
                marks.fences += 1;
                fence = Some(mark);
            }
            (None, None) if !trimmed.is_empty() => {
                marks.lines += 1;
                marks.line(line, trimmed, before);
            }
            (None, None) => {}
        }
        before = trimmed;
    }
    marks
}

impl Marks {
    fn line(&mut self, line: &str, trimmed: &str, before: &str) {
        let is_item = ["- ", "* ", "+ "]
            .iter()
            .any(|mark| trimmed.starts_with(mark))
            || is_numbered(trimmed);
        let is_rule = |mark: char| trimmed.len() > 2 && trimmed.chars().all(|c| c == mark);
        if is_heading(line) || !before.is_empty() && (is_rule('=') || is_rule('-')) {
            self.headings += 1;
        } else if is_item {
            self.items += 1;
        } else if trimmed.starts_with("> ") {
            self.quotes += 1;
        } else if is_table_rule(trimmed) && before.contains('|') {
            self.tables += 1;
        }
        if has_link(trimmed) {
            self.links += 1;
        }
        if has_emphasis(trimmed) {
            self.emphasis += 1;
        }
        if is_foreign(trimmed) {
            self.foreign += 1;
        }
    }
}

/// `# ` to `###### `, at the start of a line.
fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    (1..=6).contains(&level) && rest.starts_with(' ') && !rest.trim().is_empty()
}

/// `1. ` or `1) `
fn is_numbered(line: &str) -> bool {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - rest.len();
    (1..=9).contains(&digits) && (rest.starts_with(". ") || rest.starts_with(") "))
}

/// `|---|:--:|`
fn is_table_rule(line: &str) -> bool {
    line.contains("--")
        && line.contains('|')
        && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

/// `[text](address)`
fn has_link(line: &str) -> bool {
    let Some((head, rest)) = line.split_once("](") else {
        return false;
    };
    let address = rest.split(')').next().unwrap_or_default();
    let is_whole = address.len() < rest.len();
    head.contains('[') && is_whole && !address.is_empty() && !address.contains(' ')
}

/// `**word**` and `` `word` ``, with nothing of a word around them and no blanks within.
fn has_emphasis(line: &str) -> bool {
    ["**", "`"].iter().any(|mark| {
        let mut parts = line.split(mark);
        let (Some(before), Some(within), Some(behind)) = (parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        let of_word = |c: char| c.is_alphanumeric() || c == '_';
        !within.is_empty()
            && within.trim() == within
            && !before.ends_with(of_word)
            && !behind.starts_with(of_word)
    })
}

/// A line of Python, of settings, or the end of a statement.
fn is_foreign(line: &str) -> bool {
    const BEGINS: [&str; 10] = [
        "import ", "from ", "def ", "class ", "return ", "if ", "for ", "#!", "@", "self.",
    ];
    let is_code = BEGINS.iter().any(|begin| line.starts_with(begin))
        || line.ends_with([';', '{', '}'])
        || line.ends_with("):")
        || line.contains(" = ");
    let line = line.strip_prefix("- ").unwrap_or(line);
    let name = line.split([':', '=']).next().unwrap_or_default();
    let is_setting = !name.is_empty()
        && name.len() < line.len()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\''));
    is_code || is_setting
}

#[cfg(test)]
mod tests {
    use super::looks_like;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(looks_like(text), expected, "{text}");
    }

    #[test]
    fn what_is_marked_up_is_told_from_other_texts() {
        check("# A report\n\n- one\n- two\n", true);
        check(
            "Title\n=====\n\nSome *words*, and a [link](https://example.org).\n",
            true,
        );
        check("| a | b |\n|---|--:|\n| 1 | 2 |\n", true);
        check("Call it so:\n\n```python\nx = 1\n```\n", true);
        check(
            "Use `fit`, then **predict**.\n\n1. first\n2. second\n",
            true,
        );
        check("", false);
        check("A sentence.\nAnother one.\n", false);
        check(
            "# a comment\nimport os\n\n# another\ndef f(x):\n    return x\n",
            false,
        );
        check("# settings\nname: x\nlist:\n- a: 1\n- b: 2\n", false);
        check("[section]\nkey = value\n# comment\n", false);
        check("epoch 1 loss 0.5\nepoch 2 loss 0.4\n- done\n", false);
        check("a,b\n1,2\n3,4\n", false);
        check("f(**a, **b)\n2 ** 3 ** 4\n", false);
    }
}
