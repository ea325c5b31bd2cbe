//! `platforms` and `environments`.

use std::collections::HashSet;
use std::ops::Range;

use diagnostics::Source;

use super::events::{Node, Scalar, Walk};
use super::read::{Locations, Positions};
use super::trouble::Kind;
use super::{LockedEnvironment, LockedPlatform, Package, Row, Trouble};

/// An environment whose rows are not yet joined with the packages.
#[derive(Default)]
pub(super) struct EnvironmentEntry {
    environment: LockedEnvironment,
    rows: Vec<RowEntry>,
}

struct RowEntry {
    platform: String,
    span: Range<usize>,
    selectors: Vec<Selector>,
}

/// One line of a row.
struct Selector {
    /// The number of its location.
    number: usize,
    /// Where it stands.
    start: usize,
    /// `name`, `version`, `build` and `subdir`, where one location holds several packages.
    refined: Option<Box<[Option<String>; 4]>>,
}

/// What of a selector tells packages of one location apart.
const REFINED: [&str; 4] = ["name", "version", "build", "subdir"];

pub(super) fn platforms(walk: &mut Walk<'_>) -> Result<Vec<LockedPlatform>, Trouble> {
    let mut platforms: Vec<LockedPlatform> = Vec::new();
    let mut names = HashSet::new();
    let node = walk.value()?;
    if !matches!(node, Node::Sequence) {
        return walk.pass(&node).map(|()| platforms);
    }
    while let Some(item) = walk.item()? {
        if !matches!(item, Node::Mapping) {
            walk.pass(&item)?;
            continue;
        }
        let mut name = None;
        let mut subdir = None;
        let mut virtual_packages = None;
        while let Some(key) = walk.key()? {
            match key.text.as_str() {
                "name" => name = walk.scalar()?,
                "subdir" => subdir = walk.text()?,
                "virtual-packages" => {
                    virtual_packages = Some(walk.texts()?.iter().map(|text| pair(text)).collect());
                }
                _ => walk.skip()?,
            }
        }
        let Some(Scalar { text: name, span, .. }) = name else {
            let kind = Kind::Inconsistent("a platform without a name".to_owned());
            return Err(walk.trouble(kind));
        };
        if !names.insert(name.clone()) {
            let kind = Kind::Inconsistent(format!("the platform `{name}` is there twice"));
            return Err(Trouble { span, ..walk.trouble(kind) });
        }
        let subdir = subdir.unwrap_or_else(|| name.clone());
        platforms.push(LockedPlatform { name, subdir, virtual_packages, span });
    }
    Ok(platforms)
}

/// `__cuda=12.1` and `__archspec=0=x86_64`: the name and the rest.
fn pair(text: &str) -> (String, String) {
    let (name, rest) = text.split_once('=').unwrap_or((text, ""));
    (name.trim().to_owned(), rest.trim().to_owned())
}

pub(super) fn environments(
    walk: &mut Walk<'_>,
    locations: &mut Locations,
) -> Result<Vec<EnvironmentEntry>, Trouble> {
    let mut environments: Vec<EnvironmentEntry> = Vec::new();
    let mut names = HashSet::new();
    let node = walk.value()?;
    if !matches!(node, Node::Mapping) {
        return walk.pass(&node).map(|()| environments);
    }
    while let Some(name) = walk.key()? {
        if !names.insert(name.text.clone()) {
            let kind =
                Kind::Inconsistent(format!("the environment `{}` is there twice", name.text));
            return Err(Trouble { span: name.span, ..walk.trouble(kind) });
        }
        environments.push(environment(walk, name, locations)?);
    }
    Ok(environments)
}

fn environment(
    walk: &mut Walk<'_>,
    name: Scalar,
    locations: &mut Locations,
) -> Result<EnvironmentEntry, Trouble> {
    let mut entry = EnvironmentEntry::default();
    let environment = &mut entry.environment;
    environment.name = name.text;
    environment.span = name.span;
    let node = walk.value()?;
    if !matches!(node, Node::Mapping) {
        return walk.pass(&node).map(|()| entry);
    }
    while let Some(key) = walk.key()? {
        match key.text.as_str() {
            "channels" => environment.channels = urls(walk)?,
            "indexes" => environment.indexes = Some(walk.texts()?),
            "find-links" => environment.find_links = urls(walk)?,
            "options" => environment.options = options(walk)?,
            "packages" => entry.rows = rows(walk, locations)?,
            _ => walk.skip()?,
        }
    }
    Ok(entry)
}

/// A list of `url: …` or `path: …`, or of plain texts.
fn urls(walk: &mut Walk<'_>) -> Result<Vec<String>, Trouble> {
    let mut urls = Vec::new();
    let node = walk.value()?;
    if !matches!(node, Node::Sequence) {
        return walk.pass(&node).map(|()| urls);
    }
    while let Some(item) = walk.item()? {
        match item {
            Node::Scalar(scalar) => urls.push(scalar.text),
            Node::Sequence => walk.pass(&item)?,
            Node::Mapping => {
                while let Some(key) = walk.key()? {
                    match key.text.as_str() {
                        "url" | "path" => urls.extend(walk.text()?),
                        _ => walk.skip()?,
                    }
                }
            }
        }
    }
    Ok(urls)
}

fn options(walk: &mut Walk<'_>) -> Result<Vec<(String, String)>, Trouble> {
    let mut options = Vec::new();
    let node = walk.value()?;
    if !matches!(node, Node::Mapping) {
        return walk.pass(&node).map(|()| options);
    }
    while let Some(key) = walk.key()? {
        if let Some(value) = walk.text()? {
            options.push((key.text, value));
        }
    }
    Ok(options)
}

fn rows(walk: &mut Walk<'_>, locations: &mut Locations) -> Result<Vec<RowEntry>, Trouble> {
    let mut rows: Vec<RowEntry> = Vec::new();
    let mut names = HashSet::new();
    let node = walk.value()?;
    if !matches!(node, Node::Mapping) {
        return walk.pass(&node).map(|()| rows);
    }
    while let Some(key) = walk.key()? {
        if !names.insert(key.text.clone()) {
            let kind = Kind::Inconsistent(format!("the platform `{}` is there twice", key.text));
            return Err(Trouble { span: key.span, ..walk.trouble(kind) });
        }
        let mut row = RowEntry { platform: key.text, span: key.span, selectors: Vec::new() };
        let node = walk.value()?;
        if matches!(node, Node::Sequence) {
            while let Some(item) = walk.item()? {
                match item {
                    Node::Mapping => row.selectors.extend(selector(walk, locations)?),
                    other => walk.pass(&other)?,
                }
            }
        } else {
            walk.pass(&node)?;
        }
        rows.push(row);
    }
    Ok(rows)
}

fn selector(walk: &mut Walk<'_>, locations: &mut Locations) -> Result<Option<Selector>, Trouble> {
    let mut found = None;
    let mut extras = Vec::new();
    let mut refined: Option<Box<[Option<String>; 4]>> = None;
    while let Some(key) = walk.key()? {
        match key.text.as_str() {
            "conda" | "pypi" | "conda_source" => found = walk.scalar()?,
            "extras" => extras = walk.texts()?,
            name => match REFINED.iter().position(|known| *known == name) {
                Some(field) => {
                    let text = walk.text()?;
                    let refined = refined.get_or_insert_with(Box::default);
                    if let Some(slot) = refined.get_mut(field) {
                        *slot = text;
                    }
                }
                None => walk.skip()?,
            },
        }
    }
    let Some(Scalar { text, span, .. }) = found else { return Ok(None) };
    let number = locations.number(&text);
    locations.extras(number, extras);
    Ok(Some(Selector { number, start: span.start, refined }))
}

impl EnvironmentEntry {
    /// Every row is one of the lock's platforms.
    pub(super) fn check_platforms(
        &self,
        source: &Source,
        platforms: &HashSet<&str>,
    ) -> Result<(), Trouble> {
        let unknown = self.rows.iter().find(|row| !platforms.contains(row.platform.as_str()));
        let Some(row) = unknown else { return Ok(()) };
        let what = format!(
            "the environment `{}` has packages for `{}`, which is not in `platforms`",
            self.environment.name, row.platform
        );
        Err(Trouble::new(Kind::Inconsistent(what), source, row.span.clone()))
    }

    /// The environment with its packages.
    pub(super) fn join(
        mut self,
        source: &Source,
        positions: &Positions,
        packages: &[Package],
    ) -> Result<LockedEnvironment, Trouble> {
        for row in self.rows {
            let mut joined = Vec::with_capacity(row.selectors.len());
            for selector in &row.selectors {
                let Some(position) = selector.package(positions, packages) else {
                    return Err(dangling(source, &self.environment.name, &row.platform, selector));
                };
                joined.push(position);
            }
            let RowEntry { platform, span, .. } = row;
            self.environment.rows.push(Row { platform, span, packages: joined });
        }
        Ok(self.environment)
    }
}

fn dangling(source: &Source, environment: &str, platform: &str, selector: &Selector) -> Trouble {
    let text = source.contents();
    let line = text.get(selector.start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let what = format!(
        "the environment `{environment}` has `{}` for `{platform}`, and `packages` does not describe it",
        line.trim_end()
    );
    // What pixi writes ends with a line end.
    let kind = if text.ends_with('\n') { Kind::Inconsistent(what) } else { Kind::Truncated(what) };
    Trouble::new(kind, source, selector.start..selector.start + line.len())
}

impl Selector {
    fn package(&self, positions: &Positions, packages: &[Package]) -> Option<usize> {
        let (first, others) = positions.get(self.number)?;
        let Some(refined) = &self.refined else { return Some(first) };
        let fits = |position: &usize| {
            packages.get(*position).is_some_and(|package| self.fits(refined, package))
        };
        Some(std::iter::once(first).chain(others.iter().copied()).find(fits).unwrap_or(first))
    }

    fn fits(&self, refined: &[Option<String>; 4], package: &Package) -> bool {
        let conda = package.conda();
        let has = [
            package.name.as_str(),
            package.version.as_str(),
            conda.map_or("", |conda| conda.build.as_str()),
            conda.map_or("", |conda| conda.subdir.as_str()),
        ];
        debug_assert!(self.refined.is_some());
        refined.iter().zip(has).all(|(wanted, has)| wanted.as_deref().is_none_or(|w| w == has))
    }
}
