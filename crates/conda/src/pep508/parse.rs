//! Reading a requirement.

use std::str::FromStr;

use super::{MalformedRequirement, Marker, Requirement, Term};
use crate::pep440::Specifiers;
use crate::pep503::normalize_name;

/// Parentheses deeper than this are refused.
const MAX_DEPTH: usize = 64;

const VARIABLES: [&str; 17] = [
    "os_name",
    "sys_platform",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_version",
    "python_full_version",
    "implementation_name",
    "implementation_version",
    "extra",
    "os.name",
    "sys.platform",
    "platform.version",
    "platform.machine",
    "platform.python_implementation",
];

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

fn is_valid_name(name: &str) -> bool {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    name.chars().all(is_name) && ends(name.chars().next()) && ends(name.chars().next_back())
}

impl FromStr for Requirement {
    type Err = MalformedRequirement;

    fn from_str(text: &str) -> Result<Self, MalformedRequirement> {
        let wrong = || MalformedRequirement::Form(text.to_owned());
        let trimmed = text.trim();
        let behind = trimmed.trim_start_matches(is_name);
        let name = trimmed.strip_suffix(behind).unwrap_or_default();
        if !is_valid_name(name) {
            return Err(wrong());
        }
        let mut rest = behind.trim_start();
        let mut extras = Vec::new();
        if let Some(inside) = rest.strip_prefix('[') {
            let (list, behind) = inside.split_once(']').ok_or_else(wrong)?;
            if !list.trim().is_empty() {
                for extra in list.split(',').map(str::trim) {
                    if !is_valid_name(extra) {
                        return Err(wrong());
                    }
                    extras.push(normalize_name(extra));
                }
            }
            rest = behind.trim_start();
        }
        let mut requirement = Self {
            name: normalize_name(name),
            extras,
            specifiers: Specifiers::default(),
            url: None,
            marker: None,
        };
        let marker = if let Some(at) = rest.strip_prefix('@') {
            let at = at.trim_start();
            // In a URL a semicolon begins the marker only behind a blank.
            let end = at.find(char::is_whitespace).unwrap_or(at.len());
            let (url, behind) = at.split_at_checked(end).ok_or_else(wrong)?;
            if url.is_empty() {
                return Err(wrong());
            }
            requirement.url = Some(url.to_owned());
            match behind.trim_start() {
                "" => None,
                behind => Some(behind.strip_prefix(';').ok_or_else(wrong)?),
            }
        } else {
            let (specifiers, marker) = match rest.split_once(';') {
                Some((specifiers, marker)) => (specifiers, Some(marker)),
                None => (rest, None),
            };
            let specifiers = specifiers.trim();
            let bare = match specifiers.strip_prefix('(') {
                Some(inside) => inside.strip_suffix(')').ok_or_else(wrong)?,
                None => specifiers,
            };
            requirement.specifiers = bare.parse()?;
            marker
        };
        requirement.marker = marker.map(str::parse).transpose()?;
        Ok(requirement)
    }
}

impl FromStr for Marker {
    type Err = MalformedRequirement;

    fn from_str(text: &str) -> Result<Self, MalformedRequirement> {
        let mut reader = Reader { rest: text.trim(), depth: 0 };
        let wrong = || MalformedRequirement::Marker(text.trim().to_owned());
        let marker = reader.or().ok_or_else(wrong)?;
        if reader.rest.is_empty() { Ok(marker) } else { Err(wrong()) }
    }
}

struct Reader<'t> {
    rest: &'t str,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn or(&mut self) -> Option<Marker> {
        let mut markers = vec![self.and()?];
        while self.eat_word("or") {
            markers.push(self.and()?);
        }
        Some(if markers.len() == 1 { markers.pop()? } else { Marker::Or(markers) })
    }

    fn and(&mut self) -> Option<Marker> {
        let mut markers = vec![self.one()?];
        while self.eat_word("and") {
            markers.push(self.one()?);
        }
        Some(if markers.len() == 1 { markers.pop()? } else { Marker::And(markers) })
    }

    fn one(&mut self) -> Option<Marker> {
        if let Some(inside) = self.rest.strip_prefix('(') {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return None;
            }
            self.rest = inside.trim_start();
            let marker = self.or()?;
            self.rest = self.rest.strip_prefix(')')?.trim_start();
            self.depth -= 1;
            return Some(marker);
        }
        let left = self.term()?;
        let operator = self.operator()?;
        let right = self.term()?;
        Some(Marker::Compare(left, operator.to_owned(), right))
    }

    /// A word, and not the start of a longer one.
    fn eat_word(&mut self, word: &str) -> bool {
        let Some(behind) = self.rest.strip_prefix(word) else { return false };
        if behind.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            return false;
        }
        self.rest = behind.trim_start();
        true
    }

    fn term(&mut self) -> Option<Term> {
        if let Some(quote) = self.rest.chars().next().filter(|c| "'\"".contains(*c)) {
            let (text, behind) = self.rest.get(1..)?.split_once(quote)?;
            self.rest = behind.trim_start();
            return Some(Term::Text(text.to_owned()));
        }
        let behind =
            self.rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "._".contains(c));
        let name = self.rest.strip_suffix(behind)?;
        let is_known = VARIABLES.contains(&name) || name == "python_implementation";
        self.rest = behind.trim_start();
        is_known.then(|| Term::Variable(name.to_owned()))
    }

    fn operator(&mut self) -> Option<&'t str> {
        if self.eat_word("not") {
            return self.eat_word("in").then_some("not in");
        }
        if self.eat_word("in") {
            return Some("in");
        }
        let behind = self.rest.trim_start_matches(['=', '<', '>', '!', '~']);
        let marks = self.rest.strip_suffix(behind)?;
        self.rest = behind.trim_start();
        ["===", "==", "!=", "<=", ">=", "<", ">", "~="].contains(&marks).then_some(marks)
    }
}
