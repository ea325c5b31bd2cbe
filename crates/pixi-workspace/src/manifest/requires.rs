//! `requires-pixi`.

use config::Spanned;

use super::reader::Reader;
use crate::{Finding, Holds, PixiVersion};

/// The first version with the newer words.
const NEWER_WORDS: PixiVersion = PixiVersion::new(0, 67, 1);

/// Whether the pixi in use is one that the manifest asks for.
pub(super) fn check(reader: &mut Reader<'_>, wanted: &Spanned<String>) {
    if !reader.since(44) {
        return;
    }
    let version = reader.version;
    let Some(met) = meets(&wanted.value, version) else {
        let finding = reader.refused(
            "manifest/requires-pixi",
            format!("`{}` is not a version spec", wanted.value),
            &wanted.span,
            "invalid version specifier in 'requires-pixi'",
        );
        reader.found(finding.remedy("write a version spec such as `\">=0.71\"`"));
        return;
    };
    if met {
        return;
    }
    let words = if version >= NEWER_WORDS {
        format!("this project requires pixi '{}', but you have pixi {version}", wanted.value)
    } else {
        format!("workspace requires pixi '{}', but I am {version}", wanted.value)
    };
    let finding: Finding = reader.refused(
        "manifest/requires-pixi",
        format!("the workspace asks for pixi {}, this is {version}", wanted.value),
        &wanted.span,
        words,
    );
    reader.found(
        finding.holds(Holds::since(44)).remedy("set `pixi-version` to `auto`, or to one that fits"),
    );
}

/// Whether a version fits a conda version spec; nothing where the spec cannot be read.
fn meets(spec: &str, version: PixiVersion) -> Option<bool> {
    let mut any = false;
    for alternative in spec.split('|') {
        let mut all = true;
        for part in alternative.split(',') {
            all &= one(part.trim(), version)?;
        }
        any |= all;
    }
    Some(any)
}

fn one(spec: &str, version: PixiVersion) -> Option<bool> {
    let at = spec.find(|c: char| c.is_ascii_digit() || c == '*')?;
    let (operator, wanted) = spec.split_at_checked(at)?;
    if wanted == "*" {
        return Some(true);
    }
    let plain = wanted.trim_end_matches('*').trim_end_matches('.');
    let parsed: PixiVersion = plain.parse().ok()?;
    let parts = plain.split('.').count();
    let begins = match parts {
        1 => version.major == parsed.major,
        2 => (version.major, version.minor) == (parsed.major, parsed.minor),
        _ => version == parsed,
    };
    Some(match operator.trim() {
        ">=" => version >= parsed,
        ">" => version > parsed,
        "<=" => version <= parsed,
        "<" => version < parsed,
        "==" | "" if !wanted.ends_with('*') => version == parsed,
        "" | "=" | "==" => begins,
        "!=" => version != parsed,
        "~=" if parts == 2 => version >= parsed && version.major == parsed.major,
        "~=" => version >= parsed && (version.major, version.minor) == (parsed.major, parsed.minor),
        _ => return None,
    })
}
