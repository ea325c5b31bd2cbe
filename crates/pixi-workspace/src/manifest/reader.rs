//! Reading a manifest: leniently into the model, with a finding for what pixi refuses.

use std::ops::Range;
use std::path::{Path, PathBuf};

use config::{Key, MAX_PROBLEMS, Node, Spanned, Tree, Value, nearest, parse_toml};
use diagnostics::{Failure, Source};

use super::keys::Known;
use super::{Kind, Manifest, judge, pyproject, root};
use crate::{Finding, Holds, PixiVersion};

/// A manifest that is TOML, before a version of pixi reads it.
///
/// Two steps, since which pixi reads it may depend on what it asks for.
#[derive(Clone, Debug)]
pub struct Document {
    tree: Tree,
    path: PathBuf,
    kind: Kind,
}

impl Document {
    /// Parses the text of a manifest; by the name of `path` it is one of the three files, any
    /// other name is read as a `pixi.toml`.
    ///
    /// # Errors
    /// Where it is not TOML.
    pub fn parse(source: &Source, path: &Path) -> Result<Self, Failure> {
        let tree = parse_toml(source)?;
        let kind = Kind::of(path).unwrap_or(Kind::Pixi);
        Ok(Self { tree, path: path.to_path_buf(), kind })
    }

    /// Which of the three files it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its text.
    pub fn source(&self) -> &Source {
        self.tree.source()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `requires-pixi`, where it is a text.
    pub fn requires_pixi(&self) -> Option<Spanned<String>> {
        let root = self.root()?;
        let workspace = root.get("workspace").or_else(|| root.get("project"))?;
        let node = workspace.get("requires-pixi")?;
        let value = node.as_str()?.to_owned();
        Some(Spanned { value, span: node.span.clone(), source: self.tree.source().clone() })
    }

    /// The manifest, and what is to be said about it when this version of pixi reads it.
    pub fn read(&self, version: PixiVersion) -> (Manifest, Vec<Finding>) {
        let mut reader = Reader::new(self.tree.source(), self.kind, version);
        let mut manifest = root::read(&mut reader, self.root(), &self.path);
        if self.kind == Kind::Pyproject {
            pyproject::read(&mut reader, self.tree.root(), &mut manifest);
        }
        judge::judge(&mut reader, &manifest);
        manifest.unjudged = std::mem::take(&mut reader.unjudged);
        let mut findings = reader.findings;
        findings.sort_by_key(|finding| finding.place.as_ref().map_or(0, |(_, span)| span.start));
        (manifest, findings)
    }

    /// The table that is pixi's.
    fn root(&self) -> Option<&Node> {
        match self.kind {
            Kind::Pyproject => self.tree.get_path(&["tool", "pixi"]),
            Kind::Pixi | Kind::Mojoproject => Some(self.tree.root()),
        }
    }
}

/// A manifest read at once: [`Document::parse`] and [`Document::read`].
///
/// # Errors
/// Where it is not TOML.
pub fn read(
    source: &Source,
    path: &Path,
    version: PixiVersion,
) -> Result<(Manifest, Vec<Finding>), Failure> {
    Ok(Document::parse(source, path)?.read(version))
}

/// Whether a key of a table bears on the lock while its value is not kept.
fn is_unjudged(key: &str, table: &[Known]) -> bool {
    match key {
        "dev" | "no-build" | "dependency-overrides" => true,
        "exclude-newer" => table == super::keys::CHANNEL || table == super::keys::ROOT,
        _ => false,
    }
}

/// What reading needs everywhere, and what it found.
pub(super) struct Reader<'d> {
    pub(super) source: &'d Source,
    pub(super) kind: Kind,
    pub(super) version: PixiVersion,
    /// `[workspace.dependencies]`, which `{ workspace = true }` takes from.
    pub(super) pool: Option<&'d Node>,
    findings: Vec<Finding>,
    /// See [`Manifest::unjudged`].
    unjudged: Vec<Spanned<String>>,
}

impl<'d> Reader<'d> {
    fn new(source: &'d Source, kind: Kind, version: PixiVersion) -> Self {
        Self { source, kind, version, pool: None, findings: Vec::new(), unjudged: Vec::new() }
    }

    /// Whether the pixi in use is at least 0.`minor`.
    pub(super) fn since(&self, minor: u64) -> bool {
        self.version >= PixiVersion::new(0, minor, 0)
    }

    /// Notes a finding; of very many only the first.
    pub(super) fn found(&mut self, finding: Finding) {
        if self.findings.len() < MAX_PROBLEMS {
            self.findings.push(finding);
        }
    }

    /// Something that pixi refuses, with its own words.
    pub(super) fn refused(
        &self,
        code: &'static str,
        message: impl Into<String>,
        span: &Range<usize>,
        words: impl Into<String>,
    ) -> Finding {
        Finding::error(code, message).at(self.source, span).prevents(words)
    }

    /// A text with its place.
    pub(super) fn spanned(&self, value: impl Into<String>, span: &Range<usize>) -> Spanned<String> {
        Spanned { value: value.into(), span: span.clone(), source: self.source.clone() }
    }

    /// A value of another type than pixi takes.
    pub(super) fn wrong_type(&mut self, node: &Node, expected: &str) {
        let found = type_of(node);
        let finding = self.refused(
            "manifest/wrong-type",
            format!("must be {expected}, not {found}"),
            &node.span,
            format!("expected {expected}, found {}", type_word(node)),
        );
        let remedy = match (&node.value, node.scalar_text()) {
            (Value::String(text), _)
                if expected.contains("array") || expected.contains("sequence") =>
            {
                format!("write `[\"{text}\"]`")
            }
            (Value::String(_), _) | (_, None) => format!("make it {expected}"),
            (_, Some(text)) if expected.contains("string") => format!("write `\"{text}\"`"),
            (_, Some(_)) => format!("make it {expected}"),
        };
        self.found(finding.remedy(remedy));
    }

    /// A text. A number where a text is due is taken at its word, and refused.
    pub(super) fn text(&mut self, node: &Node) -> Option<Spanned<String>> {
        if node.as_str().is_none() {
            self.wrong_type(node, "a string");
        }
        node.scalar_text().map(|text| self.spanned(text, &node.span))
    }

    /// The entries of a table.
    pub(super) fn table<'n>(&mut self, node: &'n Node) -> &'n [(Key, Node)] {
        if node.entries().is_none() {
            self.wrong_type(node, "a table");
        }
        node.entries().unwrap_or_default()
    }

    /// The items of a list.
    pub(super) fn list<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        if node.items().is_none() {
            self.wrong_type(node, "an array");
        }
        node.items().unwrap_or_default()
    }

    /// The texts of a list.
    pub(super) fn texts(&mut self, node: &Node) -> Vec<Spanned<String>> {
        self.list(node).iter().filter_map(|item| self.text(item)).collect()
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, node: &Node) -> bool {
        if !matches!(node.value, Value::Bool(_)) {
            self.wrong_type(node, "a boolean");
        }
        matches!(node.value, Value::Bool(true))
    }

    /// A text out of a few.
    pub(super) fn choice(&mut self, node: &Node, words: &[&str]) -> Option<Spanned<String>> {
        let text = self.text(node)?;
        if !words.contains(&text.value.as_str()) {
            let listed = |quote: char| {
                words.iter().map(|word| format!("{quote}{word}{quote}")).collect::<Vec<_>>()
            };
            let finding = self.refused(
                "manifest/wrong-value",
                format!("`{}` is not one of {}", text.value, listed('`').join(", ")),
                &node.span,
                format!("Expected one of {}", listed('\'').join(", ")),
            );
            let near = nearest(&text.value, words.iter().copied());
            self.found(finding.remedy(match near {
                Some(near) => format!("write `\"{near}\"`"),
                None => format!("write one of {}", listed('`').join(", ")),
            }));
        }
        Some(text)
    }

    /// Checks the keys of a table: unknown ones, and those that came with a later pixi.
    pub(super) fn keys(&mut self, table: &str, entries: &[(Key, Node)], known: &[Known]) {
        for (key, _) in entries {
            if is_unjudged(&key.text, known) {
                let key = self.spanned(key.text.as_str(), &key.span);
                self.unjudged.push(key);
            }
            match known.iter().find(|(name, _)| *name == key.text) {
                Some((_, since)) if self.since(*since) => {}
                Some((_, since)) => self.too_new(table, key, known, *since),
                None => {
                    let finding = self.unknown(table, key, known);
                    self.found(finding);
                }
            }
        }
    }

    /// A key that nobody knows, as a warning: a later pixi may.
    pub(super) fn unknown(&self, table: &str, key: &Key, known: &[Known]) -> Finding {
        let finding = Finding::warning(
            "manifest/unknown-key",
            format!("pixi knows no key `{}`{}", key.text, within(table)),
        )
        .at(self.source, &key.span)
        .prevents(self.unexpected(known));
        match nearest(&key.text, known.iter().map(|(name, _)| *name)) {
            Some(near) => finding.remedy(format!("did you mean `{near}`?")),
            None => finding.remedy(format!("remove `{}`", key.text)),
        }
    }

    fn too_new(&mut self, table: &str, key: &Key, known: &[Known], since: u64) {
        let finding = self
            .refused(
                "manifest/needs-newer-pixi",
                format!(
                    "`{}`{} needs pixi >= 0.{since}, this is {}",
                    key.text,
                    within(table),
                    self.version
                ),
                &key.span,
                self.unexpected(known),
            )
            .holds(Holds::before(since))
            .remedy(newer_pixi(since));
        self.found(finding);
    }

    /// What pixi says to a key it does not know.
    fn unexpected(&self, known: &[Known]) -> String {
        let names: Vec<String> = known
            .iter()
            .filter(|(_, since)| self.since(*since))
            .map(|(name, _)| format!("'{name}'"))
            .collect();
        format!("Unexpected keys, expected only {}", names.join(", "))
    }
}

/// The remedy for a manifest that is newer than the pixi in use.
pub(super) fn newer_pixi(since: u64) -> String {
    format!("use pixi >= 0.{since}: set `pixi-version` to `0.{since}.0` or later")
}

fn within(table: &str) -> String {
    if table.is_empty() { String::new() } else { format!(" in `{table}`") }
}

/// What a value is, as pixi's TOML reader words it.
pub(super) fn type_word(node: &Node) -> &'static str {
    match &node.value {
        Value::String(_) | Value::Null => "string",
        Value::Number(text) if text.contains(['.', 'e', 'E', 'n']) && !text.starts_with("0x") => {
            "float"
        }
        Value::Number(_) => "integer",
        Value::Bool(_) => "boolean",
        Value::Datetime(_) => "datetime",
        Value::Sequence(_) => "array",
        Value::Mapping(_) => "table",
    }
}

fn type_of(node: &Node) -> String {
    let word = type_word(node);
    let article = if word.starts_with(['a', 'i']) { "an" } else { "a" };
    format!("{article} {word}")
}
