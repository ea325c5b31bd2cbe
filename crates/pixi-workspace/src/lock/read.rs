//! The document: its keys, and how rows and packages find each other.

use std::collections::{BTreeSet, HashMap, HashSet};

use diagnostics::Source;

use super::environment::{self, EnvironmentEntry};
use super::events::{Node, Scalar, Walk, is_null};
use super::package;
use super::trouble::{Kind, at_first_sight};
use super::{Lock, LockedPlatform, Package, PackageKind, Trouble};

/// The largest lock read, in bytes.
pub const MAX_BYTES: usize = 128 * 1024 * 1024;

/// How many packages of one location selectors can choose among: pixi writes one per variant.
const MAX_AT_ONE_LOCATION: usize = 256;

/// The newest format known.
const NEWEST: u64 = 7;

/// Reads a lock of format 4 to 7.
///
/// Unknown fields are passed over, as pixi does. The work is proportional to the size of the text.
///
/// # Errors
/// What keeps it from being read, and where.
pub fn read(source: &Source) -> Result<Lock, Trouble> {
    if let Some(trouble) = at_first_sight(source) {
        return Err(trouble);
    }
    let mut walk = Walk::new(source);
    let parts = parts(&mut walk);
    let cut = |kind| Trouble::new(kind, source, source.contents().len()..source.contents().len());
    match parts {
        Ok(Some(parts)) => parts.join(source),
        Ok(None) => Err(cut(Kind::Empty)),
        Err(trouble) => Err(trouble),
    }
}

/// What stands at the top of a lock.
#[derive(Default)]
struct Parts {
    version: Option<(u8, std::ops::Range<usize>)>,
    platforms: Option<Vec<LockedPlatform>>,
    environments: Option<Vec<EnvironmentEntry>>,
    packages: Option<Vec<Package>>,
    locations: Locations,
}

/// The locations that rows name, each with a number.
#[derive(Default)]
pub(super) struct Locations {
    numbers: HashMap<String, usize>,
    /// Extras that were asked for, by number.
    extras: HashMap<usize, BTreeSet<String>>,
}

impl Locations {
    /// The number of a location.
    pub(super) fn number(&mut self, location: &str) -> usize {
        if let Some(known) = self.numbers.get(location) {
            return *known;
        }
        let next = self.numbers.len();
        self.numbers.insert(location.to_owned(), next);
        next
    }

    /// Notes the extras a package was asked for with.
    pub(super) fn extras(&mut self, number: usize, extras: Vec<String>) {
        if extras.is_empty() {
            return;
        }
        self.extras.entry(number).or_default().extend(extras);
    }
}

fn parts(walk: &mut Walk<'_>) -> Result<Option<Parts>, Trouble> {
    match walk.root()? {
        Some(Node::Mapping) => {}
        None => return Ok(None),
        Some(Node::Scalar(scalar)) if is_null(&scalar) => return Ok(None),
        Some(Node::Scalar(_) | Node::Sequence) => return Err(walk.trouble(Kind::NoVersion)),
    }
    let mut parts = Parts::default();
    let mut is_empty = true;
    while let Some(key) = walk.key()? {
        is_empty = false;
        let twice = match key.text.as_str() {
            "version" => parts.version.replace(version(walk)?).is_some(),
            "platforms" => parts.platforms.replace(environment::platforms(walk)?).is_some(),
            "environments" => {
                let read = environment::environments(walk, &mut parts.locations)?;
                parts.environments.replace(read).is_some()
            }
            "packages" => parts.packages.replace(package::packages(walk)?).is_some(),
            _ => walk.skip().map(|()| false)?,
        };
        if twice {
            let kind = Kind::Inconsistent(format!("`{}` is there twice", key.text));
            return Err(Trouble { span: key.span, ..walk.trouble(kind) });
        }
    }
    walk.finish()?;
    Ok((!is_empty).then_some(parts))
}

fn version(walk: &mut Walk<'_>) -> Result<(u8, std::ops::Range<usize>), Trouble> {
    let Some(Scalar { text, is_plain, span }) = walk.scalar()? else {
        return Err(walk.trouble(Kind::VersionNotInteger("not a number".to_owned())));
    };
    let at = |walk: &Walk<'_>, kind| Trouble { span: span.clone(), ..walk.trouble(kind) };
    let is_number = is_plain && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(number) = is_number.then(|| text.parse::<u64>().ok()).flatten() else {
        let shown = if is_plain { text } else { format!("'{text}'") };
        return Err(at(walk, Kind::VersionNotInteger(shown)));
    };
    match u8::try_from(number) {
        Ok(version @ 4..=7) => Ok((version, span)),
        _ if number > NEWEST => Err(at(walk, Kind::Newer(number))),
        _ => Err(at(walk, Kind::Older(number))),
    }
}

impl Parts {
    fn join(self, source: &Source) -> Result<Lock, Trouble> {
        let end = source.contents().len();
        let at_end = |kind| Trouble::new(kind, source, end..end);
        let Some((version, place)) = self.version else {
            return Err(Trouble::new(Kind::NoVersion, source, 0..0));
        };
        let platforms = match self.platforms {
            Some(platforms) => platforms,
            None if version >= 7 => {
                return Err(Trouble::new(Kind::NoPlatforms, source, place.clone()));
            }
            None => Vec::new(),
        };
        let Some(environments) = self.environments else {
            return Err(at_end(Kind::Truncated("there are no `environments`".to_owned())));
        };
        let Some(mut packages) = self.packages else {
            return Err(at_end(Kind::Truncated("there are no `packages`".to_owned())));
        };
        let has_end = source.contents().ends_with('\n');
        if let Some(broken) = packages.iter().find(|package| !package::is_digest(&package.sha256)) {
            let what = format!("the SHA-256 of `{}` is not 64 hexadecimal digits", broken.name);
            let is_last = packages.last().is_some_and(|last| last.span == broken.span);
            let kind =
                if is_last && !has_end { Kind::Truncated(what) } else { Kind::Inconsistent(what) };
            return Err(Trouble::new(kind, source, broken.span.clone()));
        }
        let positions = Positions::new(&self.locations, &packages);
        add_extras(&self.locations, &positions, &mut packages);
        let names: HashSet<&str> = platforms.iter().map(|one| one.name.as_str()).collect();
        let mut joined = Vec::with_capacity(environments.len());
        for entry in environments {
            if version >= 7 {
                entry.check_platforms(source, &names)?;
            }
            joined.push(entry.join(source, &positions, &packages)?);
        }
        Ok(Lock {
            source: source.clone(),
            version,
            version_span: place,
            platforms,
            environments: joined,
            packages,
        })
    }
}

/// Which packages have a location, by its number.
pub(super) struct Positions {
    first: Vec<Option<usize>>,
    /// Where one location holds several, as source packages of format 6 do.
    others: HashMap<usize, Vec<usize>>,
}

impl Positions {
    fn new(locations: &Locations, packages: &[Package]) -> Self {
        let mut first = vec![None; locations.numbers.len()];
        let mut others: HashMap<usize, Vec<usize>> = HashMap::new();
        for (position, package) in packages.iter().enumerate() {
            let Some(number) = locations.numbers.get(&package.location) else { continue };
            if let Some(slot @ None) = first.get_mut(*number) {
                *slot = Some(position);
                continue;
            }
            let others = others.entry(*number).or_default();
            if others.len() < MAX_AT_ONE_LOCATION {
                others.push(position);
            }
        }
        Self { first, others }
    }

    /// The package of a location, and what else is there.
    pub(super) fn get(&self, number: usize) -> Option<(usize, &[usize])> {
        let first = self.first.get(number).copied().flatten()?;
        Some((first, self.others.get(&number).map(Vec::as_slice).unwrap_or_default()))
    }
}

fn add_extras(locations: &Locations, positions: &Positions, packages: &mut [Package]) {
    for (number, extras) in &locations.extras {
        let Some((position, _)) = positions.get(*number) else { continue };
        if let Some(Package { kind: PackageKind::Pypi(pypi), .. }) = packages.get_mut(position) {
            pypi.extras = extras.iter().cloned().collect();
        }
    }
}
