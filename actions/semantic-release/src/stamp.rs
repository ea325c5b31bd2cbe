//! Writing the version into files: `version_toml`, `version_variables` and `version_paths`.

mod item;
mod variable;

use config::Spanned;
use diagnostics::{Diagnostic, Source};

use crate::pep440;
use crate::version::Version;
pub use item::Reading;
pub use variable::Variable;

/// How the version is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `1.2.3-rc.1`.
    Number,
    /// The tag: `v1.2.3-rc.1`.
    Tag,
    /// As Python's packages have it: `1.2.3rc1`.
    Pep440,
}

/// The formats `version_paths` knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// JSON.
    Json,
    /// TOML.
    Toml,
    /// XML.
    Xml,
    /// YAML, one document.
    Yaml,
}

/// Where in a file the version stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The keys or elements that lead to it.
    Path(Markup, Vec<String>),
    /// What is assigned to a variable, in any text.
    Variable(Variable),
    /// The file holds the version and nothing else.
    Whole,
}

/// One item of `version_toml`, `version_variables` or `version_paths`.
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
    /// The text of the file with the version in it.
    ///
    /// # Errors
    /// The file is not of its format, or there is no version at that place: a version that cannot
    /// be written must not be released.
    pub fn apply(&self, source: &Source, version: &str, tag: &str) -> Result<String, Diagnostic> {
        let new = match self.form {
            Form::Number => version.to_owned(),
            Form::Tag => tag.to_owned(),
            Form::Pep440 => python(version).ok_or_else(|| self.not_pep440(version))?,
        };
        match &self.target {
            Target::Path(markup, path) => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                let set = match markup {
                    Markup::Json => text_edit::json::set_string,
                    Markup::Toml => text_edit::toml::set_string,
                    Markup::Xml => text_edit::xml::set_text,
                    Markup::Yaml => text_edit::yaml::set_scalar,
                };
                set(source, &path, &new).map_err(|error| {
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
                let stamped = variable.set(source.contents(), &new).map_err(bug)?;
                stamped.ok_or_else(|| self.not_stamped(source, variable))
            }
            // A file that says so already stays as it is, whatever blanks are around.
            Target::Whole if source.contents().trim() == new => Ok(source.contents().to_owned()),
            Target::Whole => Ok(format!("{new}\n")),
        }
    }

    /// Whether the file is made where there is none.
    pub fn makes_file(&self) -> bool {
        self.target == Target::Whole
    }

    fn not_stamped(&self, source: &Source, variable: &Variable) -> Diagnostic {
        let (name, shape) = (source.name(), variable.shape());
        let message =
            format!("`{name}` has no version to replace: nothing in it matches `{shape}`");
        self.item.error("release/not-stamped", message).with_help(
            "correct the name, write a first version into the file, or take the item out of `version_variables`",
        )
    }

    fn not_pep440(&self, version: &str) -> Diagnostic {
        let message = format!("`{version}` has no form by PEP 440");
        self.item
            .error("release/python-form", message)
            .with_help("name prereleases `alpha`, `beta`, `rc` or `dev`, or write `:nf` here")
    }
}

/// A version as Python's packages have it; `None` where PEP 440 has no form for it.
pub fn python(version: &str) -> Option<String> {
    pep440::of(&Version::parse(version, "").ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tags::TagFormat;

    /// An item of `version_toml`, `version_variables` or `version_paths`.
    fn read(text: &str, key: &str) -> Stamp {
        let source = Source::file("pyproject.toml", text);
        let item = Spanned { value: text.to_owned(), span: 0..text.len(), source };
        let tags = TagFormat::parse("v{version}").unwrap();
        let reading = Reading { tags: &tags, annotated: false, python: false };
        match key {
            "toml" => reading.toml(item),
            "path" => reading.path(item),
            _ => reading.variable(item),
        }
        .unwrap()
    }

    #[test]
    fn only_the_value_changes() {
        let stamp = read("pyproject.toml:project.version", "toml");
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
        let stamp = read("a.py:__version__", "variable");
        let file = Source::file("a.py", "__version__ = '1.0.0'\r\n");
        assert_eq!(stamp.apply(&file, "1.1.0", "v1.1.0").unwrap(), "__version__ = '1.1.0'\r\n");
        let tagged = read("a.yml:image:tf", "variable");
        let file = Source::file("a.yml", "image: v1.0.0 # 1.0.0\n");
        assert_eq!(tagged.apply(&file, "1.1.0", "v1.1.0").unwrap(), "image: v1.1.0 # 1.0.0\n");
    }

    #[test]
    fn a_version_that_is_not_found_is_an_error_with_file_and_pattern() {
        let stamp = read("a.yml:image:tf", "variable");
        let error = stamp.apply(&Source::file("a.yml", "image: 1.0.0\n"), "1.1.0", "v1.1.0");
        let error = error.unwrap_err();
        assert_eq!((error.code, error.exit), ("release/not-stamped", diagnostics::Exit::BadInput));
        assert!(error.message.contains("`a.yml`") && error.message.contains("image = vVERSION"));
    }

    #[test]
    fn python_spells_versions_its_own_way() {
        let stamp = read("a.py:__version__:pep440", "variable");
        for old in ["1.0.0", "1.0.0-dev.1", "1.0.0.dev1"] {
            let file = Source::file("a.py", format!("__version__ = '{old}'\n"));
            let text = stamp.apply(&file, "1.1.0-dev.2", "v1.1.0-dev.2").unwrap();
            assert_eq!(text, "__version__ = '1.1.0.dev2'\n", "{old}");
        }
        let error = stamp.apply(&Source::file("a.py", ""), "1.1.0-nightly.1", "").unwrap_err();
        assert_eq!(error.code, "release/python-form");
        let stamp = read("pyproject.toml:project.version:pep440", "toml");
        let file = Source::file("pyproject.toml", "[project]\nversion = '1'\n");
        let text = stamp.apply(&file, "1.1.0-rc.1", "v1.1.0-rc.1").unwrap();
        assert_eq!(text, "[project]\nversion = '1.1.0rc1'\n");
    }

    #[test]
    fn whole_files() {
        for (item, old, new) in [
            ("VERSION:*", "", "1.1.0\n"),
            ("VERSION:*", "1.0.0", "1.1.0\n"),
            ("VERSION:*", "1.1.0", "1.1.0"),
            ("VERSION:*", "\r\n1.1.0\r\n", "\r\n1.1.0\r\n"),
            ("VERSION:*:tf", "v1.0.0\n", "v1.1.0\n"),
        ] {
            let stamp = read(item, "variable");
            assert!(stamp.makes_file());
            let text = stamp.apply(&Source::file("VERSION", old), "1.1.0", "v1.1.0").unwrap();
            assert_eq!(text, new, "{old}");
        }
    }

    #[test]
    fn paths_in_json_yaml_and_xml() {
        for (item, old, new) in [
            ("package.json:version", "{\"version\": \"1.0.0\"}", "{\"version\": \"1.1.0\"}"),
            (
                "Chart.yaml:appVersion:tf",
                "appVersion: 'v1' # a\r\n",
                "appVersion: 'v1.1.0' # a\r\n",
            ),
            (
                "pom.xml:project.version",
                "<project><version>1</version></project>",
                "<project><version>1.1.0</version></project>",
            ),
            ("a.toml:v", "v = \"1\"", "v = \"1.1.0\""),
        ] {
            let stamp = read(item, "path");
            let text = stamp.apply(&Source::file("f", old), "1.1.0", "v1.1.0").unwrap();
            assert_eq!(text, new);
        }
        let stamp = read("package.json:version", "path");
        let error = stamp.apply(&Source::file("package.json", "{}"), "1.1.0", "").unwrap_err();
        assert_eq!(error.labels.last().unwrap().text, "asked for here");
    }
}
