//! `platforms`: subdirs, and since pixi 0.71 tables with virtual packages.

use conda::Version;
use conda::archive::is_subdir;
use config::{Key, Node, Spanned, Value, nearest};

use super::reader::{Reader, newer_pixi};
use super::{Platform, keys};
use crate::{Finding, Holds};

/// The subdirs that are suggested for a mistyped one.
const USUAL: [&str; 8] = [
    "linux-64",
    "linux-aarch64",
    "linux-ppc64le",
    "osx-64",
    "osx-arm64",
    "win-64",
    "win-arm64",
    "linux-armv7l",
];

/// The short keys in the order in which names are made of them, each with its virtual package.
const FRIENDLY: [(&str, &str); 6] = [
    ("cuda", "__cuda"),
    ("archspec", "__archspec"),
    ("glibc", "__glibc"),
    ("linux", "__linux"),
    ("macos", "__osx"),
    ("windows", "__win"),
];

/// Reads `platforms` of the workspace.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Vec<Platform> {
    let mut platforms: Vec<Platform> = Vec::new();
    for item in reader.list(node) {
        let platform = match &item.value {
            Value::String(subdir) => Some(bare(reader, subdir, item)),
            Value::Mapping(entries) => rich(reader, item, entries),
            _ => {
                let expected = if reader.since(71) { "a string or table" } else { "a string" };
                reader.wrong_type(item, expected);
                None
            }
        };
        let Some(platform) = platform else { continue };
        if platforms.iter().any(|known| known.name == platform.name) {
            duplicate(reader, &platform);
        }
        platforms.push(platform);
    }
    platforms
}

fn duplicate(reader: &mut Reader<'_>, platform: &Platform) {
    if !reader.since(71) {
        return;
    }
    let finding = reader.refused(
        "manifest/duplicate-platform",
        format!("the platform `{}` stands twice", platform.name),
        &platform.span,
        format!("duplicate key: `{}`", platform.name),
    );
    reader.found(finding.holds(Holds::since(71)).remedy("remove one of the two"));
}

fn bare(reader: &mut Reader<'_>, subdir: &str, item: &Node) -> Platform {
    if !is_subdir(subdir) {
        let finding = unknown_subdir(reader, subdir, item);
        reader.found(finding);
    }
    Platform {
        name: subdir.to_owned(),
        subdir: subdir.to_owned(),
        virtual_packages: Vec::new(),
        is_bare: true,
        span: item.span.clone(),
    }
}

fn unknown_subdir(reader: &Reader<'_>, subdir: &str, node: &Node) -> Finding {
    let words = format!("'{subdir}' is not a known platform");
    let finding = reader.refused(
        "manifest/unknown-platform",
        format!("`{subdir}` is not a platform"),
        &node.span,
        words,
    );
    match nearest(subdir, USUAL) {
        Some(near) => finding.remedy(format!("write `{near}`")),
        None => finding.remedy("write a conda subdir such as `linux-64`"),
    }
}

fn rich(reader: &mut Reader<'_>, item: &Node, entries: &[(Key, Node)]) -> Option<Platform> {
    if !reader.since(71) {
        let finding = reader.refused(
            "manifest/needs-newer-pixi",
            format!(
                "a platform with virtual packages needs pixi >= 0.71, this is {}",
                reader.version
            ),
            &item.span,
            "expected a string, found table",
        );
        reader.found(finding.holds(Holds::before(71)).remedy(newer_pixi(71)));
    }
    let mut declared = Vec::new();
    cuda(reader, item, &mut declared);
    for (key, package) in FRIENDLY.iter().skip(1) {
        let mut nodes = vec![item.get(key)];
        if *key == "macos" {
            nodes.push(item.get("osx"));
        }
        for node in nodes.into_iter().flatten() {
            if let Some(text) = reader.text(node) {
                let text =
                    if *key == "archspec" { format!("0={}", text.value) } else { text.value };
                declare(reader, node, &mut declared, package, text);
            }
        }
    }
    for (key, node) in entries {
        if key.text.starts_with("__") {
            if let Some(text) = reader.text(node) {
                declare(reader, node, &mut declared, &key.text, text.value);
            }
        } else if !keys::PLATFORM.iter().any(|(name, _)| *name == key.text) {
            let finding = reader.unknown("platforms", key, keys::PLATFORM);
            reader.found(finding);
        }
    }
    let name = item.get("name").and_then(|node| reader.text(node));
    let given = item.get("platform").and_then(|node| reader.text(node));
    finish(reader, item, name, given.as_ref(), declared)
}

/// `cuda`: a version, or a table of driver and arch.
fn cuda(reader: &mut Reader<'_>, item: &Node, declared: &mut Vec<(String, String)>) {
    let Some(node) = item.get("cuda") else { return };
    match &node.value {
        Value::String(text) => declare(reader, node, declared, "__cuda", text.clone()),
        Value::Mapping(entries) => {
            reader.keys("cuda", entries, keys::CUDA);
            let words = match (node.get("driver"), node.get("arch")) {
                (Some(_), _) => None,
                (None, Some(_)) => Some(
                    "`cuda.arch` requires `cuda.driver`: `__cuda_arch` is only valid alongside `__cuda`",
                ),
                (None, None) => Some("`cuda` table must set `driver` (and optionally `arch`)"),
            };
            if let Some(words) = words {
                let finding = reader.refused(
                    "manifest/wrong-value",
                    "the `cuda` table has no `driver`",
                    &node.span,
                    words,
                );
                reader.found(finding.remedy("add `driver = \"12.0\"`"));
            }
            for (key, package) in [("driver", "__cuda"), ("arch", "__cuda_arch")] {
                if let Some(inner) = node.get(key)
                    && let Some(text) = reader.text(inner)
                {
                    declare(reader, inner, declared, package, text.value);
                }
            }
        }
        _ => {
            reader.wrong_type(node, "a version string or a table");
            if let Some(text) = node.scalar_text() {
                declared.push(("__cuda".to_owned(), text.to_owned()));
            }
        }
    }
}

/// Adds a virtual package; the same one by another key is refused.
fn declare(
    reader: &mut Reader<'_>,
    node: &Node,
    declared: &mut Vec<(String, String)>,
    package: &str,
    version: String,
) {
    if declared.iter().any(|(known, _)| known == package) {
        let finding = reader.refused(
            "manifest/duplicate-platform",
            format!("`{package}` is declared twice for one platform"),
            &node.span,
            format!(
                "'{package}' is declared more than once; set it via either a friendly key or the raw '{package}' key, not both"
            ),
        );
        reader.found(finding.remedy("keep one of the two"));
        return;
    }
    // Of `__name = "version=build"` the version alone.
    let number = version.split('=').next().unwrap_or_default();
    if let Err(why) = number.parse::<Version>() {
        let words = format!("'{number}' is not a valid version: {why}");
        let finding = reader.refused(
            "manifest/wrong-value",
            format!("`{number}` is not a version"),
            &node.span,
            words,
        );
        reader.found(finding.remedy("write a version such as `\"12.1\"`"));
    }
    declared.push((package.to_owned(), version));
}

/// Subdir and name of a rich entry, given or made of the rest.
fn finish(
    reader: &mut Reader<'_>,
    item: &Node,
    name: Option<Spanned<String>>,
    given: Option<&Spanned<String>>,
    declared: Vec<(String, String)>,
) -> Option<Platform> {
    let Some(subdir) = given.or(name.as_ref()).map(|text| text.value.clone()) else {
        let finding = reader.refused(
            "manifest/wrong-value",
            "a platform without `platform` and `name`",
            &item.span,
            "a platform entry must set at least one of 'name' or 'platform'",
        );
        reader.found(finding.remedy("add `platform = \"linux-64\"`"));
        return None;
    };
    if !is_subdir(&subdir) {
        let words = match given {
            Some(_) => format!("'{subdir}' is not a known platform"),
            None => format!(
                "'{subdir}' is not a conda subdir; set 'platform' explicitly when using a custom name"
            ),
        };
        let mut finding = unknown_subdir(reader, &subdir, item).prevents(words);
        if given.is_none() {
            finding = finding.remedy("add `platform = \"linux-64\"`, or the subdir it is");
        }
        reader.found(finding);
    }
    let has_name = name.is_some();
    let name = name.map_or_else(|| made(&subdir, &declared), |name| name.value);
    if has_name {
        check_name(reader, item, &name);
    }
    if name == subdir && is_subdir(&subdir) && !declared.is_empty() {
        let finding = reader.refused(
            "manifest/platform-name",
            if has_name {
                format!("a platform with virtual packages cannot be called `{name}`")
            } else {
                format!("the virtual packages are what `{name}` has by default")
            },
            &item.span,
            "platform entry rejected: You tried to add a virtual package into a special subdir \
             platform; either drop the virtual packages or give the entry a `name` distinct from \
             its subdir",
        );
        let finding = finding.holds(Holds::since(71));
        reader.found(finding.remedy(if has_name {
            format!("write `platform = \"{name}\"` in place of `name`")
        } else {
            format!("write `\"{name}\"` in place of the table")
        }));
    }
    Some(Platform {
        name,
        subdir,
        virtual_packages: declared,
        is_bare: false,
        span: item.span.clone(),
    })
}

/// The form of a given name.
fn check_name(reader: &mut Reader<'_>, item: &Node, name: &str) {
    let is_well_formed = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-');
    if is_well_formed && !matches!(name, "linux" | "unix" | "win" | "osx" | "macos") {
        return;
    }
    let finding = reader.refused(
        "manifest/platform-name",
        format!("`{name}` cannot be the name of a platform"),
        &item.span,
        format!("'{name}' is not a valid platform name (allowed: alphanumeric, '-')"),
    );
    let finding = finding.holds(Holds::since(71));
    reader.found(finding.remedy("use letters, digits and dashes, as in `gpu-box`"));
}

/// The name pixi makes for a rich entry: the subdir, then key and version of what is not default.
pub(super) fn made(subdir: &str, declared: &[(String, String)]) -> String {
    let mut parts = vec![subdir.to_owned()];
    let mut rest: Vec<&(String, String)> =
        declared.iter().filter(|(name, version)| !is_default(subdir, name, version)).collect();
    for (key, package) in FRIENDLY {
        let Some(position) = rest.iter().position(|(name, _)| name == package) else { continue };
        let (_, version) = rest.remove(position);
        let build = version.strip_prefix("0=").filter(|_| key == "archspec");
        parts.push(format!("{key}-{}", segment(build.unwrap_or(version))));
    }
    rest.sort();
    for (name, version) in rest {
        let plain = version.strip_suffix("=0").unwrap_or(version);
        parts.push(format!("{}-{}", segment(name.trim_start_matches('_')), segment(plain)));
    }
    parts.join("-")
}

/// Letters and digits; whatever is between them is one `-`.
fn segment(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// Whether every platform of the subdir has this virtual package anyway.
fn is_default(subdir: &str, package: &str, version: &str) -> bool {
    let family = subdir.split('-').next().unwrap_or_default();
    let default = match (family, package) {
        ("linux", "__linux") => "4.18",
        ("linux", "__glibc") => "2.28",
        ("osx", "__osx") => "13.0",
        ("win", "__win") => "10.0",
        ("linux" | "osx", "__unix") => return matches!(version, "0" | "0=0"),
        (_, "__archspec") => {
            let usual = match subdir {
                "linux-64" | "osx-64" | "win-64" => "0=x86_64",
                "linux-aarch64" => "0=aarch64",
                "osx-arm64" => "0=m1",
                _ => return false,
            };
            return version == usual;
        }
        _ => return false,
    };
    match (version.parse::<Version>(), default.parse::<Version>()) {
        (Ok(version), Ok(default)) => version == default,
        _ => false,
    }
}

/// Whether a selector fits a platform.
pub(super) fn fits(selector: &str, platform: &Platform) -> bool {
    let family = platform.subdir.split('-').next().unwrap_or_default();
    match selector {
        "unix" => !matches!(family, "win" | "zos" | "noarch"),
        "linux" | "win" => family == selector,
        "osx" | "macos" => family == "osx",
        other if is_subdir(other) => platform.subdir == other,
        other if other.contains('*') => glob(other, &platform.name),
        other => platform.name == other,
    }
}

/// `*` stands for any text.
fn glob(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

/// The names of platforms, for a message.
pub(super) fn listed(platforms: &[Platform]) -> String {
    let names: Vec<&str> = platforms.iter().map(|platform| platform.name.as_str()).collect();
    names.join(", ")
}
