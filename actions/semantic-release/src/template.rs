//! Changelogs and notes from users' own Jinja2 templates.
//!
//! [`Templates::find`] looks what there is, [`Templates::files`] and [`Templates::notes`] render it
//! from what [`crate::survey::record`] read of history. Templates read files of the repository and
//! nothing else, and steps, depth and size of what they do are limited.

mod context;
mod engine;
mod filters;
mod moment;
mod objects;
mod reader;
mod rewrite;
mod syntax;
mod text;
mod values;

use std::path::Path;
use std::sync::Arc;

use config::Spanned;
use diagnostics::{Diagnostic, Source};

pub use context::{Facts, Release};
pub use filters::Server;
pub use reader::Reader;
pub use syntax::Syntax;

use engine::{Engine, Folder, is_below};

/// The template of the notes.
const NOTES: &str = ".release_notes.md.j2";
/// The ending of a template.
const ENDING: &str = ".j2";
/// The widest indentation or padding that filters make.
const LINE_LIMIT: usize = 10_000;

/// A file that templates make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Relative to the root of the repository, with `/`.
    pub path: String,
    /// The template, or the file that is copied, as users know it.
    pub from: String,
    /// The contents.
    pub contents: Vec<u8>,
}

/// The templates of a repository.
#[derive(Clone, Debug)]
pub struct Templates {
    folder: Folder,
    /// Files below the folder that are rendered or copied, with `/`; hidden ones are not.
    files: Vec<String>,
    /// There are templates besides the one of the notes.
    has_changelog: bool,
    has_notes: bool,
}

impl Templates {
    /// Looks for templates in `dir` of the working directory; `None` when there are none.
    ///
    /// # Errors
    /// The folder lies outside the repository.
    pub fn find(
        root: &Path,
        directory: &Path,
        dir: &Spanned<String>,
    ) -> Result<Option<Self>, Diagnostic> {
        let Ok(path) = directory.join(&dir.value).canonicalize() else { return Ok(None) };
        if !path.is_dir() {
            return Ok(None);
        }
        if !is_below(root, &path) {
            let message = format!("`{}` is no folder inside the repository", dir.value);
            let problem = if dir.source.is_file() {
                dir.error("release/templates", message)
            } else {
                Diagnostic::bad_input("release/templates", message)
            };
            return Err(problem.with_help("name a folder of the repository for `template_dir`"));
        }
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let folder = Folder { root: root.to_owned(), path, shown };
        let mut found = Self { folder, files: Vec::new(), has_changelog: false, has_notes: false };
        found.walk(&found.folder.path.clone(), "", false)?;
        found.files.sort();
        Ok((found.has_changelog || found.has_notes).then_some(found))
    }

    fn walk(&mut self, folder: &Path, below: &str, is_hidden: bool) -> Result<(), Diagnostic> {
        let failed = |error: std::io::Error| {
            Diagnostic::bad_input(
                "release/templates",
                format!("`{}` cannot be read: {error}", folder.display()),
            )
            .with_help("check the permissions of the folder")
        };
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            let path = format!("{below}{name}");
            let is_hidden = is_hidden || name.starts_with('.');
            if entry.file_type().map_err(failed)?.is_dir() {
                self.walk(&entry.path(), &format!("{path}/"), is_hidden)?;
            } else if entry.path().is_file() {
                let is_template = name.len() > ENDING.len() && name.ends_with(ENDING);
                if path == NOTES {
                    self.has_notes = true;
                } else {
                    self.has_changelog |= is_template;
                }
                if !is_hidden {
                    self.files.push(path);
                }
            }
        }
        Ok(())
    }

    /// Whether templates take the place of the default changelog.
    pub const fn has_changelog(&self) -> bool {
        self.has_changelog
    }

    /// Whether a template takes the place of the default notes.
    pub const fn has_notes(&self) -> bool {
        self.has_notes
    }

    /// The files the templates make, and those that are copied along.
    ///
    /// # Errors
    /// A template that cannot be rendered, with file, line and what to do.
    pub fn files(
        &self,
        syntax: &Syntax,
        facts: &Facts<'_>,
        reader: Reader,
    ) -> Result<Vec<Rendered>, Diagnostic> {
        let folder = self.folder.clone();
        let reader = Some(Arc::new(reader));
        let mut engine = Engine::new(folder, syntax, facts.server, reader, facts.fuel())?;
        let context = facts.changelog();
        engine.global("context", context.clone());
        engine.global("ctx", context);
        let mut made: Vec<Rendered> = Vec::new();
        for file in &self.files {
            let path = output(file);
            let contents = if path == file {
                self.copy(file)?
            } else {
                format!("{}\n", engine.render(file)?).into_bytes()
            };
            made.retain(|other| other.path != path);
            let from = format!("{}/{file}", self.folder.shown);
            made.push(Rendered { path: path.to_owned(), from, contents });
        }
        Ok(made)
    }

    fn copy(&self, file: &str) -> Result<Vec<u8>, Diagnostic> {
        let path = self.folder.path.join(file);
        let read = reader::read_inside(&self.folder.root, &path);
        read.and_then(|bytes| bytes.ok_or_else(|| "is gone".to_owned())).map_err(|why| {
            Diagnostic::bad_input("release/templates", format!("`{}/{file}` {why}", self.folder.shown))
                .with_help("files beside templates are copied to the repository; take this one away, or hide it behind a dot")
        })
    }

    /// The notes of a release.
    ///
    /// # Errors
    /// The template cannot be rendered.
    pub fn notes(&self, facts: &Facts<'_>, license: &str) -> Result<String, Diagnostic> {
        let folder = self.folder.clone();
        let mut engine = Engine::new(folder, &Syntax::default(), facts.server, None, facts.fuel())?;
        for (name, value) in facts.notes(license) {
            engine.global(name, value);
        }
        Ok(format!("{}\n", engine.render(NOTES)?.replace('\r', "")))
    }

    /// Where a file a template makes is named for errors.
    pub fn item(rendered: &Rendered, depth: usize) -> Spanned<String> {
        let value = format!("{}{}", "../".repeat(depth), rendered.path);
        Spanned { value, span: 0..0, source: Source::file(rendered.from.clone(), "") }
    }

    /// The paths of the files that are made, relative to the root of the repository.
    pub fn outputs(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| output(file))
    }
}

/// Where a file of the folder goes; a name that is nothing but the ending is no template.
fn output(file: &str) -> &str {
    file.strip_suffix(ENDING)
        .filter(|path| !path.is_empty() && !path.ends_with('/'))
        .unwrap_or(file)
}

#[cfg(test)]
mod tests;
