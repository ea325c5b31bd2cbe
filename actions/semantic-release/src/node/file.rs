//! The configuration file of node's semantic-release.

use std::path::Path;

use action_kit::Context;
use config::{Problems, Table, Tree, Unknown, Value};
use diagnostics::{Diagnostic, Failure, Source};

use super::branches::{Channel, Token, Written};
use super::{Node, plugins};
use crate::glob::Glob;
use crate::inputs::{OnMoved, Wishes};

/// The names that are read, in the order in which they are looked for.
const NAMES: [&str; 5] =
    ["package.json", ".releaserc", ".releaserc.json", ".releaserc.yaml", ".releaserc.yml"];
/// The names of programs that make a configuration.
const PROGRAMS: [&str; 8] = [
    ".releaserc.js",
    ".releaserc.cjs",
    ".releaserc.mjs",
    ".releaserc.ts",
    "release.config.js",
    "release.config.cjs",
    "release.config.mjs",
    "release.config.ts",
];
/// `branches`, where they are not written.
const BRANCHES: [&str; 5] = ["+([0-9])?(.{+([0-9]),x}).x", "master", "main", "next", "next-major"];

/// What was read.
pub struct Loaded {
    /// Branches and what is switched on.
    pub node: Node,
    /// The rest, said in python-semantic-release's keys.
    pub tree: Tree,
    /// What users should know.
    pub warnings: Vec<Diagnostic>,
}

/// Reads the file that is named in `config_file` where it is one of node's, else the one there is.
///
/// # Errors
/// Several files, a program, every problem of the file.
pub fn load(context: &Context, directory: &Path) -> Result<Option<Loaded>, Failure> {
    let named = context.inputs.path("config_file");
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    if let Some(path) = &named {
        let base = name(path).unwrap_or_default();
        if PROGRAMS.contains(&base.as_str()) {
            return Err(program(&base).into());
        }
        if !NAMES.contains(&base.as_str()) {
            return Ok(None);
        }
        return read(context, directory, path).map(Some);
    }
    let is_there = |name: &&&str| directory.join(name).exists();
    let mut found: Vec<&str> = Vec::new();
    for name in NAMES.iter().filter(is_there) {
        if *name != "package.json" || has_release_key(directory) {
            found.push(name);
        }
    }
    let programs = PROGRAMS.iter().filter(is_there);
    match (found.as_slice(), programs.copied().next()) {
        ([], Some(name)) => Err(program(name).into()),
        ([], None) => Ok(None),
        ([name], None) => read(context, directory, Path::new(name)).map(Some),
        (several, other) => {
            let all: Vec<&str> = several.iter().copied().chain(other).collect();
            Err(two(&all.join("`, `")).into())
        }
    }
}

impl Loaded {
    /// Takes this configuration, and switches off what no plugin asks for. There must be no other:
    /// `tree` is `pyproject.toml`.
    ///
    /// # Errors
    /// Both configurations are there.
    pub fn prefer(
        self,
        tree: Option<&Tree>,
        wishes: &mut Wishes,
        context: &Context,
    ) -> Result<Self, Diagnostic> {
        if tree.is_some_and(|tree| tree.get("tool.semantic_release").is_some()) {
            return Err(two(&format!("pyproject.toml`, `{}", self.node.shown)));
        }
        wishes.commit &= self.node.commit;
        wishes.changelog &= self.node.changelog;
        wishes.release &= self.node.release;
        if context.inputs.text("on_moved").is_none() {
            wishes.on_moved = OnMoved::Skip;
        }
        Ok(self)
    }
}

/// Several configurations are there.
pub fn two(names: &str) -> Diagnostic {
    Diagnostic::bad_input(
        "release/two-configurations",
        format!("several files configure releases: `{names}`"),
    )
    .with_help("keep one, or name one in `config_file`")
}

fn program(name: &str) -> Diagnostic {
    Diagnostic::bad_input("release/node-program", format!("`{name}` is a program, which cannot run here"))
        .with_help("write what it exports to `.releaserc.json`: `node -p \"JSON.stringify(require('./FILE'))\"`")
}

fn text(directory: &Path, path: &Path) -> Result<String, Diagnostic> {
    let shown = path.display();
    let wrong = |why: String| {
        Diagnostic::bad_input("release/config-file", format!("configuration file `{shown}` {why}"))
            .with_help("name an ordinary file of the repository, relative to the working directory")
    };
    if let Some(why) = crate::settings::refuse(directory, Some(path)) {
        return Err(wrong(why));
    }
    std::fs::read_to_string(directory.join(path))
        .map_err(|error| wrong(format!("cannot be read: {error}")))
}

/// `package.json` has a key `release`; one that cannot be read is no configuration.
fn has_release_key(directory: &Path) -> bool {
    let text = text(directory, Path::new("package.json")).unwrap_or_default();
    text.contains("\"release\"")
        && config::parse_json(&Source::file("package.json", text))
            .is_ok_and(|tree| tree.get("release").is_some())
}

fn read(context: &Context, directory: &Path, path: &Path) -> Result<Loaded, Failure> {
    let shown = context.paths.shown(&directory.join(path));
    let text = text(directory, path)?;
    let is_package = path.file_name().is_some_and(|name| name == "package.json");
    let is_json = is_package
        || path.extension().is_some_and(|extension| extension == "json")
        || text.trim_start().starts_with('{');
    let source = Source::file(shown.clone(), text);
    let tree = if is_json { config::parse_json(&source)? } else { config::parse_yaml(&source)? };
    let has_package = directory.join("package.json").exists();
    let (mut node, toml, warnings) = understand(&tree, is_package, has_package)?;
    let tree = config::parse_toml(&Source::file(shown.clone(), toml))?;
    node.shown = shown;
    Ok(Loaded { node, tree, warnings })
}

/// Branches, the rest as `[tool.semantic_release]`, and warnings.
///
/// # Errors
/// Every problem.
pub fn understand(
    tree: &Tree,
    is_package: bool,
    has_package: bool,
) -> Result<(Node, String, Vec<Diagnostic>), Failure> {
    let problems = Problems::default();
    let table =
        if is_package { tree.get_table(&["release"], &problems) } else { tree.table(&problems) };
    let mut node = Node::default();
    let mut toml = String::new();
    if let Some(table) = table {
        node.written = branches(&table);
        toml = plugins::translate(&table, &mut node, has_package);
        table.accept(&["$schema", "dryRun", "ci", "debug", "noCi"]);
        table.finish(Unknown::Warn);
    }
    let warnings = problems.into_result()?;
    Ok((node, toml, warnings))
}

fn branches(table: &Table<'_>) -> Vec<Written> {
    let plain = |name: &str, prerelease| {
        let name = Glob::new(name).ok()?;
        Some(Written { name, channel: None, range: None, prerelease })
    };
    let Some(field) = table.field("branches") else {
        let releases = BRANCHES.iter().filter_map(|name| plain(name, None));
        let tokens = ["beta", "alpha"].iter().filter_map(|name| plain(name, Some(Token::Name)));
        return releases.chain(tokens).collect();
    };
    let is_list = field.node().items().is_some();
    let items = if is_list { field.items().unwrap_or_default() } else { vec![field] };
    let mut written = Vec::new();
    for item in items {
        let (name, entry) = if item.node().as_str().is_some() {
            (item.string(), None)
        } else {
            let Some(entry) = item.table() else { continue };
            (entry.required("name", Table::string), Some(entry))
        };
        let Some(name) = name else { continue };
        let glob = match Glob::new(name.value.trim()) {
            Ok(glob) => glob,
            Err(error) => {
                let message = format!("branch `{}`: {error}", name.value);
                table.problems().push(
                    name.error("release/node-branches", message)
                        .with_help("write the branch's name or a pattern with `*`"),
                );
                continue;
            }
        };
        let mut branch = Written { name: glob, channel: None, range: None, prerelease: None };
        if let Some(entry) = entry {
            options(&entry, &mut branch);
            entry.finish(Unknown::Warn);
        }
        written.push(branch);
    }
    written
}

fn options(entry: &Table<'_>, branch: &mut Written) {
    if let Some(field) = entry.field("channel") {
        branch.channel = match &field.node().value {
            Value::Null => None,
            Value::Bool(false) => Some(Channel::Default),
            _ => field.string().map(|text| Channel::Named(text.value)),
        };
    }
    if let Some(field) = entry.field("range") {
        branch.range = match &field.node().value {
            Value::Null | Value::Bool(false) => None,
            _ => field.string().map(|text| text.value),
        };
    }
    if let Some(field) = entry.field("prerelease") {
        branch.prerelease = match &field.node().value {
            Value::Null | Value::Bool(false) => None,
            Value::Bool(true) => Some(Token::Name),
            _ => field.string().map(|text| Token::Text(text.value)),
        };
    }
}
