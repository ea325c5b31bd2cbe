//! Text and attributes in XML files.

mod scan;

use config::{Place, nearest};
use diagnostics::{Diagnostic, Failure, Source};

use crate::EditError;
use scan::{Found, scan};

/// The text of the one element under a path of names, from the root (`project.version`); a last
/// name with `@` in front is an attribute.
///
/// # Errors
/// When the text is not well-formed, nothing is there, it is there several times, or the element
/// holds other elements.
pub fn get_text(source: &Source, path: &[&str]) -> Result<String, EditError> {
    let found = one(source, path)?;
    let raw = source.contents().get(found.span.clone()).unwrap_or_default();
    Ok(if found.raw { raw.to_owned() } else { unescaped(raw) })
}

/// The text with that value replaced by `new`. Blanks around it, comments, line endings and all
/// else stay.
///
/// # Errors
/// As [`get_text`]; also when reading the result again does not show exactly this change.
pub fn set_text(source: &Source, path: &[&str], new: &str) -> Result<String, EditError> {
    let found = one(source, path)?;
    let unverified = || EditError::Unverified { path: path.join(".") };
    let text = source.contents();
    let before = text.get(..found.span.start).ok_or_else(unverified)?;
    let after = text.get(found.span.end..).ok_or_else(unverified)?;
    let old = text.get(found.span).ok_or_else(unverified)?;
    let written = if found.raw { new.to_owned() } else { escaped(new) };
    if (if found.raw { old.to_owned() } else { unescaped(old) }) == new {
        return Ok(text.to_owned());
    }
    let edited = format!("{before}{written}{after}");
    let again = Source::file(source.name().to_owned(), edited.as_str());
    if get_text(&again, path).ok().as_deref() != Some(new) {
        return Err(unverified());
    }
    Ok(edited)
}

fn one(source: &Source, path: &[&str]) -> Result<Found, EditError> {
    let place =
        |span: &std::ops::Range<usize>| Place { source: source.clone(), span: span.clone() };
    let scanned = scan(source.contents(), path).map_err(|error| {
        let diagnostic = Diagnostic::bad_input("text-edit/xml", error.what)
            .with_label(source, error.at..error.at, "here")
            .with_help("make the file well-formed XML");
        EditError::Unreadable(Failure::from(diagnostic))
    })?;
    let mut found = scanned.found;
    if found.len() > 1 {
        let places = found.iter().map(|found| place(&found.span)).collect();
        return Err(EditError::Several { path: path.join("."), places });
    }
    let Some(found) = found.pop() else {
        let key = path.get(scanned.deepest).copied().unwrap_or_default();
        return Err(EditError::Missing {
            path: path.join("."),
            key: key.to_owned(),
            near: nearest(key, scanned.there.iter().map(String::as_str)).map(str::to_owned),
            place: Box::new(place(&scanned.deepest_span)),
        });
    };
    if !found.is_text {
        let place = Box::new(place(&found.span));
        return Err(EditError::NotAString { path: path.join("."), place });
    }
    Ok(found)
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c => out.push(c),
        }
    }
    out
}

/// The five names every XML file knows; others stay as they are.
fn unescaped(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .into_iter()
        .fold(text.to_owned(), |text, (name, c)| text.replace(name, c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str, path: &str) -> Result<String, &'static str> {
        let path: Vec<&str> = path.split('.').collect();
        let source = Source::file("pom.xml", text);
        set_text(&source, &path, "1.1.0").map_err(|error| Diagnostic::from(error).code)
    }

    #[test]
    fn only_the_value_changes() {
        let pom = "\u{FEFF}<?xml version=\"1.0\"?>\r\n<!DOCTYPE p [ <!ENTITY a \">\"> ]>\r\n<project xmlns=\"m\">\r\n  <!-- <version>0</version> -->\r\n  <parent><version>9</version></parent>\r\n  <version> 1.0.0\r\n </version>\r\n  <dep a='>'/>\r\n</project>\r\n";
        let expected = pom.replace(" 1.0.0\r\n", " 1.1.0\r\n");
        assert_eq!(set(pom, "project.version"), Ok(expected));
        for (before, path, after) in [
            ("<p v=\"1\" w='2'/>", "p.@v", "<p v=\"1.1.0\" w='2'/>"),
            ("<p><a/><b  v = '1' ></b></p>", "p.b.@v", "<p><a/><b  v = '1.1.0' ></b></p>"),
            ("<p><v><![CDATA[1]]></v></p>", "p.v", "<p><v><![CDATA[1.1.0]]></v></p>"),
            ("<p><v>1<!-- c --></v></p>", "p.v", "<p><v>1.1.0<!-- c --></v></p>"),
            (
                "<p><g><a>x</a></g><g><v>1</v></g></p>",
                "p.g.v",
                "<p><g><a>x</a></g><g><v>1.1.0</v></g></p>",
            ),
            ("<m:p><m:v>1</m:v></m:p>", "m:p.m:v", "<m:p><m:v>1.1.0</m:v></m:p>"),
            ("<v>1.1.0</v>", "v", "<v>1.1.0</v>"),
        ] {
            assert_eq!(set(before, path).as_deref(), Ok(after), "{before}");
        }
    }

    #[test]
    fn what_is_not_one_text_stays() {
        for (text, path, code) in [
            ("<p><v>1</v><v>2</v></p>", "p.v", "text-edit/several"),
            ("<p><v><w/></v></p>", "p.v", "text-edit/not-a-string"),
            ("<p><v/></p>", "p.v", "text-edit/not-a-string"),
            ("<p><v></v></p>", "p.v", "text-edit/not-a-string"),
            ("<p><v>1<!-- -->2</v></p>", "p.v", "text-edit/not-a-string"),
            ("<p><w>1</w></p>", "p.v", "text-edit/missing"),
            ("<p><v>1</p>", "p.v", "text-edit/xml"),
            ("<p><v>1</v>", "p.v", "text-edit/xml"),
            ("<p><v>1</v></p></q>", "p.v", "text-edit/xml"),
            ("<p><!-- <v>1</v></p>", "p.v", "text-edit/xml"),
            ("<p", "p", "text-edit/xml"),
            ("", "p", "text-edit/missing"),
        ] {
            assert_eq!(set(text, path), Err(code), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[<>/!\\-\\[\\]?&;'\"=a-c \nCDATé]{0,48}", new in "[<>&'\"a;\\]]{0,6}") {
            for path in [&["a"][..], &["a", "b"], &["a", "@b"]] {
                let source = Source::file("f", text.as_str());
                if let Ok(edited) = set_text(&source, path, &new) {
                    let edited = Source::file("f", edited);
                    proptest::prop_assert_eq!(get_text(&edited, path).unwrap(), new.as_str());
                }
            }
        }
    }
}
