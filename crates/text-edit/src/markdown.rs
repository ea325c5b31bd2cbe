//! Sections in changelogs.
//!
//! A changelog has a line with an insertion flag, by default `<!-- version list -->`; the newest
//! section follows it. Files keep their line endings.

use std::ops::Range;

use crate::EditError;

/// The insertion flag of Markdown changelogs, as python-semantic-release has it.
pub const FLAG: &str = "<!-- version list -->";

/// The text with `section` put after the flag's line, one blank line between. Blank lines at the
/// end of `section` are kept; one is added where text follows directly.
///
/// # Errors
/// [`EditError::NoFlag`].
pub fn insert_after_flag(text: &str, flag: &str, section: &str) -> Result<String, EditError> {
    let at = after_flag(text, flag)?;
    let ending = line_ending(text);
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    let mut out = before.to_owned();
    if before.ends_with('\r') {
        out.push('\n');
    } else if !before.ends_with('\n') {
        out.push_str(ending);
    }
    out.push_str(ending);
    out.push_str(&with_ending(section, ending));
    if !out.ends_with('\n') {
        out.push_str(ending);
    }
    let blank = rest.is_empty() || rest.lines().next().is_some_and(|line| line.trim().is_empty());
    if !blank && !out.ends_with(&format!("{ending}{ending}")) {
        out.push_str(ending);
    }
    out.push_str(rest);
    Ok(out)
}

/// Like [`insert_after_flag`]; where the first section after the flag already has this heading,
/// it is replaced, so that a second run changes nothing. Text without a heading of its own that
/// follows the section counts as part of it.
///
/// `heading` is the heading without what may change between runs: `## v1.2.3` also finds
/// `## v1.2.3 (2026-11-21)`.
///
/// # Errors
/// [`EditError::NoFlag`].
pub fn upsert_after_flag(
    text: &str,
    flag: &str,
    heading: &str,
    section: &str,
) -> Result<String, EditError> {
    let at = after_flag(text, flag)?;
    let rest = text.get(at..).unwrap_or_default();
    let blank = lines(rest).take_while(|(_, line)| line.trim().is_empty());
    let first = at + blank.map(|(_, line)| line.len()).sum::<usize>();
    let wanted = with_ending(without_end(section), line_ending(text));
    let there = text.get(first..).and_then(|rest| rest.strip_prefix(&wanted));
    if there.is_some_and(|rest| rest.is_empty() || rest.starts_with(['\r', '\n'])) {
        return Ok(text.to_owned());
    }
    match find_section(text, heading) {
        Some(range) if range.start == first => Ok(replaced(text, &range, section)),
        _ => insert_after_flag(text, flag, section),
    }
}

/// The text with the section of this heading replaced; `None` where there is none.
pub fn replace_section(text: &str, heading: &str, section: &str) -> Option<String> {
    Some(replaced(text, &find_section(text, heading)?, section))
}

/// The bytes of the first section with this heading: from its heading to the line before the
/// next heading of the same or a higher level, without blank lines at the end.
///
/// `heading` is compared with the beginning of the line and must end at a word's end. Headings in
/// fenced code are text.
pub fn find_section(text: &str, heading: &str) -> Option<Range<usize>> {
    let level = level(heading)?;
    let mut fence: Option<Fence> = None;
    let mut found: Option<Range<usize>> = None;
    for (at, line) in lines(text) {
        let line = without_end(line);
        let fenced = if let Some(open) = &fence {
            if open.closed_by(line) {
                fence = None;
            }
            true
        } else {
            fence = Fence::opened_by(line);
            fence.is_some()
        };
        if !fenced {
            if found.is_some() && self::level(line).is_some_and(|next| next <= level) {
                break;
            }
            if found.is_none() && is_heading(line, heading) {
                found = Some(at..at + line.len());
            }
        }
        if let Some(range) = &mut found
            && !line.trim().is_empty()
        {
            range.end = at + line.len();
        }
    }
    found
}

/// The opening line of fenced code (`CommonMark`, section 4.5).
struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    fn opened_by(line: &str) -> Option<Self> {
        let line = line.trim_start();
        let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let info = line.trim_start_matches(mark);
        let length = line.len() - info.len();
        (length >= 3 && (mark == '~' || !info.contains('`'))).then_some(Self { mark, length })
    }

    fn closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        line.len() >= self.length && line.chars().all(|c| c == self.mark)
    }
}

/// A new changelog: title, flag, section; line endings are line feeds.
pub fn new_file(title: &str, flag: &str, section: &str) -> String {
    format!("# {title}\n\n{flag}\n\n{}\n", without_end(section))
}

/// The line ending a text uses: that of its first line, a line feed where there is none. A text
/// cut off behind a carriage return is one of CR LF lines.
pub fn line_ending(text: &str) -> &'static str {
    let first = text.find('\n').map_or(text, |at| text.get(..at).unwrap_or_default());
    if first.ends_with('\r') { "\r\n" } else { "\n" }
}

/// The offset after the line of the first flag.
fn after_flag(text: &str, flag: &str) -> Result<usize, EditError> {
    let missing = || EditError::NoFlag { flag: flag.to_owned() };
    if flag.is_empty() {
        return Err(missing());
    }
    let written = with_ending(flag, line_ending(text));
    let at = text.find(&written).ok_or_else(missing)? + written.len();
    let rest = text.get(at..).unwrap_or_default();
    Ok(rest.find('\n').map_or(text.len(), |newline| at + newline + 1))
}

/// A text without the line endings at its end.
fn without_end(text: &str) -> &str {
    text.trim_end_matches(['\r', '\n'])
}

/// A text with all its line endings made the given one.
fn with_ending(text: &str, ending: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', ending)
}

fn replaced(text: &str, range: &Range<usize>, section: &str) -> String {
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    let section = with_ending(without_end(section), line_ending(text));
    format!("{before}{section}{after}")
}

/// Lines with their offsets and endings.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    })
}

/// The level of an ATX heading, 1 to 6.
fn level(line: &str) -> Option<usize> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    ((1..=6).contains(&level) && (rest.is_empty() || rest.starts_with([' ', '\t'])))
        .then_some(level)
}

fn is_heading(line: &str, heading: &str) -> bool {
    let rest = line.strip_prefix(heading.trim_end());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

#[cfg(test)]
mod tests;
