//! `packages`.

use std::ops::Range;

use super::events::{Node, Scalar, Walk};
use super::location::{Archive, decoded, fragment, is_folder, normalised, wheel};
use super::trouble::Kind;
use super::{Conda, Package, PackageKind, Pypi, Trouble};

pub(super) fn packages(walk: &mut Walk<'_>) -> Result<Vec<Package>, Trouble> {
    let mut packages = Vec::new();
    let node = walk.value()?;
    if !matches!(node, Node::Sequence) {
        return walk.pass(&node).map(|()| packages);
    }
    while let Some(item) = walk.item()? {
        if matches!(item, Node::Mapping) {
            let entry = Entry::read(walk)?;
            packages.push(entry.package(walk)?);
        } else {
            walk.pass(&item)?;
        }
    }
    Ok(packages)
}

/// Which key opened an entry, or what its `kind` says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    Conda,
    Source,
    Pypi,
}

/// The fields of a package, whatever kind it is.
#[derive(Default)]
struct Entry {
    opened: Option<Opened>,
    /// The location: of format 6 and 7 the value of the first key, before `url` or `path`.
    location: Option<(String, Range<usize>)>,
    name: Option<(String, Range<usize>)>,
    version: Option<String>,
    sha256: Option<String>,
    conda: Conda,
    has_build: bool,
    requires_dist: Vec<String>,
    requires_python: Option<String>,
    index: Option<String>,
    is_editable: bool,
}

impl Entry {
    fn read(walk: &mut Walk<'_>) -> Result<Self, Trouble> {
        let mut entry = Self::default();
        while let Some(key) = walk.key()? {
            entry.field(walk, &key.text)?;
        }
        Ok(entry)
    }

    fn field(&mut self, walk: &mut Walk<'_>, key: &str) -> Result<(), Trouble> {
        match key {
            "conda" => self.opened(walk, Opened::Conda)?,
            "conda_source" => self.opened(walk, Opened::Source)?,
            "pypi" => self.opened(walk, Opened::Pypi)?,
            "kind" => {
                self.opened = match walk.text()?.as_deref() {
                    Some("conda") => Some(Opened::Conda),
                    Some("conda_source" | "conda-source") => Some(Opened::Source),
                    Some("pypi") => Some(Opened::Pypi),
                    _ => self.opened,
                }
            }
            "url" | "path" if self.location.is_none() => {
                self.location = walk.scalar()?.map(placed);
            }
            "name" => self.name = walk.scalar()?.map(placed),
            "version" => self.version = walk.text()?,
            "sha256" => self.sha256 = walk.text()?,
            "build" => {
                self.has_build = true;
                self.conda.build = walk.text()?.unwrap_or_default();
            }
            "subdir" => self.conda.subdir = walk.text()?.unwrap_or_default(),
            "depends" => self.conda.depends = walk.texts()?,
            "constrains" => self.conda.constrains = walk.texts()?,
            "size" => self.conda.size = number(walk)?,
            "timestamp" => self.conda.timestamp = number(walk)?,
            "purls" => self.conda.purls = Some(walk.texts()?),
            "requires_dist" => self.requires_dist = walk.texts()?,
            "requires_python" => self.requires_python = walk.text()?,
            "index" => self.index = walk.text()?,
            "editable" => self.is_editable = walk.text()?.is_some_and(|text| text == "true"),
            _ => walk.skip()?,
        }
        Ok(())
    }

    fn opened(&mut self, walk: &mut Walk<'_>, opened: Opened) -> Result<(), Trouble> {
        self.opened = Some(opened);
        self.location = walk.scalar()?.map(placed);
        Ok(())
    }

    fn package(self, walk: &Walk<'_>) -> Result<Package, Trouble> {
        let wrong = |what: &str| walk.trouble(Kind::Inconsistent(what.to_owned()));
        let Some(opened) = self.opened else {
            return Err(wrong("a package that is neither `conda` nor `pypi`"));
        };
        let Some((location, place)) = self.location else {
            return Err(wrong("a package without a location"));
        };
        // Formats 4 and 5 begin an entry with its name.
        let span = self.name.as_ref().filter(|(_, name)| name.start < place.start);
        let span = span.map_or(place, |(_, name)| name.clone());
        let sha256 = self.sha256.unwrap_or_else(|| fragment(&location).to_owned());
        let name = self.name.map(|(name, _)| name);
        if opened == Opened::Pypi {
            return Ok(Package {
                span,
                name: name.map_or_else(
                    || wheel(&location).map(|(name, _)| normalised(&name)).unwrap_or_default(),
                    |name| normalised(&name),
                ),
                version: self
                    .version
                    .map(|version| decoded(&version))
                    .or_else(|| wheel(&location).map(|(_, version)| version))
                    .unwrap_or_default(),
                sha256,
                kind: PackageKind::Pypi(Pypi {
                    requires_dist: self.requires_dist,
                    requires_python: self.requires_python,
                    index: self.index,
                    extras: Vec::new(),
                    is_path: is_folder(&location),
                    is_editable: self.is_editable,
                }),
                location,
            });
        }
        let archive = Archive::of(&location);
        let is_source = opened == Opened::Source || archive.is_none();
        let archive = archive.unwrap_or_default();
        let mut conda = self.conda;
        if !self.has_build {
            archive.build.clone_into(&mut conda.build);
        }
        if conda.subdir.is_empty() {
            archive.subdir.clone_into(&mut conda.subdir);
        }
        let name = name.unwrap_or_else(|| match opened {
            Opened::Source => location.split('[').next().unwrap_or_default().trim().to_owned(),
            _ => archive.name.to_owned(),
        });
        let version = self.version.unwrap_or_else(|| archive.version.to_owned());
        let kind =
            if is_source { PackageKind::CondaSource(conda) } else { PackageKind::Conda(conda) };
        Ok(Package { span, location, name, version, sha256, kind })
    }
}

fn placed(scalar: Scalar) -> (String, Range<usize>) {
    let span = scalar.span.clone();
    (scalar.into_text(), span)
}

fn number(walk: &mut Walk<'_>) -> Result<Option<u64>, Trouble> {
    Ok(walk.text()?.and_then(|text| text.parse().ok()))
}

/// Whether it is a SHA-256, or absent.
pub(super) fn is_digest(text: &str) -> bool {
    text.is_empty() || text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
