//! The long forms behind this crate's codes.

use diagnostics::Explanation;

/// Every code this crate can emit.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "config/syntax",
        title: "the file is not valid TOML, YAML or JSON",
        text: "The file could not be read as the format its name tells. The place shown is the first one \
that does not fit; the cause is often just before it: a quote or bracket that was not closed, a comma too \
many, a tab used for indentation in YAML.",
    },
    Explanation {
        code: "config/duplicate-key",
        title: "a key stands twice in one table",
        text: "Programs disagree about which of two equal keys counts, so a file that has both is refused. \
Keep the one that is meant.",
    },
    Explanation {
        code: "config/limit",
        title: "the file is too large or too deeply nested",
        text: "Settings are read with limits on size, depth and the number of values that YAML aliases add, \
so that a hostile file cannot exhaust memory. Ordinary settings are far below them.",
    },
    Explanation {
        code: "config/merge-key",
        title: "YAML merge keys are not supported",
        text: "The key `<<` was an extension of YAML 1.1 and is not part of YAML 1.2; readers that do not \
know it see an ordinary key. Write the merged keys out, or use an alias for a whole value.",
    },
    Explanation {
        code: "config/unknown-key",
        title: "a key is not known",
        text: "A mistyped key would otherwise be ignored silently. In files that belong to another tool's \
format this is a warning, and an error under `strict_config`.",
    },
    Explanation {
        code: "config/wrong-type",
        title: "a value has the wrong type",
        text: "The value is, for example, a number where a string is expected. Versions must be quoted: \
`1.10` without quotes is the number 1.1 for many programs.",
    },
    Explanation {
        code: "config/wrong-value",
        title: "a value is outside its range or not one of the choices",
        text: "The type is right and the value is not among those that are understood. The message lists \
them.",
    },
    Explanation {
        code: "config/missing-key",
        title: "a required key is missing",
        text: "The table shown needs this key; there is no default for it. A key without a value counts as \
missing.",
    },
    Explanation {
        code: "config/schema",
        title: "the settings have a format version that is not understood",
        text: "Every settings file of these actions states the version of its format, `schema = 1`. A higher \
number was written for a newer release.",
    },
    Explanation {
        code: "config/two-files",
        title: "several settings files were found",
        text: "Only one of the places may hold a file; a second one would be ignored silently. Name one with \
the `config` input, or remove the others.",
    },
];
