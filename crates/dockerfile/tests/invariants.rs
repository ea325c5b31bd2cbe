//! What holds for any input: generated ones, and those the fuzz targets kept.

use std::path::Path;

use proptest::prelude::*;

#[path = "../../../fuzz/dockerfile_checks.rs"]
mod checks;

#[test]
fn every_input_that_was_kept_still_passes() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, check) in checks::CHECKS {
        let mut count = 0;
        for entry in std::fs::read_dir(corpus.join(name)).unwrap() {
            check(&std::fs::read(entry.unwrap().path()).unwrap());
            count += 1;
        }
        assert!(count > 0, "{name} has no corpus");
    }
}

/// Pieces of Dockerfiles and shell lines, so that inputs get past the first word.
fn pieces() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "FROM ",
        "a",
        " AS b",
        "\n",
        "RUN ",
        "COPY ",
        "ENV ",
        "ARG ",
        "CMD ",
        "ONBUILD ",
        "--from=",
        "--mount=type=cache,target=/x",
        "A=1",
        "$A",
        "${A:-b}",
        "${A",
        "\\\n",
        "\\",
        "`",
        "# x\n",
        "# escape=`\n",
        "<<E",
        "<<-'E'",
        "\nE\n",
        "[\"a\", \"b\"]",
        "[",
        "\"",
        "'",
        " ",
        "\t",
        "\r\n",
        "é",
        "&&",
        "||",
        "|",
        ";",
        "(",
        ")",
        "$(",
        "sh -c '",
        "export ",
        "env ",
        "cd /x",
        "if ",
        "then ",
        "fi",
        "case x in",
        "esac",
        "**",
        "*",
        "!",
        "/",
        "[a-",
        "]",
        "?",
        "HEALTHCHECK ",
        "SHELL ",
        "\u{feff}",
    ]);
    prop::collection::vec(prop_oneof![9 => known.prop_map(str::to_owned), 1 => ".{0,3}"], 0..24)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_places_fit(text in pieces()) {
        for (_, check) in checks::CHECKS {
            check(text.as_bytes());
        }
    }
}
