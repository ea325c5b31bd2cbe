//! pixi's log as text that can be searched whatever the terminal did to it.
//!
//! pixi colours what it says, draws lines beside it and, where its output is no terminal, wraps it
//! at 80 columns: between words, after a hyphen, and within a word that is longer than a line. So a
//! search ignores all white space, and what it finds is shown with the lines joined again.

/// What separates two pieces of a pattern at most, in bytes without white space.
const MOST_CAPTURED: usize = 2_000;
/// How many finds of one pattern count.
const MOST_FINDS: usize = 20;

/// A log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The lines, without colours and what is drawn beside them, joined by line breaks.
    shown: String,
    /// The same without white space.
    squeezed: String,
    /// Where each byte of `squeezed` is in `shown`.
    places: Vec<u32>,
}

/// Where a pattern was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// All of it, on one line.
    pub whole: String,
    /// What stood in the places of `{}`, on one line.
    pub parts: Vec<String>,
}

impl Found {
    /// A part, on one line.
    pub fn part(&self, number: usize) -> &str {
        self.parts.get(number).map_or("", String::as_str)
    }

    /// A part that has no blanks of its own, such as a name or an address.
    pub fn word(&self, number: usize) -> String {
        self.part(number).split_whitespace().collect()
    }
}

impl Text {
    /// Reads a log of any bytes.
    pub fn new(bytes: &[u8]) -> Self {
        let text = without_colours(&String::from_utf8_lossy(bytes));
        let mut log = Self::default();
        for line in text.lines() {
            let line = undrawn(without_time(line));
            for (at, character) in line.char_indices() {
                if !character.is_whitespace() {
                    let place = u32::try_from(log.shown.len() + at).unwrap_or(u32::MAX);
                    log.squeezed.push(character);
                    log.places.extend((0..character.len_utf8()).map(|_| place));
                }
            }
            log.shown.push_str(line);
            log.shown.push('\n');
        }
        log
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.squeezed.is_empty()
    }

    /// Whether a text stands in it.
    pub fn has(&self, text: &str) -> bool {
        self.squeezed.contains(&squeeze(text))
    }

    /// What follows a text each time it stands there, without white space: at most `most` bytes.
    pub fn behind(&self, text: &str, most: usize) -> Vec<&str> {
        let text = squeeze(text);
        let ends = self.squeezed.match_indices(&text).map(|(at, _)| at + text.len());
        ends.take(MOST_FINDS)
            .map(|start| {
                let end = (start + most).min(self.squeezed.len());
                let end = (start..=end).rev().find(|end| self.squeezed.is_char_boundary(*end));
                end.and_then(|end| self.squeezed.get(start..end)).unwrap_or("")
            })
            .collect()
    }

    /// Where a pattern stands; `{}` is any text, as short as possible.
    pub fn find(&self, pattern: &str) -> Vec<Found> {
        let pieces: Vec<String> = pattern.split("{}").map(squeeze).collect();
        let mut found = Vec::new();
        let mut from = 0;
        while found.len() < MOST_FINDS
            && let Some((one, end)) = self.next(&pieces, from)
        {
            found.push(one);
            from = end;
        }
        found
    }

    /// The first place at or after `from`, and its end.
    fn next(&self, pieces: &[String], from: usize) -> Option<(Found, usize)> {
        let (first, rest) = pieces.split_first()?;
        let mut from = from;
        loop {
            let mut start = from + self.squeezed.get(from..)?.find(first.as_str())?;
            let mut end = start + first.len();
            let mut parts = Vec::new();
            let mut complete = true;
            for piece in rest {
                let Some(at) = self.find_near(piece, end) else {
                    complete = false;
                    break;
                };
                if parts.is_empty() {
                    // The shortest: from the last place where it can begin.
                    let begins = self.squeezed.get(start..at)?.rfind(first.as_str());
                    start += begins.unwrap_or(0);
                    end = start + first.len();
                }
                parts.push(self.one_line(end, at));
                end = at + piece.len();
            }
            if complete && end > start {
                return Some((Found { whole: self.one_line(start, end), parts }, end));
            }
            // The character the failed try began with may be of several bytes.
            let step = self.squeezed.get(start..)?.chars().next()?.len_utf8();
            from = start + step;
        }
    }

    /// A piece within reach of a place.
    fn find_near(&self, piece: &str, from: usize) -> Option<usize> {
        let mut reach = (from + MOST_CAPTURED + piece.len()).min(self.squeezed.len());
        while !self.squeezed.is_char_boundary(reach) {
            reach -= 1;
        }
        self.squeezed.get(from..reach)?.find(piece).map(|at| from + at)
    }

    /// Bytes of `squeezed` as they are shown, wrapped lines joined.
    fn one_line(&self, start: usize, end: usize) -> String {
        let place = |at: usize| self.places.get(at).map(|place| *place as usize);
        let Some((first, last)) = end.checked_sub(1).and_then(|last| place(start).zip(place(last)))
        else {
            return String::new();
        };
        if end <= start {
            return String::new();
        }
        let tail = self.shown.get(last..).and_then(|tail| tail.chars().next());
        let shown = self.shown.get(first..last + tail.map_or(0, char::len_utf8)).unwrap_or("");
        // A line that ends in a hyphen was wrapped within a word.
        let joined = shown.replace("-\n", "-");
        joined.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The last error, as it stands there: from the last line that begins one to the end.
    pub fn last_error(&self, most_lines: usize) -> String {
        let lines: Vec<&str> = self.shown.lines().collect();
        let begins = |line: &str| {
            let line = line.trim_start();
            line.starts_with("Error:") || line.starts_with("error:") || line.starts_with('×')
        };
        let from = lines.iter().rposition(|line| begins(line));
        let from = from.unwrap_or_else(|| lines.len().saturating_sub(most_lines));
        let block: Vec<&str> = lines.into_iter().skip(from).take(most_lines).collect();
        block.join("\n").trim().to_owned()
    }
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Without escape sequences: CSI ones such as colours, OSC ones such as links.
fn without_colours(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\u{1b}' {
            // A carriage return begins the line anew, as bars of progress do.
            out.push(if character == '\r' { '\n' } else { character });
            continue;
        }
        match characters.next() {
            Some('[') => {
                // Parameters, then one final letter; a line's end ends a broken one too.
                while let Some(next) = characters.peek() {
                    if *next == '\n' {
                        break;
                    }
                    let last = ('@'..='~').contains(next);
                    characters.next();
                    if last {
                        break;
                    }
                }
            }
            Some(']') => {
                while let Some(next) = characters.next_if(|next| *next != '\n') {
                    let ends = next == '\u{7}'
                        || (next == '\u{1b}' && characters.next_if_eq(&'\\').is_some());
                    if ends {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    out
}

/// Without the time that downloaded logs of GitHub have before every line.
fn without_time(line: &str) -> &str {
    let is_time = |time: &str| {
        time.len() >= 20
            && time.ends_with('Z')
            && time.as_bytes().get(10) == Some(&b'T')
            && time.bytes().all(|byte| byte.is_ascii_digit() || b"-:.TZ".contains(&byte))
    };
    match line.split_once(' ') {
        Some((time, rest)) if is_time(time) => rest,
        _ => line,
    }
}

/// Without what is drawn before the text: bars, arrows, crosses.
fn undrawn(line: &str) -> &str {
    let drawn = |c: char| c.is_whitespace() || "│├╰╭╯╮─▶→|·•".contains(c);
    line.trim_start_matches(drawn).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_coloured_and_drawn_text_is_found_whole() {
        let log = "\u{1b}[31mError:\u{1b}[0m unsupported-platform\r\n\n  \u{1b}[31m×\u{1b}[0m Cannot install environment 'gpu'\n  \
                   ╰─▶ the environment 'gpu' does not support 'linux-\n      64' on this\n      machine.\n";
        let text = Text::new(log.as_bytes());
        let found = text.find("the environment '{}' does not support '{}' on this machine");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].parts, ["gpu", "linux-64"]);
        assert_eq!(
            found[0].whole,
            "the environment 'gpu' does not support 'linux-64' on this machine"
        );
        assert!(text.has("unsupported-platform"));
        assert_eq!(text.last_error(9).lines().next(), Some("× Cannot install environment 'gpu'"));
    }

    #[test]
    fn times_of_downloaded_logs_and_ascii_bars_are_passed_over() {
        let log = "2026-11-21T15:40:16.1234567Z  | lock file not up-to-date with\n\
                   2026-11-21T15:40:16.2234567Z  | the workspace\n";
        assert!(Text::new(log.as_bytes()).has("lock file not up-to-date with the workspace"));
        assert!(Text::new(b"2026 files").has("2026 files"));
    }

    #[test]
    fn captures_are_short_and_many() {
        let text = Text::new("the 'a' and the 'b' and the 'c".as_bytes());
        let found = text.find("the '{}'");
        assert_eq!(found.iter().map(|one| one.part(0)).collect::<Vec<_>>(), ["a", "b"]);
        let far = format!("begin{}end", "x".repeat(MOST_CAPTURED + 1));
        assert!(Text::new(far.as_bytes()).find("begin{}end").is_empty());
        assert!(Text::new(b"x").find("").is_empty());
    }

    #[test]
    fn any_bytes_are_read() {
        for bytes in
            [&b"\xff\xfe\x1b["[..], b"\x1b]8;;x", b"\x1b", "äöü\u{1b}[3".as_bytes(), b"\0\0"]
        {
            let text = Text::new(bytes);
            assert!(text.find("{}ö{}").len() <= MOST_FINDS);
            let _ = text.last_error(3);
        }
        let text = Text::new("über 'ä' — 'ö' und 'ü'".as_bytes());
        let parts: Vec<String> =
            text.find("'{}'").into_iter().flat_map(|found| found.parts).collect();
        assert_eq!(parts, ["ä", "ö", "ü"]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_and_no_pattern_panics(text in "\\PC{0,80}", pattern in "[a'{} é-]{0,12}") {
            let log = Text::new(text.as_bytes());
            for found in log.find(&pattern) {
                proptest::prop_assert!(!found.whole.is_empty());
            }
        }

        #[test]
        fn a_text_is_found_however_it_is_wrapped(width in 8usize..60) {
            let text = "Virtual package '__cuda >=11.2,<12' does not match any of the available virtual packages on your machine";
            let wrapped: Vec<String> = text
                .chars()
                .collect::<Vec<_>>()
                .chunks(width)
                .map(|line| format!("  │ {}", line.iter().collect::<String>()))
                .collect();
            let found = Text::new(wrapped.join("\n").as_bytes())
                .find("Virtual package '{}' does not match any of the available virtual packages");
            proptest::prop_assert_eq!(found.len(), 1);
            proptest::prop_assert_eq!(found[0].word(0), "__cuda>=11.2,<12");
        }
    }
}
