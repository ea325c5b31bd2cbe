//! Making foreign text safe to look at.

/// True for characters that move the cursor, reorder text or hide it: control characters,
/// bidirectional controls, zero-width and tag characters, line and paragraph separators.
fn is_unsafe(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c,
            '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// Foreign text for a person's eyes: control, bidirectional and invisible characters are written
/// as `\u{…}`; line feeds and tabs stay.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Characters of a message, note or help that are shown: what they quote may have no end.
const LONGEST: usize = 2000;

/// The first characters of a text that quotes foreign text, and `…` where more were there.
pub(crate) fn shortened(text: &str) -> std::borrow::Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}

/// Like [`visible`], on one line: line feeds and tabs become blanks.
pub fn visible_line(text: &str) -> String {
    visible(&text.replace(['\n', '\t'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_cut() {
        assert_eq!(shortened("short"), "short");
        assert_eq!(shortened(&"é".repeat(LONGEST + 1)), format!("{}…", "é".repeat(LONGEST)));
    }

    #[test]
    fn escapes_and_bidi_are_shown_not_done() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}c\r"), "a\\u{1b}[2Jb\\u{202e}c\\u{d}");
        assert_eq!(visible("é\n\t漢"), "é\n\t漢");
        assert_eq!(visible_line("a\nb\tc"), "a b c");
    }
}
