//! `requires-pixi`.

use conda::{Strictness, Version, VersionSpec};
use config::Spanned;

use super::reader::Reader;
use crate::{Holds, PixiVersion};

/// The first version with the newer words.
const NEWER_WORDS: PixiVersion = PixiVersion::new(0, 67, 1);

/// Whether the pixi in use is one that the manifest asks for. pixi looks since 0.44.
pub(super) fn check(reader: &mut Reader<'_>, wanted: &Spanned<String>) {
    if !reader.since(44) {
        return;
    }
    let version = reader.version;
    let finding = match VersionSpec::parse(&wanted.value, Strictness::Strict) {
        Err(why) => reader
            .refused(
                "manifest/requires-pixi",
                format!("`{}` is not a version spec: {why}", wanted.value),
                &wanted.span,
                "invalid version specifier in 'requires-pixi'",
            )
            .remedy("write a version spec such as `\">=0.71\"`"),
        Ok(spec) if !is_met(&spec, version) => {
            let words = if version >= NEWER_WORDS {
                format!("this project requires pixi '{spec}', but you have pixi {version}")
            } else {
                format!("workspace requires pixi '{spec}', but I am {version}")
            };
            let message = format!("the workspace requires pixi {spec}, this is {version}");
            reader
                .refused("manifest/requires-pixi", message, &wanted.span, words)
                .remedy("set `pixi-version` to `auto`, or to a version that fits")
        }
        Ok(_) => return,
    };
    reader.found(finding.holds(Holds::since(44)));
}

fn is_met(spec: &VersionSpec, version: PixiVersion) -> bool {
    version.to_string().parse::<Version>().is_ok_and(|version| spec.matches(&version))
}
