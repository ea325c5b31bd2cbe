//! Versions assigned to variables in any text, found as python-semantic-release finds them.

use fancy_regex::{Regex, escape};

use crate::pytext::is_word;
use crate::tags::TagFormat;

/// A blank as Python's `\s` sees it.
const BLANK: &str = r"[\s\x1c-\x1f]";

/// A version by the pattern of semver.org.
const VERSION: &str = r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?";

/// A version as PEP 440 or semver.org has it, whichever is there.
const EITHER: &str = r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*|(?:[._]?(?:alpha|a|beta|b|preview|pre|rc|c)[._-]?\d*)?(?:[._]?(?:post|rev|r)[._-]?\d*)?(?:[._]?dev[._-]?\d*)?)(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?(?!\d)";

/// A variable with a version.
///
/// Its name may stand in quotes and is not the end of a longer name; `=`, `==`, `:=`, `:`, `@` or
/// a blank follows, then the version, in quotes or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    name: String,
    before: String,
    after: String,
    version: &'static str,
    annotated: bool,
}

impl Variable {
    /// The value is a bare version.
    pub fn number(name: String) -> Self {
        let (before, after) = (String::new(), String::new());
        Self { name, before, after, version: VERSION, annotated: false }
    }

    /// The value is a bare version, in either of its spellings.
    pub fn pep440(name: String) -> Self {
        Self { version: EITHER, ..Self::number(name) }
    }

    /// The value is a tag.
    pub fn tag(name: String, tags: &TagFormat) -> Self {
        let (before, after) = tags.around();
        Self { before: before.to_owned(), after: after.to_owned(), ..Self::number(name) }
    }

    /// A type may stand behind the name, `__version__: str = "…"`, as python-semantic-release
    /// 10.6 has it. It may not go on to the next line, and a value right behind the name counts
    /// before one behind a type; python-semantic-release takes `version: "1.0.0"` with `x = "2.0.0"`
    /// below it for a type with a value.
    #[must_use]
    pub fn annotated(self, annotated: bool) -> Self {
        Self { annotated, ..self }
    }

    /// What is looked for, for people.
    pub fn shape(&self) -> String {
        format!("{} = {}VERSION{}", self.name, self.before, self.after)
    }

    /// The text with all values replaced; `None` when there is none.
    ///
    /// # Errors
    /// A defect: the expression is fixed but for escaped text.
    pub fn set(&self, text: &str, new: &str) -> Result<Option<String>, fancy_regex::Error> {
        let assigned = self.assigned()?;
        let mut out = String::with_capacity(text.len() + new.len());
        let (mut copied, mut search) = (0, 0);
        while let Some((at, after_name)) = self.find(text, search) {
            let rest = text.get(after_name..).unwrap_or_default();
            let mut value = None;
            for expression in &assigned {
                let captures = expression.captures(rest)?;
                let found = captures.and_then(|captures| captures.get(1));
                value = found.map(|m| after_name + m.start()..after_name + m.end());
                if value.is_some() {
                    break;
                }
            }
            let Some(value) = value else {
                let width =
                    text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
                search = at + width;
                continue;
            };
            out.push_str(text.get(copied..value.start).unwrap_or_default());
            out.push_str(new);
            copied = value.end;
            // A closing quote belongs to this value and cannot open the next name.
            let closes = opening_quote(text, value.start).is_some_and(|quote| {
                text.get(copied..).is_some_and(|rest| rest.starts_with(quote))
            });
            search = copied + usize::from(closes);
        }
        if copied == 0 {
            return Ok(None);
        }
        out.push_str(text.get(copied..).unwrap_or_default());
        Ok(Some(out))
    }

    /// What may follow the name, in the order it is tried.
    fn assigned(&self) -> Result<Vec<Regex>, fancy_regex::Error> {
        let Self { version, .. } = self;
        let value = format!("{}{version}{}", escape(&self.before), escape(&self.after));
        let blanks = if self.annotated { "{0,8}" } else { "*" };
        let assigned = format!(r#"{BLANK}{blanks}(?::=|==|[:=@ ]){BLANK}{blanks}['"]?({value})"#);
        let annotation = format!(r"{BLANK}{{0,8}}:{BLANK}{{0,8}}[^\s=:][^=:\r\n]{{0,100}}");
        let mut expressions = vec![Regex::new(&format!(r"\A{assigned}"))?];
        if self.annotated {
            expressions.push(Regex::new(&format!(r"\A{annotation}{assigned}"))?);
        }
        Ok(expressions)
    }

    /// The next place of the name from `search` on, and where it ends, its closing quote included.
    fn find(&self, text: &str, search: usize) -> Option<(usize, usize)> {
        let mut from = search;
        loop {
            let at = from + text.get(from..)?.find(self.name.as_str())?;
            let end = at + self.name.len();
            let before = text.get(..at)?.chars().next_back();
            let quoted = opening_quote(text, at).filter(|_| at > search);
            if let Some(quote) = quoted {
                let closes = text.get(end..)?.starts_with(quote);
                return Some((at, end + usize::from(closes)));
            }
            if !before.is_some_and(|c| is_word(c) || c == '.' || c == '-') {
                return Some((at, end));
            }
            from = at + text.get(at..)?.chars().next()?.len_utf8();
        }
    }
}

/// The quote right before a place.
fn opening_quote(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back().filter(|c| matches!(c, '\'' | '"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_python_semantic_release_finds() {
        for (name, text, expected) in [
            ("version", "version = '1.0.0'", Some("version = 'N'")),
            ("version", "version=1.0.0-rc.1+b.2 x", Some("version=N x")),
            (
                "version",
                r#"{"version": "1.0.0", "version":"9.9.9"}"#,
                Some(r#"{"version": "N", "version":"N"}"#),
            ),
            ("version", "#define version   1.0.0", Some("#define version   N")),
            ("version", "version := 1.0.0 == 2", Some("version := N == 2")),
            ("version", "version==1.0.0", Some("version==N")),
            ("version", "a@1.0.0 version@1.0.0", Some("a@1.0.0 version@N")),
            ("version", "version:\n  1.0.0", Some("version:\n  N")),
            ("version", "version =\u{1f}1.0.0\r\n", Some("version =\u{1f}N\r\n")),
            ("version", "'version\": 1.0.0", None),
            ("version", "'version: 1.0.0\"", Some("'version: N\"")),
            ("version", "my_version = 1.0.0", None),
            ("version", "my.version = 1.0.0 my-version = 1.0.0", None),
            ("version", "version = my.version = 1.0.0", None),
            ("version", "version: str = '1.0.0'", None),
            ("version", "version = 1.0", None),
            ("version", "version = 01.0.0", None),
            ("version", "version = 1.0.01", Some("version = N1")),
            ("version", "version = 1.0.0.dev1", Some("version = N.dev1")),
            ("version", "version = \"'1.0.0'\"", None),
            ("a.b", "axb = 1.0.0 a.b = 1.0.0", Some("axb = 1.0.0 a.b = N")),
            ("a b", "a b: 1.0.0", Some("a b: N")),
            ("ä", "éä = 1.0.0 ä = 1.0.0", Some("éä = 1.0.0 ä = N")),
        ] {
            let found = Variable::number(name.to_owned()).set(text, "N").unwrap();
            assert_eq!(found.as_deref(), expected, "{name} in {text:?}");
        }
    }

    #[test]
    fn tags_need_their_fixed_text() {
        let variable = |format| Variable::tag("v".to_owned(), &TagFormat::parse(format).unwrap());
        for (format, text, expected) in [
            ("v{version}", "v: v1.0.0", Some("v: N")),
            ("v{version}", "v: 1.0.0", None),
            ("p+{version}-x", "v: 'p+1.0.0-a-x'", Some("v: 'N'")),
            ("{version}-x", "v: 1.0.0-x-x.y", Some("v: N.y")),
            ("{version}", "v: 1.0.0", Some("v: N")),
        ] {
            assert_eq!(variable(format).set(text, "N").unwrap().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn types_behind_the_name() {
        for (text, expected) in [
            ("v: str = '1.0.0'", Some("v: str = 'N'")),
            ("v : Optional[str]='1.0.0'", Some("v : Optional[str]='N'")),
            ("v: Final = \"1.0.0\"\nv: str = '2.0.0'", Some("v: Final = \"N\"\nv: str = 'N'")),
            ("v: '1.0.0'\nw = '2.0.0'", Some("v: 'N'\nw = '2.0.0'")),
            ("v: w\nx = '2.0.0'", None),
            ("v = '1.0.0'", Some("v = 'N'")),
            ("v          = '1.0.0'", None),
        ] {
            let variable = Variable::number("v".to_owned()).annotated(true);
            assert_eq!(variable.set(text, "N").unwrap().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn both_spellings_are_read_where_pep_440_is_written() {
        for (text, expected) in [
            ("v = '1.0.0'", "v = 'N'"),
            ("v = '1.0.0.dev1'", "v = 'N'"),
            ("v = '1.0.0-dev.1'", "v = 'N'"),
            ("v = '1.0.0rc1.post2.dev3+b.1'", "v = 'N'"),
            ("v = 1.0.0a1 # 1.0.0", "v = N # 1.0.0"),
            ("v = 1.0.0-rc1", "v = N"),
            ("v = 1.0.0.dev", "v = N"),
            ("v = 1.0.0.x", "v = N.x"),
        ] {
            let variable = Variable::pep440("v".to_owned());
            assert_eq!(variable.set(text, "N").unwrap().as_deref(), Some(expected), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn stamping_twice_is_stamping_once(text in "(?s)((v|ä|'|\"| |=|:|@|1\\.0\\.0|-|\\.|\\n|-rc\\.1).?){0,24}") {
            let variable = Variable::number("v".to_owned());
            for (variable, new) in [
                (variable.clone(), "1.0.0"),
                (Variable::pep440("v".to_owned()), "1.0.0rc1"),
                (variable.annotated(true), "1.0.0"),
            ] {
                if let Some(once) = variable.set(&text, new).unwrap() {
                    proptest::prop_assert_eq!(variable.set(&once, new).unwrap(), Some(once));
                }
            }
        }
    }
}
