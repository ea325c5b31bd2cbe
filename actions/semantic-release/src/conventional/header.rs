//! The first line: type, scope, mark, subject.

use crate::pytext::is_space;

/// A matched header, borrowed from the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header<'m> {
    pub(crate) kind: &'m str,
    pub(crate) scope: Option<&'m str>,
    pub(crate) breaking: bool,
    pub(crate) subject: &'m str,
    /// From the end of the subject on.
    pub(crate) rest: &'m str,
}

impl<'m> Header<'m> {
    /// `type(scope)!: subject` at the start of `text`; types are tried in order.
    pub(crate) fn match_at_start(text: &'m str, types: &[String]) -> Option<Self> {
        types.iter().find_map(|kind| {
            let after = text.strip_prefix(kind.as_str())?;
            let kind = text.get(..kind.len())?;
            let with_scope =
                scopes(after).find_map(|(scope, rest)| Self::tail(kind, Some(scope), rest));
            with_scope.or_else(|| Self::tail(kind, None, after))
        })
    }

    fn tail(kind: &'m str, scope: Option<&'m str>, after: &'m str) -> Option<Self> {
        let (breaking, after) = match after.strip_prefix('!') {
            Some(after) => (true, after),
            None => (false, after),
        };
        let after = after.strip_prefix(':')?;
        let start = subject_start(after)?;
        let text = after.get(start..)?;
        let end = text.find('\n').unwrap_or(text.len());
        let (subject, rest) = text.split_at_checked(end)?;
        Some(Self { kind, scope, breaking, subject, rest })
    }
}

/// Possible scopes, longest first: up to the last `)` of the line, and so on backwards.
fn scopes(after: &str) -> impl Iterator<Item = (&str, &str)> {
    let line = after.split('\n').next().unwrap_or_default();
    let inside = line.strip_prefix('(').unwrap_or_default();
    inside
        .rmatch_indices(')')
        .filter(|(end, _)| *end > 0)
        .filter_map(move |(end, _)| Some((inside.get(..end)?, after.get(1 + end + 1..)?)))
}

/// As many blanks as there are (line feeds too), one at least, but one fewer when nothing would
/// be left for the subject.
fn subject_start(after: &str) -> Option<usize> {
    let blanks = after.find(|c: char| !is_space(c)).unwrap_or(after.len());
    let run = after.get(..blanks)?;
    if blanks == 0 {
        return None;
    }
    if blanks < after.len() {
        return Some(blanks);
    }
    run.char_indices().skip(1).filter(|(_, c)| *c != '\n').map(|(index, _)| index).last()
}

/// The subject without a pull request at its end, and the pull request: `text (#12)`, `(!12)`,
/// `(pull request #12)`. The number must end the text.
pub(crate) fn split_pull_request(subject: &str) -> Option<(String, String)> {
    let is_blank = |c: char| c == ' ' || c == '\t';
    let end = subject.strip_suffix('\n').unwrap_or(subject);
    let inside = end.trim_end_matches(is_blank).strip_suffix(')')?;
    let open = inside.rfind('(')?;
    let (before, inside) = inside.split_at_checked(open)?;
    let number = inside.strip_prefix('(')?;
    let number = number.strip_prefix("pull request ").unwrap_or(number);
    let digits = number.strip_prefix(['#', '!'])?;
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let text = before.trim_end_matches(is_blank);
    if text.len() == before.len() {
        return None;
    }
    Some((text.to_owned(), number.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Option<(String, Option<String>, bool, String)> {
        let types = ["feat".to_owned(), "fix".to_owned(), "feature".to_owned()];
        Header::match_at_start(text, &types).map(|h| {
            (h.kind.to_owned(), h.scope.map(str::to_owned), h.breaking, h.subject.to_owned())
        })
    }

    #[test]
    fn headers() {
        let h = |kind: &str, scope: Option<&str>, breaking, subject: &str| {
            Some((kind.to_owned(), scope.map(str::to_owned), breaking, subject.to_owned()))
        };
        for (text, expected) in [
            ("feat: a", h("feat", None, false, "a")),
            ("feature: a", h("feature", None, false, "a")),
            ("feat(x)!: a", h("feat", Some("x"), true, "a")),
            ("feat(a)(b): c", h("feat", Some("a)(b"), false, "c")),
            ("feat(a): b): c", h("feat", Some("a): b"), false, "c")),
            ("feat(a): b)c", h("feat", Some("a"), false, "b)c")),
            ("feat(): a", None),
            ("feat(a: b", None),
            ("feat:\n\n  a\nb", h("feat", None, false, "a")),
            ("feat:  ", h("feat", None, false, " ")),
            ("feat: ", None),
            ("feat: \n", None),
            ("feat:\u{a0}a", h("feat", None, false, "a")),
            ("feat!!: a", None),
            (" feat: a", None),
        ] {
            assert_eq!(header(text), expected, "{text:?}");
        }
    }

    #[test]
    fn pull_requests() {
        for (text, expected) in [
            ("a (#1)", Some(("a", "#1"))),
            ("a (#1) (#2)\t ", Some(("a (#1)", "#2"))),
            ("a \t(pull request #3)", Some(("a", "#3"))),
            ("a (!4)", Some(("a", "!4"))),
            ("a(#1)", None),
            ("a (#x)", None),
            ("a (#1) b", None),
            ("(#1)", None),
        ] {
            let expected = expected.map(|(a, b): (&str, &str)| (a.to_owned(), b.to_owned()));
            assert_eq!(split_pull_request(text), expected, "{text:?}");
        }
    }
}
