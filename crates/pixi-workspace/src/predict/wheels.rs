//! Wheels that ask for a newer libc than the machine has; Linux only.

use conda::Version;

use crate::DeclaredRow;
use crate::lock::Package;
use crate::machine::VirtualPackage;

/// pixi's sentence about the first wheel that does not fit, and what helps.
pub(super) fn refused(
    packages: &[&Package],
    row: &DeclaredRow,
    machine: &[VirtualPackage],
) -> Option<(String, Option<String>)> {
    let mut pypi = packages.iter().filter(|package| package.pypi().is_some()).peekable();
    pypi.peek()?;
    if !row.subdir.starts_with("linux-") {
        return None;
    }
    let libc = machine.iter().find(|one| matches!(one.name.as_str(), "__glibc" | "__musl"));
    let Some(libc) = libc else {
        let sentence = format!("expected virtual package libc for {}.", row.name);
        return Some((sentence, Some("set CONDA_OVERRIDE_GLIBC=2.28".to_owned())));
    };
    let (wheel, needed) = pypi.find_map(|package| wheel_beyond(package, libc))?;
    let sentence =
        format!("Wheel: {wheel} doesn't match this systems virtual capabilities for tags: [...]");
    let remedy = needed.map(|version| {
        format!("set CONDA_OVERRIDE_GLIBC={version}, or install where glibc is {version} or newer")
    });
    Some((sentence, remedy))
}

/// The name of a wheel none of whose platforms is this one, and the glibc that one of them needs.
fn wheel_beyond(package: &Package, libc: &VirtualPackage) -> Option<(String, Option<String>)> {
    let path = package.location.split(['#', '?']).next()?;
    let file = path.rsplit('/').next()?;
    // pixi cannot read a name with `%2B` and passes over it.
    let stem = file.strip_suffix(".whl").filter(|stem| !stem.contains('%'))?;
    let platforms = stem.rsplit('-').next()?;
    let mut needed: Option<Version> = None;
    for platform in platforms.split('.') {
        if platform == "any" || platform.starts_with("linux_") {
            return None;
        }
        let Some((family, version)) = libc_of(platform) else { continue };
        if family == libc.name && version <= libc.version {
            return None;
        }
        if family == "__glibc" {
            needed = Some(needed.map_or(version.clone(), |least| least.min(version)));
        }
    }
    Some((file.to_owned(), needed.map(|version| version.to_string())))
}

/// The libc that a platform tag of a wheel needs: `manylinux_2_28_x86_64`, `manylinux2014_x86_64`.
fn libc_of(platform: &str) -> Option<(&'static str, Version)> {
    let old = [("manylinux1_", "2.5"), ("manylinux2010_", "2.12"), ("manylinux2014_", "2.17")];
    if let Some((_, version)) = old.iter().find(|(lead, _)| platform.starts_with(lead)) {
        return Some(("__glibc", version.parse().ok()?));
    }
    let (family, rest) = match platform.strip_prefix("manylinux_") {
        Some(rest) => ("__glibc", rest),
        None => ("__musl", platform.strip_prefix("musllinux_")?),
    };
    let mut parts = rest.split('_');
    let (major, minor) = (parts.next()?, parts.next()?);
    Some((family, format!("{major}.{minor}").parse().ok()?))
}
