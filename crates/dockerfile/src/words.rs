//! Splitting arguments into words, as the instructions do it.

use crate::Text;

/// What separates keyword and arguments, and words without quotes.
pub(crate) fn is_blank(character: char) -> bool {
    matches!(character, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

/// Before the first white space, and after it.
pub(crate) fn split_first(text: &Text) -> (Text, Option<Text>) {
    let Some(at) = text.find(is_blank) else { return (text.clone(), None) };
    let rest = text.get(at..).unwrap_or_default();
    let after = text.len() - rest.trim_start_matches(is_blank).len();
    (text.slice(0..at), Some(text.slice(after..text.len())))
}

/// The words between white space.
pub(crate) fn blank_separated(text: &Text) -> Vec<Text> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices() {
        match (is_blank(character), start) {
            (true, Some(begin)) => {
                words.push(text.slice(begin..at));
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    if let Some(begin) = start {
        words.push(text.slice(begin..text.len()));
    }
    words
}

/// The words of `ENV`, `LABEL` and `ARG`: white space in quotes or after the escape character
/// stays; quotes and escapes are kept.
pub(crate) fn quoted(text: &Text, escape: char) -> Vec<Text> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match quote {
            None if character.is_whitespace() => {
                if let Some(begin) = start.take() {
                    words.push(text.slice(begin..at));
                }
                continue;
            }
            None if character == '\'' || character == '"' => quote = Some(character),
            Some(open) if open == character => quote = None,
            _ => {}
        }
        start.get_or_insert(at);
        if character == escape && quote != Some('\'') {
            characters.next();
        }
    }
    if let Some(begin) = start {
        let word = text.slice(begin..text.len());
        // A lone escape character at the very end is dropped.
        let stripped = word.strip_suffix(escape).map_or(0, str::len);
        let escapes = word.len() - word.trim_end_matches(escape).len();
        let is_lone = escapes % 2 == 1;
        words.push(if is_lone { word.slice(0..stripped) } else { word });
    }
    words.retain(|word| !word.is_empty());
    words
}
