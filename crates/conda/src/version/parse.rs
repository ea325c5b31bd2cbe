//! Reading a version. pixi stops at the first character that cannot belong to one, which is how a
//! spec such as `1.2.*` is read too.

use super::{Component, Version};

const EMPTY: &str = "empty string";
const MIXED: &str = "cannot use both underscores and dashes as version segment separators";
const NO_COMPONENT: &str = "expected a version component e.g. `2` or `rc`";
const TOO_LARGE: &str = "invalid number";
const TOO_MANY: &str = "the version string contains too many version segments";
const TOO_LONG: &str = "there are too many components in a single segment";

/// As many as rattler can count.
const MAX_COMPONENTS: usize = (1 << 13) - 1;
const MAX_SEGMENTS: usize = 127;

impl Version {
    /// The version a text begins with, and what follows it.
    pub(crate) fn parse_start(text: &str) -> Result<(Self, &str), &'static str> {
        if text.is_empty() {
            return Err(EMPTY);
        }
        let mut parts = Parts { rest: text, ..Parts::default() };
        let digits = leading(text, |c| c.is_ascii_digit());
        let mut epoch = 0;
        if let (false, Some(rest)) = (digits.is_empty(), after(text, digits).strip_prefix('!')) {
            epoch = digits.parse().map_err(|_| "epoch is not a number")?;
            parts.rest = rest;
        }
        parts.read()?;
        let common = parts.ends.len();
        if let Some(local) = parts.rest.strip_prefix('+') {
            if common > MAX_SEGMENTS {
                return Err(TOO_MANY);
            }
            parts.rest = local;
            parts.read()?;
        }
        let rest = parts.rest;
        let read = text.strip_suffix(rest).unwrap_or(text);
        let Parts { components, ends, .. } = parts;
        Ok((Self { text: read.into(), epoch, components, ends, common }, rest))
    }
}

/// The longest start of a text of which every character fits.
pub(super) fn leading(text: &str, fits: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !fits(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn after<'t>(text: &'t str, start: &str) -> &'t str {
    text.get(start.len()..).unwrap_or_default()
}

#[derive(Default)]
struct Parts<'t> {
    rest: &'t str,
    components: Vec<Component>,
    ends: Vec<u32>,
    /// The dash or underscore this version uses.
    mark: Option<char>,
}

impl Parts<'_> {
    /// Segments up to `+` or whatever belongs to no version.
    fn read(&mut self) -> Result<(), &'static str> {
        if !self.segment()? {
            return Err(NO_COMPONENT);
        }
        loop {
            let before = self.rest;
            let Some(separator) = self.rest.chars().next().filter(|c| "-._".contains(*c)) else {
                return Ok(());
            };
            self.mark(separator)?;
            self.rest = self.rest.get(1..).unwrap_or_default();
            if self.segment()? {
                continue;
            }
            if let Some(mark) = self.rest.chars().next().filter(|c| "-_".contains(*c)) {
                // `1.0._`: a segment of its own.
                self.mark(mark)?;
                self.rest = self.rest.get(1..).unwrap_or_default();
                self.components.push(Component::Number(0));
                self.components.push(Component::Mark);
                self.end();
            } else if separator == '.' {
                self.rest = before;
            } else {
                // `1.0_`: belongs to the last segment.
                self.components.push(Component::Mark);
                self.ends.pop();
                self.end();
            }
            return Ok(());
        }
    }

    fn end(&mut self) {
        self.ends.push(u32::try_from(self.components.len()).unwrap_or(u32::MAX));
    }

    fn mark(&mut self, separator: char) -> Result<(), &'static str> {
        if separator == '.' {
            return Ok(());
        }
        if *self.mark.get_or_insert(separator) == separator { Ok(()) } else { Err(MIXED) }
    }

    /// One segment, if there is one: runs of digits and of letters.
    fn segment(&mut self) -> Result<bool, &'static str> {
        let start = self.components.len();
        loop {
            let digits = leading(self.rest, |c| c.is_ascii_digit());
            if !digits.is_empty() {
                self.components.push(Component::Number(digits.parse().map_err(|_| TOO_LARGE)?));
                self.rest = after(self.rest, digits);
                continue;
            }
            let letters = leading(self.rest, |c| c.is_ascii_alphabetic());
            if letters.is_empty() {
                break;
            }
            if self.components.len() == start {
                // A segment always begins with a number.
                self.components.push(Component::Number(0));
            }
            let lower = letters.to_ascii_lowercase();
            self.components.push(match lower.as_str() {
                "post" => Component::Post,
                "dev" => Component::Dev,
                _ => Component::Letters(lower.into_boxed_str()),
            });
            self.rest = after(self.rest, letters);
        }
        let count = self.components.len() - start;
        if count > MAX_COMPONENTS {
            return Err(TOO_LONG);
        }
        if count > 0 {
            self.end();
        }
        Ok(count > 0)
    }
}
