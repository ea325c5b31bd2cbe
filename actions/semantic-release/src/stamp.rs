//! Writing the version into TOML files (`version_toml`).

use config::Spanned;
use diagnostics::{Diagnostic, Source};

/// How the version is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `1.2.3`.
    Number,
    /// The tag: `v1.2.3`.
    Tag,
}

/// One item of `version_toml`: `file:key.path[:nf|:tf]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The file, relative to the working directory.
    pub file: String,
    /// The keys that lead to the version.
    pub path: Vec<String>,
    /// How it is written.
    pub form: Form,
    /// The item, for messages.
    pub item: Spanned<String>,
}

impl Stamp {
    /// Reads an item.
    ///
    /// # Errors
    /// A part is missing or empty, or the form is neither `nf` nor `tf`.
    pub fn parse(item: Spanned<String>) -> Result<Self, Diagnostic> {
        let wrong = |why: &str| {
            item.error("release/version-toml", format!("`{}`: {why}", item.value)).with_help(
                "write `FILE:KEY.PATH`, with `:nf` for 1.2.3 (default) or `:tf` for the tag",
            )
        };
        let mut parts = item.value.splitn(3, ':');
        let file = parts.next().unwrap_or_default();
        let path = parts.next().ok_or_else(|| wrong("there is no `:` between file and key"))?;
        let form = match parts.next() {
            None | Some("nf") => Form::Number,
            Some("tf") => Form::Tag,
            Some(_) => return Err(wrong("the form must be `nf` or `tf`")),
        };
        let keys: Vec<String> = path.split('.').map(str::to_owned).collect();
        if file.is_empty() || keys.iter().any(String::is_empty) {
            return Err(wrong("file and key must not be empty"));
        }
        Ok(Self { file: file.to_owned(), path: keys, form, item })
    }

    /// The text of the file with the version in it.
    ///
    /// # Errors
    /// The file is not TOML, or the key is missing or no string: a version that cannot be written
    /// must not be released.
    pub fn apply(&self, source: &Source, version: &str, tag: &str) -> Result<String, Diagnostic> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let new = match self.form {
            Form::Number => version,
            Form::Tag => tag,
        };
        text_edit::toml::set_string(source, &path, new).map_err(|error| {
            let diagnostic = Diagnostic::from(error);
            diagnostic.with_label(&self.item.source, self.item.span.clone(), "asked for here")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(text: &str) -> Spanned<String> {
        let source = Source::file("pyproject.toml", text);
        Spanned { value: text.to_owned(), span: 0..text.len(), source }
    }

    #[test]
    fn items() {
        for (text, file, path, form) in [
            (
                "pyproject.toml:project.version",
                "pyproject.toml",
                vec!["project", "version"],
                Form::Number,
            ),
            ("a/b.toml:v:nf", "a/b.toml", vec!["v"], Form::Number),
            ("b.toml:package.0.version:tf", "b.toml", vec!["package", "0", "version"], Form::Tag),
        ] {
            let stamp = Stamp::parse(item(text)).unwrap();
            assert_eq!((stamp.file.as_str(), stamp.form), (file, form));
            assert_eq!(stamp.path, path);
        }
        for text in ["pyproject.toml", ":a", "a:", "a:b..c", "a:b:xf", "a:b:nf:c"] {
            assert_eq!(
                Stamp::parse(item(text)).unwrap_err().code,
                "release/version-toml",
                "{text}"
            );
        }
    }

    #[test]
    fn only_the_value_changes() {
        let stamp = Stamp::parse(item("pyproject.toml:project.version")).unwrap();
        let file = Source::file("pyproject.toml", "[project] # c\nversion =  '1.0.0'\r\n");
        let text = stamp.apply(&file, "1.1.0-dev.1", "v1.1.0-dev.1").unwrap();
        assert_eq!(text, "[project] # c\nversion =  '1.1.0-dev.1'\r\n");
        let missing = Source::file("pyproject.toml", "[project]\nname = 'x'\n");
        let error = stamp.apply(&missing, "1.1.0", "v1.1.0").unwrap_err();
        assert_eq!(error.exit, diagnostics::Exit::BadInput);
        assert_eq!(error.labels.last().unwrap().text, "asked for here");
    }
}
