//! Reading a spec.

use super::{MalformedSpec, Operator, Strictness, VersionSpec};
use crate::Version;

/// Parentheses deeper than this are refused.
const MAX_DEPTH: usize = 64;

pub(super) fn spec(text: &str, strictness: Strictness) -> Result<VersionSpec, MalformedSpec> {
    let mut reader = Reader { rest: text, strictness, depth: 0 };
    let spec = reader.either()?;
    if reader.rest.is_empty() { Ok(spec) } else { Err(MalformedSpec::Rest(reader.rest.to_owned())) }
}

struct Reader<'t> {
    rest: &'t str,
    strictness: Strictness,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn eat(&mut self, start: &str) -> bool {
        match self.rest.strip_prefix(start) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A mark with or without blanks around it.
    fn eat_mark(&mut self, mark: &str) -> bool {
        let Some(rest) = blanks(self.rest).strip_prefix(mark) else { return false };
        self.rest = blanks(rest);
        true
    }

    fn either(&mut self) -> Result<VersionSpec, MalformedSpec> {
        let mut specs = Vec::new();
        loop {
            match self.all()? {
                VersionSpec::Either(more) => specs.extend(more),
                spec => specs.push(spec),
            }
            if !self.eat_mark("|") {
                return Ok(group(specs, VersionSpec::Either));
            }
        }
    }

    fn all(&mut self) -> Result<VersionSpec, MalformedSpec> {
        let mut specs = Vec::new();
        loop {
            match self.term()? {
                VersionSpec::All(more) => specs.extend(more),
                spec => specs.push(spec),
            }
            if !self.eat_mark(",") {
                return Ok(group(specs, VersionSpec::All));
            }
        }
    }

    fn term(&mut self) -> Result<VersionSpec, MalformedSpec> {
        if self.eat("(") {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(MalformedSpec::Rest(self.rest.to_owned()));
            }
            self.rest = blanks(self.rest);
            let spec = self.either()?;
            if !self.eat_mark(")") {
                return Err(MalformedSpec::Rest(self.rest.to_owned()));
            }
            self.depth -= 1;
            return Ok(spec);
        }
        if self.eat("*") {
            self.eat(".*");
            return Ok(VersionSpec::Any);
        }
        if self.rest.starts_with('^') || self.rest.contains('$') {
            return Err(MalformedSpec::Regex);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<VersionSpec, MalformedSpec> {
        let marks = self.take(|c| "=!<>~".contains(c));
        let operator = match marks {
            "" => None,
            "==" => Some(Operator::Equal),
            "!=" => Some(Operator::NotEqual),
            "<=" => Some(Operator::LessEqual),
            ">=" => Some(Operator::GreaterEqual),
            "<" => Some(Operator::Less),
            ">" => Some(Operator::Greater),
            "=" => Some(Operator::StartsWith),
            "~=" => Some(Operator::Compatible),
            other => return Err(MalformedSpec::Operator(other.to_owned())),
        };
        let text = self.take(|c| c.is_alphanumeric() || "!-_.*+".contains(c));
        if text == "*" {
            let is_forgiven =
                self.strictness == Strictness::Lenient && !matches!(marks, ">" | "<" | "!=");
            return if is_forgiven {
                Ok(VersionSpec::Any)
            } else {
                Err(MalformedSpec::Glob(marks.to_owned()))
            };
        }
        let (version, rest) = Version::parse_start(text)
            .map_err(|reason| MalformedSpec::Version(text.to_owned(), reason))?;
        let operator = self.operator(marks, operator, text, rest)?;
        Ok(VersionSpec::Compare(operator, version))
    }

    /// What operator and star amount to.
    fn operator(
        &self,
        marks: &str,
        operator: Option<Operator>,
        text: &str,
        rest: &str,
    ) -> Result<Operator, MalformedSpec> {
        let is_lenient = self.strictness == Strictness::Lenient;
        let has_star = rest == "*" || rest == ".*";
        match operator {
            Some(operator) if rest.is_empty() => Ok(operator),
            None if rest.is_empty() && is_lenient => Ok(Operator::Equal),
            None if rest.is_empty() => Err(MalformedSpec::Ambiguous(text.to_owned())),
            Some(Operator::Greater | Operator::GreaterEqual) if is_lenient && stars(rest) => {
                Ok(Operator::GreaterEqual)
            }
            Some(Operator::NotEqual) if has_star => Ok(Operator::NotStartsWith),
            Some(operator) if is_lenient && stars(rest) => Ok(operator),
            Some(_) if has_star => Err(MalformedSpec::Glob(marks.to_owned())),
            None if has_star || (is_lenient && dotted_stars(rest)) => Ok(Operator::StartsWith),
            _ if text.contains('*') => Err(MalformedSpec::Regex),
            _ => Err(MalformedSpec::Version(
                text.to_owned(),
                "encountered more characters but expected none",
            )),
        }
    }

    fn take(&mut self, fits: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }
}

fn group(mut specs: Vec<VersionSpec>, of: fn(Vec<VersionSpec>) -> VersionSpec) -> VersionSpec {
    match (specs.len(), specs.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            specs.extend(last);
            of(specs)
        }
    }
}

fn blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\r', '\n'])
}

/// `*`, or nothing but `.*`.
fn stars(rest: &str) -> bool {
    rest == "*" || (!rest.is_empty() && rest.trim_start_matches(".*").is_empty())
}

/// Nothing but `.*`, and a dot at the end is forgiven.
fn dotted_stars(rest: &str) -> bool {
    let rest = rest.strip_suffix('.').unwrap_or(rest);
    !rest.is_empty() && rest.trim_start_matches(".*").is_empty()
}
