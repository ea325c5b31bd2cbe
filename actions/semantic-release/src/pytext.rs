//! Text as Python's `str` and `re` see it, where that decides an answer.

/// What `\s` matches and `str.strip` removes.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// What `\w` matches.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// `str.strip()`.
pub fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// `text[:1].upper() + text[1:]`.
pub fn capitalize_first(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}

/// Jinja's `title`: every word starts with a capital, the rest is lower case.
pub fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at_start = true;
    for c in text.chars() {
        if is_space(c) || matches!(c, '-' | '(' | '{' | '[' | '<') {
            at_start = true;
            out.push(c);
        } else if at_start {
            at_start = false;
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out
}

/// `textwrap.dedent`: the indentation all lines share is removed, blank lines become empty.
pub fn dedent(text: &str) -> String {
    let is_blank = |line: &str| line.chars().all(|c| c == ' ' || c == '\t');
    let mut margin: Option<&str> = None;
    for line in text.split('\n').filter(|line| !is_blank(line)) {
        let rest = line.trim_start_matches([' ', '\t']);
        let indent = line.strip_suffix(rest).unwrap_or_default();
        margin = Some(margin.map_or(indent, |margin| shared(margin, indent)));
    }
    let margin = margin.unwrap_or_default();
    let lines: Vec<&str> = text
        .split('\n')
        .map(|line| if is_blank(line) { "" } else { line.strip_prefix(margin).unwrap_or(line) })
        .collect();
    lines.join("\n")
}

fn shared<'a>(a: &'a str, b: &str) -> &'a str {
    let length = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    a.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_does() {
        assert_eq!(strip(" \u{1f}\u{a0}a b\n "), "a b");
        assert_eq!(capitalize_first("ßa"), "SSa");
        assert_eq!(capitalize_first(""), "");
        assert_eq!(title("bug fixes"), "Bug Fixes");
        assert_eq!(title("my-own {type} a_b"), "My-Own {Type} A_b");
        assert_eq!(dedent("  a\n    b\n \n  c"), "a\n  b\n\nc");
        assert_eq!(dedent("\ta\n  b"), "\ta\n  b");
        assert_eq!(dedent("a\n  b"), "a\n  b");
    }
}
