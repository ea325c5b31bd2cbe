//! Regular expressions as users wrote them for Python's `re`.

use fancy_regex::{Regex, RegexBuilder};

/// Steps of backtracking after which a pattern counts as not matching in reasonable time.
const BACKTRACK_LIMIT: usize = 200_000;

/// A pattern that is matched from the start of a text, and need not reach its end.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It does not compile.
    #[error("{0}")]
    Invalid(String),
    /// It took too many steps.
    #[error("the pattern backtracks too much on this text")]
    TooSlow,
}

impl Pattern {
    /// Compiles a pattern of Python's `re`.
    ///
    /// # Errors
    /// It is not a regular expression, or uses what only Python has.
    pub fn new(python: &str) -> Result<Self, PatternError> {
        let pattern = format!(r"\A(?:{})", translate(python));
        RegexBuilder::new(&pattern)
            .backtrack_limit(BACKTRACK_LIMIT)
            .build()
            .map(Self)
            .map_err(|error| PatternError::Invalid(reason(&error)))
    }

    /// Whether the text starts with a match.
    ///
    /// # Errors
    /// The limit of backtracking was reached.
    pub fn matches(&self, text: &str) -> Result<bool, PatternError> {
        self.0.is_match(text).map_err(|_| PatternError::TooSlow)
    }
}

/// Why a pattern does not compile. The place is left out: it is one in the translated pattern.
fn reason(error: &fancy_regex::Error) -> String {
    match error {
        fancy_regex::Error::ParseError(_, kind) => kind.to_string(),
        other => other.to_string(),
    }
}

/// A text that matches only itself.
pub fn escape(text: &str) -> String {
    fancy_regex::escape(text).into_owned()
}

/// What is written differently here: `\Z`; a `[` or a doubled operator inside a class, which
/// Python takes literally; a `{` that is no repetition; `\<` and `\>`.
pub(crate) fn translate(python: &str) -> String {
    let mut out = String::with_capacity(python.len());
    let mut characters = python.chars().peekable();
    let mut class: Option<usize> = None;
    while let Some(c) = characters.next() {
        if let Some(position) = class.as_mut() {
            *position += 1;
        }
        match (c, class) {
            ('\\', _) => match characters.next() {
                Some('Z') if class.is_none() => out.push_str(r"\z"),
                Some(escaped @ ('<' | '>')) => out.push(escaped),
                Some(escaped) => out.extend(['\\', escaped]),
                None => out.push('\\'),
            },
            ('[', None) => {
                class = Some(0);
                out.push('[');
                if characters.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
            }
            (']', Some(1)) => out.push_str(r"\]"),
            (']', Some(_)) => {
                class = None;
                out.push(']');
            }
            ('[' | '&' | '~', Some(_)) => out.extend(['\\', c]),
            ('{', None) if !is_repetition(characters.clone()) => out.push_str(r"\{"),
            _ => out.push(c),
        }
    }
    out
}

/// `{2}`, `{2,}`, `{,3}` or `{2,3}`, seen from behind the brace.
fn is_repetition(rest: impl Iterator<Item = char>) -> bool {
    let inside: String =
        rest.take_while(|c| c.is_ascii_digit() || *c == ',' || *c == '}').collect();
    let Some((inside, _)) = inside.split_once('}') else { return false };
    let (low, high) = inside.split_once(',').unwrap_or((inside, inside));
    let is_open = low.is_empty() && high.is_empty();
    !is_open && !high.contains(',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_as_python_does() {
        for (pattern, text, expected) in [
            ("(main|master)", "main", true),
            ("main", "mainline", true),
            ("main", "a-main", false),
            ("main$", "mainline", false),
            (r"main\Z", "main", true),
            ("(?!main$)", "dev", true),
            ("(?!main$)", "main", false),
            (r"^(?P<n>dev)-(?P=n)", "dev-dev", true),
            (r"release/(?<!x)\d+\.x", "release/1.x", true),
            ("[^[]+x", "ax", true),
            ("[]a]+b", "]ab", true),
            ("[a&&b]x", "&x", true),
            ("a{b", "a{b", true),
            ("a{2}$", "aa", true),
            ("(?i)MAIN", "main", true),
            (".*", "", true),
        ] {
            assert_eq!(
                Pattern::new(pattern).unwrap().matches(text),
                Ok(expected),
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn bad_patterns_are_told_and_bad_texts_end() {
        assert!(matches!(Pattern::new("(main"), Err(PatternError::Invalid(_))));
        assert!(matches!(Pattern::new("*"), Err(PatternError::Invalid(_))));
        let slow = Pattern::new(r"(?:(a+)+(?!b))+$").unwrap();
        let answer = slow.matches(&format!("{}c", "a".repeat(200)));
        assert!(matches!(answer, Err(PatternError::TooSlow) | Ok(false)), "{answer:?}");
    }

    proptest::proptest! {
        #[test]
        fn escaped_text_matches_itself(text in ".{0,30}") {
            assert_eq!(Pattern::new(&escape(&text)).unwrap().matches(&text), Ok(true));
        }

        #[test]
        fn nothing_panics(pattern in r"[\[\]\\{},^&~<>Zab(?:)!=]{0,16}") {
            let _ = Pattern::new(&pattern);
        }
    }
}
