//! The engine with everything templates may use, and within limits.

use std::borrow::Cow;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diagnostics::{Diagnostic, Source};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Value};

use super::filters::{self, Server};
use super::reader::{Reader, read_inside};
use super::rewrite::rewrite;
use super::syntax::Syntax;
use super::text;
use crate::pytext::is_space;

/// The longest text a template may give, in bytes.
const OUTPUT_LIMIT: usize = 32 * 1024 * 1024;
/// How deep templates may call, include and recurse.
const DEPTH: usize = 200;

/// A folder of templates.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    /// The top of the working tree, real path.
    pub(super) root: PathBuf,
    /// The folder, real path.
    pub(super) path: PathBuf,
    /// The folder as users know it.
    pub(super) shown: String,
}

/// Renders the templates of a folder.
pub(super) struct Engine {
    environment: Environment<'static>,
    folder: Folder,
}

impl Engine {
    /// An engine; with a `reader` templates may read files and make reStructuredText.
    pub(super) fn new(
        folder: Folder,
        syntax: &Syntax,
        server: &Server,
        reader: Option<Arc<Reader>>,
        fuel: u64,
    ) -> Result<Self, Diagnostic> {
        let mut environment = Environment::new();
        syntax.apply(&mut environment).map_err(|error| {
            Diagnostic::bad_input("release/templates", format!("`changelog.environment`: {error}"))
                .with_help("choose marks of which none is another's beginning")
        })?;
        environment.set_fuel(Some(fuel));
        environment.set_recursion_limit(DEPTH);
        let escape = if syntax.autoescape { AutoEscape::Html } else { AutoEscape::None };
        environment.set_auto_escape_callback(move |_| escape.clone());
        environment.set_formatter(|out, state, value| {
            let text = value.to_string();
            let is_plain = matches!(state.auto_escape(), AutoEscape::None) || value.is_safe();
            let text = if is_plain { text } else { filters::escape(&text) };
            out.write_str(&text).map_err(Error::from)
        });
        environment.set_unknown_method_callback(text::method);
        environment.set_path_join_callback(|name, parent| Cow::Owned(beside(name, parent)));
        let (from, written) = (folder.clone(), syntax.clone());
        environment
            .set_loader(move |name| Ok(load(&from, name)?.map(|text| rewrite(&text, &written))));
        filters::shared(&mut environment, server);
        if let Some(reader) = reader {
            filters::changelog(&mut environment, reader);
        }
        Ok(Self { environment, folder })
    }

    /// Makes a value known to all templates.
    pub(super) fn global(&mut self, name: &'static str, value: Value) {
        self.environment.add_global(name, value);
    }

    /// The text of a template, without blanks at its end.
    pub(super) fn render(&self, name: &str) -> Result<String, Diagnostic> {
        let mut out = Limited(Vec::new());
        let rendered = self
            .environment
            .get_template(name)
            .and_then(|template| template.render_captured_to((), &mut out).map(|_| ()));
        rendered.map_err(|error| self.problem(name, &error))?;
        let text = String::from_utf8_lossy(&out.0);
        Ok(text.trim_end_matches(is_space).to_owned())
    }

    /// What went wrong, at the innermost place that is known.
    fn problem(&self, name: &str, error: &Error) -> Diagnostic {
        let mut innermost = error;
        let mut place = (error.name().unwrap_or(name).to_owned(), error.line());
        let mut source = std::error::Error::source(error);
        while let Some(next) = source {
            if let Some(next) = next.downcast_ref::<Error>() {
                innermost = next;
                if let Some(name) = next.name() {
                    place = (name.to_owned(), next.line());
                }
            }
            source = next.source();
        }
        let (name, line) = place;
        let path = format!("{}/{name}", self.folder.shown);
        let said = innermost.detail().map_or_else(|| innermost.kind().to_string(), str::to_owned);
        let (said, help) = match innermost.kind() {
            ErrorKind::OutOfFuel => (
                "the template takes too many steps".to_owned(),
                "look for a loop that does not end, or that goes over everything for each commit",
            ),
            ErrorKind::WriteFailure => (
                format!("the template gives more than {} MiB", OUTPUT_LIMIT / 1024 / 1024),
                "look for a loop that writes too much",
            ),
            ErrorKind::TemplateNotFound => (
                said,
                "names of templates start at the folder of the template that names them, and stay in `template_dir`",
            ),
            ErrorKind::UnknownFilter
            | ErrorKind::UnknownTest
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownMethod => {
                (said, "check the name; extensions written in Python are not available")
            }
            _ => (
                said,
                "correct the template; the README, section Own templates, names what differs from Jinja2",
            ),
        };
        let mut problem = Diagnostic::bad_input("release/templates", format!("`{path}`: {said}"));
        let text = load(&self.folder, &name).ok().flatten().unwrap_or_default();
        let start: usize = text
            .split_inclusive('\n')
            .take(line.unwrap_or(1).saturating_sub(1))
            .map(str::len)
            .sum();
        let length = text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
        problem = problem.with_label(&Source::file(path, text), start..start + length, "");
        problem.with_help(help)
    }
}

/// The name of a template that another one names.
fn beside(name: &str, parent: &str) -> String {
    match parent.rsplit_once('/') {
        Some((folder, _)) if !name.starts_with('/') => format!("{folder}/{name}"),
        _ => name.to_owned(),
    }
}

/// The text of a template; `None` when there is none of this name, or it would lie elsewhere.
fn load(folder: &Folder, name: &str) -> Result<Option<String>, Error> {
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
    if parts.contains(&"..") {
        return Ok(None);
    }
    let path = parts.iter().fold(folder.path.clone(), |path, part| path.join(part));
    let failed =
        |why: String| Error::new(ErrorKind::InvalidOperation, format!("template {name:?} {why}"));
    let Some(bytes) = read_inside(&folder.root, &path).map_err(failed)? else { return Ok(None) };
    let text = String::from_utf8(bytes).map_err(|_| failed("is not UTF-8 text".to_owned()))?;
    Ok(Some(text))
}

/// Whether a path is a folder of its own, really below the root.
pub(super) fn is_below(root: &Path, path: &Path) -> bool {
    path != root && path.starts_with(root)
}

/// Takes what fits.
struct Limited(Vec<u8>);

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > OUTPUT_LIMIT {
            return Err(std::io::Error::other("too much"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
