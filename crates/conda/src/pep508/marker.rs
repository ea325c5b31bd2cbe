//! Markers and what they amount to.

use std::fmt;

use super::MarkerEnvironment;
use crate::pep440::{Specifier, Version};
use crate::pep503::normalize_name;

/// When a requirement counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Marker {
    /// A comparison: left, operator, right.
    Compare(Term, String, Term),
    /// All of them.
    And(Vec<Self>),
    /// One of them.
    Or(Vec<Self>),
}

/// A side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A variable, `sys_platform` or `extra`.
    Variable(String),
    /// A text in quotes.
    Text(String),
}

/// The variables whose values are versions.
const VERSIONS: [&str; 3] = ["python_version", "python_full_version", "implementation_version"];

impl Marker {
    /// Whether it holds, for a package asked for with some extras (normalised).
    pub fn evaluate(&self, environment: &MarkerEnvironment, extras: &[String]) -> bool {
        match self {
            Self::And(markers) => markers.iter().all(|m| m.evaluate(environment, extras)),
            Self::Or(markers) => markers.iter().any(|m| m.evaluate(environment, extras)),
            Self::Compare(left, operator, right) => {
                compare(left, operator, right, environment, extras)
            }
        }
    }

    /// The extras it names, normalised.
    pub fn extras(&self) -> Vec<String> {
        match self {
            Self::And(markers) | Self::Or(markers) => {
                markers.iter().flat_map(Self::extras).collect()
            }
            Self::Compare(Term::Variable(name), _, Term::Text(text))
            | Self::Compare(Term::Text(text), _, Term::Variable(name))
                if name == "extra" =>
            {
                vec![normalize_name(text)]
            }
            Self::Compare(..) => Vec::new(),
        }
    }
}

fn compare(
    left: &Term,
    operator: &str,
    right: &Term,
    environment: &MarkerEnvironment,
    extras: &[String],
) -> bool {
    let (variable, text, is_turned) = match (left, right) {
        (Term::Variable(variable), Term::Text(text)) => (variable, text, false),
        (Term::Text(text), Term::Variable(variable)) => (variable, text, true),
        (Term::Text(a), Term::Text(b)) => return compare_texts(a, operator, b),
        (Term::Variable(a), Term::Variable(b)) => {
            let (Some(a), Some(b)) = (environment.value(a), environment.value(b)) else {
                return false;
            };
            return compare_texts(a, operator, b);
        }
    };
    if variable == "extra" {
        let has = extras.contains(&normalize_name(text));
        return match operator {
            "==" => has,
            "!=" => !has,
            _ => false,
        };
    }
    let Some(value) = environment.value(variable) else { return false };
    if VERSIONS.contains(&variable.as_str())
        && let Some(answer) = compare_versions(value, operator, text, is_turned)
    {
        return answer;
    }
    if is_turned {
        compare_texts(text, operator, value)
    } else {
        compare_texts(value, operator, text)
    }
}

/// `None` where the text is no version, so that texts are compared.
fn compare_versions(value: &str, operator: &str, text: &str, is_turned: bool) -> Option<bool> {
    let version: Version = value.parse().ok()?;
    if operator == "in" || operator == "not in" {
        if is_turned {
            return None;
        }
        let listed = text.split([' ', ',', '|']).filter(|part| !part.is_empty());
        let versions: Option<Vec<Version>> = listed.map(|part| part.parse().ok()).collect();
        return Some(versions?.contains(&version) == (operator == "in"));
    }
    let operator = match (operator, is_turned) {
        ("<", true) => ">",
        ("<=", true) => ">=",
        (">", true) => "<",
        (">=", true) => "<=",
        (operator, _) => operator,
    };
    let specifier: Specifier = format!("{operator}{text}").parse().ok()?;
    Some(specifier.contains(&version))
}

fn compare_texts(left: &str, operator: &str, right: &str) -> bool {
    match operator {
        "==" | "===" => left == right,
        "!=" => left != right,
        "<" => left < right,
        "<=" => left <= right,
        ">" => left > right,
        ">=" => left >= right,
        "in" => right.contains(left),
        "not in" => !right.contains(left),
        _ => false,
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => f.write_str(name),
            Self::Text(text) if text.contains('\'') => write!(f, "\"{text}\""),
            Self::Text(text) => write!(f, "'{text}'"),
        }
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare(left, operator, right) => write!(f, "{left} {operator} {right}"),
            Self::And(markers) => {
                for (position, marker) in markers.iter().enumerate() {
                    if position > 0 {
                        f.write_str(" and ")?;
                    }
                    match marker {
                        Self::Or(_) => write!(f, "({marker})")?,
                        _ => write!(f, "{marker}")?,
                    }
                }
                Ok(())
            }
            Self::Or(markers) => {
                for (position, marker) in markers.iter().enumerate() {
                    let or = if position > 0 { " or " } else { "" };
                    write!(f, "{or}{marker}")?;
                }
                Ok(())
            }
        }
    }
}
