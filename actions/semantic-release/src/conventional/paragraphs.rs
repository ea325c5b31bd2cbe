//! The body: paragraphs, unwrapped, and what some of them mean.

use crate::pytext::{is_space, is_word, strip};

/// The paragraphs of a body: wrapped lines joined, footers on consecutive lines pulled apart.
pub(crate) fn split(body: &str) -> Vec<String> {
    let mut text = join_hyphens(&trim_line_endings(body));
    loop {
        let spread = spread_footers(&text);
        if spread == text {
            break;
        }
        text = spread;
    }
    strip(&text)
        .split("\n\n")
        .map(|paragraph| strip(&unwrap(paragraph)).to_owned())
        .filter(|paragraph| !paragraph.is_empty())
        .collect()
}

/// No blanks, carriage returns or form feeds before a line feed.
fn trim_line_endings(text: &str) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let last = lines.pop();
    let mut out = String::with_capacity(text.len());
    for line in lines {
        out.push_str(line.trim_end_matches(['\r', '\t', '\u{c}', '\u{b}', ' ']));
        out.push('\n');
    }
    out.push_str(last.unwrap_or_default());
    out
}

/// `well-` + `known` on two lines is `well-known`.
fn join_hyphens(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("-\n") {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let after = after.strip_prefix("-\n").unwrap_or_default();
        out.push_str(before);
        let joined = out.chars().next_back().is_some_and(is_word)
            && after.chars().next().is_some_and(is_word);
        out.push_str(if joined { "-" } else { "-\n" });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// One pass: an empty line after a footer line that another `name:` line follows. A line moved
/// apart is not looked at again in the same pass.
fn spread_footers(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut out = String::with_capacity(text.len() + 8);
    let mut index = 0;
    while let Some(line) = lines.get(index) {
        if index > 0 {
            out.push('\n');
        }
        let next = lines.get(index + 1);
        match (footer(line), next) {
            (Some(footer), Some(next)) if next.find(':').is_some_and(|colon| colon > 0) => {
                out.push_str(footer);
                out.push_str("\n\n");
                out.push_str(next);
                index += 2;
            }
            _ => {
                out.push_str(line);
                index += 1;
            }
        }
    }
    out
}

/// `name: value` with at most two blanks before it; returned without them.
fn footer(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(' ');
    let name = text.find(|c: char| !(is_word(c) || c == '-')).unwrap_or(text.len());
    let value = text.get(name..)?.strip_prefix(": ")?;
    (line.len() - text.len() <= 2 && !value.is_empty()).then_some(text)
}

/// Line feeds become blanks, except after a hyphen and before a bullet or an indented line.
fn unwrap(paragraph: &str) -> String {
    let mut out = String::with_capacity(paragraph.len());
    let mut characters = paragraph.chars().peekable();
    let mut before = None;
    while let Some(c) = characters.next() {
        let keeps =
            characters.peek().is_some_and(|next| is_space(*next) || matches!(next, '*' | '-'));
        if c == '\n' && before != Some('-') && !keeps {
            out.push(' ');
        } else {
            out.push(c);
        }
        before = Some(c);
    }
    out
}

/// The text of a breaking-change paragraph: the rest of its first line, which must not be empty.
pub(crate) fn breaking(paragraph: &str) -> Option<&str> {
    let rest = ["BREAKING CHANGE:", "BREAKING-CHANGE:"]
        .iter()
        .find_map(|start| paragraph.strip_prefix(start))?;
    let rest = rest.strip_prefix(is_space).unwrap_or(rest);
    let text = rest.split('\n').next().unwrap_or_default();
    (!text.is_empty()).then_some(text)
}

/// The text of a `NOTICE:` paragraph of one line.
pub(crate) fn notice(paragraph: &str) -> Option<&str> {
    let text = paragraph.strip_prefix("NOTICE: ")?;
    (!text.is_empty() && !text.contains('\n')).then_some(text)
}

const CLOSING: [&str; 15] = [
    "close",
    "closes",
    "closed",
    "closing",
    "fix",
    "fixes",
    "fixed",
    "fixing",
    "resolve",
    "resolves",
    "resolved",
    "resolving",
    "implement",
    "implements",
    "implemented",
];

/// The issues of a closing footer; `None` when the paragraph has none with a number in it.
pub(crate) fn issues(paragraph: &str) -> Option<Vec<String>> {
    let predicate = paragraph.split('\n').find_map(closing)?;
    let issues: Vec<String> = separate(predicate)
        .split(',')
        .filter(|issue| issue.contains(|c: char| c.is_ascii_digit()))
        .map(str::to_owned)
        .collect();
    (!issues.is_empty()).then_some(issues)
}

fn closing(line: &str) -> Option<&str> {
    let (word, rest) = line.split_once(':')?;
    let known = |word: &str| {
        CLOSING.iter().chain(&["implementing"]).any(|closing| closing.eq_ignore_ascii_case(word))
    };
    let predicate = rest.trim_start_matches([' ', '\t']);
    (known(word) && predicate.len() < rest.len() && !predicate.is_empty()).then_some(predicate)
}

/// Every separator (`,`, `;`, `/`, `&`, blanks, ` and `) becomes one comma.
fn separate(predicate: &str) -> String {
    let mut out = String::new();
    let mut rest = predicate;
    while let Some(c) = rest.chars().next() {
        let after_and = rest.strip_prefix(',').unwrap_or(rest).strip_prefix(" and ");
        let blanks = rest.trim_start_matches(' ');
        if let Some(after) = after_and {
            out.push(',');
            rest = after;
        } else if let Some(after) = blanks.strip_prefix([',', ';', '/', '&']) {
            out.push(',');
            rest = after.trim_start_matches(' ');
        } else if blanks.len() < rest.len() {
            out.push(',');
            rest = blanks;
        } else {
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs() {
        for (body, expected) in [
            ("a\nb", vec!["a b"]),
            ("a \r\nb", vec!["a b"]),
            ("well-\nknown", vec!["well-known"]),
            ("a -\nb", vec!["a -\nb"]),
            ("list:\n- a\n- b", vec!["list:\n- a\n- b"]),
            ("a\n\n\nb", vec!["a", "b"]),
            (
                "Signed-off-by: x\nReviewed-by: y\nCo-authored-by: z",
                vec!["Signed-off-by: x", "Reviewed-by: y", "Co-authored-by: z"],
            ),
            ("text\nBREAKING CHANGE: y", vec!["text BREAKING CHANGE: y"]),
            ("a: b\nBREAKING CHANGE: y\nmore", vec!["a: b", "BREAKING CHANGE: y more"]),
            ("  a: b\n  c: d", vec!["a: b", "c: d"]),
            ("   a: b\n   c: d", vec!["a: b\n   c: d"]),
        ] {
            assert_eq!(split(body), expected, "{body:?}");
        }
    }

    #[test]
    fn meanings() {
        assert_eq!(breaking("BREAKING CHANGE: x"), Some("x"));
        assert_eq!(breaking("BREAKING-CHANGE:x\n- y"), Some("x"));
        assert_eq!(breaking("BREAKING CHANGE:\n- x"), Some("- x"));
        assert_eq!(breaking("BREAKING CHANGE: "), None);
        assert_eq!(breaking("BREAKING CHANGE # x"), None);
        assert_eq!(notice("NOTICE: x"), Some("x"));
        assert_eq!(notice("NOTICE: x\n- y"), None);
        let found = |text: &str| issues(text).map(|issues| issues.join("|"));
        assert_eq!(
            found("Closes: #1, #2; #3/#4 & #5 and #6"),
            Some("#1|#2|#3|#4|#5|#6".to_owned())
        );
        assert_eq!(found("fixes: ABC-1 then"), Some("ABC-1".to_owned()));
        assert_eq!(found("implementing:\t#9"), Some("#9".to_owned()));
        assert_eq!(found("closes #1"), None);
        assert_eq!(found("closes: nothing"), None);
    }
}
