//! `LD_LIBRARY_PATH` that hides the driver's libraries, or those of the environment.

use std::ops::Range;

use diagnostics::Source;
use dockerfile::{Text, shell};
use pixi_workspace::Finding;
use pixi_workspace::manifest::Manifest;

pub(super) const VARIABLE: &str = "LD_LIBRARY_PATH";

const CODE: &str = "cuda/library-path";

/// What is wrong with a value: one finding for each folder that hides something, without place,
/// and the folder.
pub(super) fn judge(value: &str, has_cuda: bool) -> Vec<(Finding, &str)> {
    let parts = value.trim_matches(['"', '\'']).split(':');
    parts.filter_map(|part| Some((judge_part(part, has_cuda)?, part))).collect()
}

fn judge_part(part: &str, has_cuda: bool) -> Option<Finding> {
    let has = |word: &str| part.split('/').any(|piece| piece == word);
    if has("stubs") {
        return Some(
            Finding::warning(
                CODE,
                format!(
                    "`{part}` holds a libcuda.so.1 without a driver in it, and hides the real one"
                ),
            )
            .note("CUDA then says `CUDA driver is a stub library`")
            .remedy(format!("leave `{part}` out of {VARIABLE}; name it with `-L` when linking")),
        );
    }
    if has("compat") {
        return Some(
            Finding::warning(
                CODE,
                format!("`{part}` puts another libcuda.so.1 before the driver's"),
            )
            .note("on a driver that it does not fit, CUDA finds no device")
            .remedy(format!(
                "leave `{part}` out of {VARIABLE}; NVIDIA's container runtime adds it where it fits"
            )),
        );
    }
    let is_toolkit = part.starts_with("/usr/local/cuda") || part.starts_with("/opt/cuda");
    (has_cuda && is_toolkit && part.contains("/lib")).then(|| {
        Finding::warning(
            CODE,
            format!("`{part}` hides the CUDA libraries that the environment brings"),
        )
        .remedy(format!("leave `{part}` out of {VARIABLE}"))
    })
}

/// Where a part of a value stands; the whole value if it is written otherwise.
fn within(source: &Source, span: &Range<usize>, part: &str) -> Range<usize> {
    let written = source.contents().get(span.clone()).unwrap_or_default();
    match written.find(part) {
        Some(at) => span.start + at..span.start + at + part.len(),
        None => span.clone(),
    }
}

/// The findings of a value at its place.
pub(super) fn found(
    source: &Source,
    span: &Range<usize>,
    value: &str,
    has_cuda: bool,
) -> Vec<Finding> {
    let judged = judge(value, has_cuda).into_iter();
    judged.map(|(finding, part)| finding.at(source, &within(source, span, part))).collect()
}

/// The same for what activation sets: `activation.env` of the manifest, and the activation
/// scripts. `has_cuda` is whether some environment is locked with CUDA.
pub fn in_activation(manifest: &Manifest, scripts: &[Source], has_cuda: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let targets = manifest.features.iter().flat_map(|feature| &feature.targets);
    for (name, value) in targets.flat_map(|target| &target.activation_env) {
        if name.value == VARIABLE {
            findings.extend(found(&value.source, &value.span, &value.value, has_cuda));
        }
    }
    for script in scripts {
        let text = Text::part(script.contents(), 0..script.contents().len());
        for set in shell::environment(&text) {
            let Some(value) = set.value.filter(|_| set.name == *VARIABLE) else { continue };
            findings.extend(found(script, &value.span(), value.as_str(), has_cuda));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_hides_something_is_found() {
        let cases = [
            ("/usr/local/cuda/lib64/stubs:$LD_LIBRARY_PATH", true, true),
            ("\"/usr/local/cuda-12.4/compat\"", false, true),
            ("/usr/local/cuda/lib64", true, true),
            ("/usr/local/cuda/lib64", false, false),
            ("/usr/local/nvidia/lib:/usr/local/nvidia/lib64", true, false),
            ("$CONDA_PREFIX/lib:$LD_LIBRARY_PATH", true, false),
            ("", true, false),
        ];
        for (value, has_cuda, expected) in cases {
            assert_eq!(!judge(value, has_cuda).is_empty(), expected, "{value} {has_cuda}");
        }
    }

    #[test]
    fn scripts_are_looked_into() {
        let path = std::path::Path::new("pixi.toml");
        let text = concat!(
            "[workspace]\nchannels = []\nplatforms = [\"linux-64\"]\n",
            "[activation.env]\nLD_LIBRARY_PATH = \"/usr/local/cuda/compat\"\nOTHER = \"stubs\"\n",
        );
        let document =
            pixi_workspace::manifest::Document::parse(&Source::file("pixi.toml", text), path);
        let (manifest, _) = document.unwrap().read(pixi_workspace::PixiVersion::new(0, 77, 0));
        let script = Source::file(
            "activate.sh",
            "#!/bin/sh\nif true; then\n  export LD_LIBRARY_PATH=\"/usr/local/cuda/lib64/stubs:$LD_LIBRARY_PATH\"\nfi\n",
        );
        let found = in_activation(&manifest, &[script], true);
        let lines: Vec<_> = found
            .iter()
            .map(|finding| {
                let (source, span) = finding.place.as_ref().unwrap();
                (source.name().to_owned(), source.position(span.start).line)
            })
            .collect();
        assert_eq!(lines, [("pixi.toml".to_owned(), 5), ("activate.sh".to_owned(), 3)]);
    }
}
