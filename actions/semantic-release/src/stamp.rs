//! Writing the version into files: `version_toml` and `version_variables`.

mod variable;

use config::Spanned;
use diagnostics::{Diagnostic, Source};

use crate::tags::TagFormat;
pub use variable::Variable;

/// How the version is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `1.2.3`.
    Number,
    /// The tag: `v1.2.3`.
    Tag,
}

/// Where in a file the version stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The keys that lead to it in a TOML file.
    Toml(Vec<String>),
    /// What is assigned to a variable, in any text.
    Variable(Variable),
}

/// One item of `version_toml`, `file:key.path[:nf|:tf]`, or of `version_variables`,
/// `file:name[:nf|:tf]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The file, relative to the working directory.
    pub file: String,
    /// Where in it the version stands.
    pub target: Target,
    /// How it is written.
    pub form: Form,
    /// The item, for messages.
    pub item: Spanned<String>,
}

impl Stamp {
    /// Reads an item of `version_toml`.
    ///
    /// # Errors
    /// A part is missing or empty, or the form is neither `nf` nor `tf`.
    pub fn toml(item: Spanned<String>) -> Result<Self, Diagnostic> {
        let (file, path, form) = parts(&item, "release/version-toml", "KEY.PATH")?;
        let keys: Vec<String> = path.split('.').map(str::to_owned).collect();
        if keys.iter().any(String::is_empty) {
            let message = format!("`{}`: a key of the path is empty", item.value);
            return Err(item.error("release/version-toml", message));
        }
        Ok(Self { file, target: Target::Toml(keys), form, item })
    }

    /// Reads an item of `version_variables`.
    ///
    /// # Errors
    /// As for [`Stamp::toml`].
    pub fn variable(item: Spanned<String>, tags: &TagFormat) -> Result<Self, Diagnostic> {
        let (file, name, form) = parts(&item, "release/version-variables", "NAME")?;
        let variable = match form {
            Form::Number => Variable::number(name),
            Form::Tag => Variable::tag(name, tags),
        };
        Ok(Self { file, target: Target::Variable(variable), form, item })
    }

    /// The text of the file with the version in it.
    ///
    /// # Errors
    /// The file is not TOML, or there is no version at that place: a version that cannot be
    /// written must not be released.
    pub fn apply(&self, source: &Source, version: &str, tag: &str) -> Result<String, Diagnostic> {
        let new = match self.form {
            Form::Number => version,
            Form::Tag => tag,
        };
        match &self.target {
            Target::Toml(path) => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                text_edit::toml::set_string(source, &path, new).map_err(|error| {
                    let diagnostic = Diagnostic::from(error);
                    diagnostic.with_label(
                        &self.item.source,
                        self.item.span.clone(),
                        "asked for here",
                    )
                })
            }
            Target::Variable(variable) => {
                let bug = |error: fancy_regex::Error| Diagnostic::bug(error.to_string());
                variable.set(source.contents(), new).map_err(bug)?.ok_or_else(|| {
                    self.item
                        .error(
                            "release/not-stamped",
                            format!(
                                "`{}` has no version to replace: nothing in it matches `{}`",
                                source.name(),
                                variable.shape()
                            ),
                        )
                        .with_help("correct the name, write a first version into the file, or take the item out of `version_variables`")
                })
            }
        }
    }
}

/// File, place and form of an item.
fn parts(
    item: &Spanned<String>,
    code: &'static str,
    place: &str,
) -> Result<(String, String, Form), Diagnostic> {
    let wrong = |why: &str| {
        item.error(code, format!("`{}`: {why}", item.value)).with_help(format!(
            "write `FILE:{place}`, with `:nf` for 1.2.3 (default) or `:tf` for the tag"
        ))
    };
    let mut parts = item.value.splitn(3, ':');
    let file = parts.next().unwrap_or_default();
    let inside = parts.next().ok_or_else(|| wrong("there is no `:` behind the file"))?;
    let form = match parts.next() {
        None | Some("nf") => Form::Number,
        Some("tf") => Form::Tag,
        Some(_) => return Err(wrong("the form must be `nf` or `tf`")),
    };
    if file.is_empty() || inside.is_empty() {
        return Err(wrong("neither part may be empty"));
    }
    Ok((file.to_owned(), inside.to_owned(), form))
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
            let stamp = Stamp::toml(item(text)).unwrap();
            assert_eq!((stamp.file.as_str(), stamp.form), (file, form));
            let path: Vec<String> = path.into_iter().map(str::to_owned).collect();
            assert_eq!(stamp.target, Target::Toml(path));
        }
        for text in ["pyproject.toml", ":a", "a:", "a:b..c", "a:b:xf", "a:b:nf:c"] {
            assert_eq!(Stamp::toml(item(text)).unwrap_err().code, "release/version-toml", "{text}");
        }
    }

    #[test]
    fn only_the_value_changes() {
        let stamp = Stamp::toml(item("pyproject.toml:project.version")).unwrap();
        let file = Source::file("pyproject.toml", "[project] # c\nversion =  '1.0.0'\r\n");
        let text = stamp.apply(&file, "1.1.0-dev.1", "v1.1.0-dev.1").unwrap();
        assert_eq!(text, "[project] # c\nversion =  '1.1.0-dev.1'\r\n");
        let missing = Source::file("pyproject.toml", "[project]\nname = 'x'\n");
        let error = stamp.apply(&missing, "1.1.0", "v1.1.0").unwrap_err();
        assert_eq!(error.exit, diagnostics::Exit::BadInput);
        assert_eq!(error.labels.last().unwrap().text, "asked for here");
    }

    #[test]
    fn variables() {
        let tags = TagFormat::parse("v{version}").unwrap();
        let stamp = Stamp::variable(item("a.py:__version__"), &tags).unwrap();
        let file = Source::file("a.py", "__version__ = '1.0.0'\r\n");
        assert_eq!(stamp.apply(&file, "1.1.0", "v1.1.0").unwrap(), "__version__ = '1.1.0'\r\n");
        let tagged = Stamp::variable(item("a.yml:image:tf"), &tags).unwrap();
        let file = Source::file("a.yml", "image: v1.0.0 # 1.0.0\n");
        assert_eq!(tagged.apply(&file, "1.1.0", "v1.1.0").unwrap(), "image: v1.1.0 # 1.0.0\n");
        for text in ["a.py", "a.py:", ":v", "a.py:v:xf"] {
            let error = Stamp::variable(item(text), &tags).unwrap_err();
            assert_eq!(error.code, "release/version-variables", "{text}");
        }
    }

    #[test]
    fn a_version_that_is_not_found_is_an_error_with_file_and_pattern() {
        let tags = TagFormat::parse("v{version}").unwrap();
        let stamp = Stamp::variable(item("a.yml:image:tf"), &tags).unwrap();
        let error = stamp.apply(&Source::file("a.yml", "image: 1.0.0\n"), "1.1.0", "v1.1.0");
        let error = error.unwrap_err();
        assert_eq!((error.code, error.exit), ("release/not-stamped", diagnostics::Exit::BadInput));
        assert!(error.message.contains("`a.yml`") && error.message.contains("image = vVERSION"));
    }
}
