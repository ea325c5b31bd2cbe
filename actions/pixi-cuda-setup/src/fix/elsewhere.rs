//! What other files say of CUDA: `CONDA_OVERRIDE_CUDA` in Dockerfiles and workflows.

use crate::neighbours::Neighbours;

const NAME: &str = "CONDA_OVERRIDE_CUDA";

/// The one version all of them set, and where the first one does; nothing where they differ.
pub fn overrides(around: &Neighbours) -> Option<(String, String)> {
    let dockerfiles = around.dockerfiles.iter().map(|dockerfile| &dockerfile.source);
    let mut found: Option<(String, String)> = None;
    for source in dockerfiles.chain(&around.workflows) {
        for version in versions(source.contents()) {
            match &found {
                Some((known, _)) if *known != version => return None,
                Some(_) => {}
                None => found = Some((version, source.name().to_owned())),
            }
        }
    }
    found
}

/// The versions a text sets the variable to.
fn versions(text: &str) -> impl Iterator<Item = String> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let set = lines.flat_map(|line| line.split(NAME).skip(1));
    set.filter_map(|rest| {
        // `NAME=12.1`, `NAME "12.1"`, `NAME: '12.1'`.
        let rest = rest.trim_start_matches(['=', ':', ' ', '"', '\'']);
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let version = rest.get(..end)?.trim_end_matches('.');
        version.starts_with(|c: char| c.is_ascii_digit()).then(|| version.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use diagnostics::Source;

    use super::*;

    fn around(texts: &[&str]) -> Neighbours {
        let workflows = texts.iter().map(|text| Source::file("ci.yml", *text)).collect();
        Neighbours { workflows, ..Neighbours::default() }
    }

    #[test]
    fn the_one_value_that_is_set() {
        for (texts, expected) in [
            (&["ENV CONDA_OVERRIDE_CUDA=12.1\n"][..], Some("12.1")),
            (&["ENV CONDA_OVERRIDE_CUDA 12.1\n"], Some("12.1")),
            (&["ENV A=1 CONDA_OVERRIDE_CUDA=\"12\" B=2\n"], Some("12")),
            (&["      CONDA_OVERRIDE_CUDA: '12.4'\n"], Some("12.4")),
            (
                &["RUN CONDA_OVERRIDE_CUDA=12.1 pixi install\n", "CONDA_OVERRIDE_CUDA: 12.1\n"],
                Some("12.1"),
            ),
            (&["CONDA_OVERRIDE_CUDA=12.1\nCONDA_OVERRIDE_CUDA=12.4\n"], None),
            (&["# CONDA_OVERRIDE_CUDA=12.1\n"], None),
            (&["CONDA_OVERRIDE_CUDA=${CUDA}\n", "ENV CONDA_OVERRIDE_CUDA=\n"], None),
        ] {
            let found = overrides(&around(texts)).map(|(version, _)| version);
            assert_eq!(found.as_deref(), expected, "{texts:?}");
        }
    }
}
