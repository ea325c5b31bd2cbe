//! How the items of the settings are written.

use config::Spanned;
use diagnostics::Diagnostic;

use super::{Form, Markup, Stamp, Target, Variable};
use crate::tags::TagFormat;

/// What reading an item needs besides the item.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'t> {
    /// How tags are named.
    pub tags: &'t TagFormat,
    /// Variables may have a type.
    pub annotated: bool,
    /// Items without a form mean PEP 440 where the file is Python's.
    pub python: bool,
}

/// File, place and form of an item.
struct Parts {
    file: String,
    inside: String,
    form: Form,
}

impl Reading<'_> {
    /// Reads an item of `version_toml`, `file:key.path[:nf|tf|pep440]`.
    ///
    /// # Errors
    /// A part is missing or empty, or the form is unknown.
    pub fn toml(&self, item: Spanned<String>) -> Result<Stamp, Diagnostic> {
        let parts = self.parts(&item, "release/version-toml", "KEY.PATH")?;
        let keys = keys(&item, &parts, "release/version-toml")?;
        let target = Target::Path(Markup::Toml, keys);
        Ok(Stamp { file: parts.file, target, form: parts.form, item })
    }

    /// Reads an item of `version_variables`, `file:name[:nf|tf|pep440]`; the name `*` stands for
    /// the whole file.
    ///
    /// # Errors
    /// As for [`Reading::toml`].
    pub fn variable(&self, item: Spanned<String>) -> Result<Stamp, Diagnostic> {
        let Parts { file, inside, form } =
            self.parts(&item, "release/version-variables", "NAME")?;
        let variable = match form {
            _ if inside == "*" => return Ok(Stamp { file, target: Target::Whole, form, item }),
            Form::Number => Variable::number(inside),
            Form::Pep440 => Variable::pep440(inside),
            Form::Tag => Variable::tag(inside, self.tags),
        };
        let target = Target::Variable(variable.annotated(self.annotated));
        Ok(Stamp { file, target, form, item })
    }

    /// Reads an item of `version_paths`, `file:path[:nf|tf|pep440]`; the file's extension tells
    /// its format.
    ///
    /// # Errors
    /// As for [`Reading::toml`]; also for other extensions.
    pub fn path(&self, item: Spanned<String>) -> Result<Stamp, Diagnostic> {
        let parts = self.parts(&item, "release/version-paths", "PATH")?;
        let keys = keys(&item, &parts, "release/version-paths")?;
        let extension = parts.file.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
        let markup = match extension.as_deref().unwrap_or_default() {
            "json" => Markup::Json,
            "toml" => Markup::Toml,
            "yml" | "yaml" => Markup::Yaml,
            "xml" | "pom" | "csproj" | "fsproj" | "vbproj" | "props" | "targets" | "nuspec"
            | "plist" | "vcxproj" => Markup::Xml,
            _ => {
                let message =
                    format!("`{}`: the name does not tell JSON, YAML, TOML or XML", parts.file);
                let help = "stamp other files with `version_variables`";
                return Err(item.error("release/version-paths", message).with_help(help));
            }
        };
        let target = Target::Path(markup, keys);
        Ok(Stamp { file: parts.file, target, form: parts.form, item })
    }

    fn parts(
        &self,
        item: &Spanned<String>,
        code: &'static str,
        place: &str,
    ) -> Result<Parts, Diagnostic> {
        let wrong = |why: &str| {
            item.error(code, format!("`{}`: {why}", item.value)).with_help(format!(
                "write `FILE:{place}`, with `:nf` for 1.2.3 (default), `:tf` for the tag or `:pep440` for Python's form"
            ))
        };
        let mut parts = item.value.splitn(3, ':');
        let file = parts.next().unwrap_or_default();
        let inside = parts.next().ok_or_else(|| wrong("there is no `:` behind the file"))?;
        let form = match parts.next() {
            None if self.python && is_python(file) => Form::Pep440,
            None | Some("nf") => Form::Number,
            Some("tf") => Form::Tag,
            Some("pep440") => Form::Pep440,
            Some(_) => return Err(wrong("the form must be `nf`, `tf` or `pep440`")),
        };
        if file.is_empty() || inside.is_empty() {
            return Err(wrong("neither part may be empty"));
        }
        Ok(Parts { file: file.to_owned(), inside: inside.to_owned(), form })
    }
}

/// The names in a dotted path.
fn keys(
    item: &Spanned<String>,
    parts: &Parts,
    code: &'static str,
) -> Result<Vec<String>, Diagnostic> {
    let keys: Vec<String> = parts.inside.split('.').map(str::to_owned).collect();
    if keys.iter().any(String::is_empty) {
        let message = format!("`{}`: a key of the path is empty", item.value);
        let help = "write keys with one dot between them";
        return Err(item.error(code, message).with_help(help));
    }
    Ok(keys)
}

/// Whether Python's packages read the version from this file.
fn is_python(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    let extension = name.rsplit_once('.').map(|(_, end)| end);
    matches!(extension, Some("py" | "pyi")) || matches!(name, "pyproject.toml" | "setup.cfg")
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;

    fn item(text: &str) -> Spanned<String> {
        let source = Source::file("pyproject.toml", text);
        Spanned { value: text.to_owned(), span: 0..text.len(), source }
    }

    #[test]
    fn items() {
        let tags = TagFormat::parse("v{version}").unwrap();
        let plain = Reading { tags: &tags, annotated: false, python: false };
        let python = Reading { python: true, ..plain };
        for (reading, text, file, path, form) in [
            (plain, "p.toml:project.version", "p.toml", "project version", Form::Number),
            (plain, "a/b.toml:v:nf", "a/b.toml", "v", Form::Number),
            (plain, "b.toml:package.0.version:tf", "b.toml", "package 0 version", Form::Tag),
            (plain, "b.toml:v:pep440", "b.toml", "v", Form::Pep440),
            (python, "b.toml:v", "b.toml", "v", Form::Number),
            (python, "sub/pyproject.toml:v", "sub/pyproject.toml", "v", Form::Pep440),
            (python, "pyproject.toml:v:nf", "pyproject.toml", "v", Form::Number),
        ] {
            let stamp = reading.toml(item(text)).unwrap();
            assert_eq!((stamp.file.as_str(), stamp.form), (file, form), "{text}");
            let path = path.split(' ').map(str::to_owned).collect();
            assert_eq!(stamp.target, Target::Path(Markup::Toml, path));
        }
        let code = |result: Result<Stamp, Diagnostic>| result.unwrap_err().code;
        for text in ["pyproject.toml", ":a", "a:", "a:b..c", "a:b:xf", "a:b:nf:c"] {
            assert_eq!(code(plain.toml(item(text))), "release/version-toml", "{text}");
        }
        for text in ["a.py", "a.py:", ":v", "a.py:v:xf"] {
            assert_eq!(code(plain.variable(item(text))), "release/version-variables", "{text}");
        }
        for text in ["a.json", "a.txt:v", "Makefile:v", "a.json:v.", "a.json:v:xf"] {
            assert_eq!(code(plain.path(item(text))), "release/version-paths", "{text}");
        }
    }
}
