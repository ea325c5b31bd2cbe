//! The long forms behind this crate's codes.

use diagnostics::Explanation;

/// Every code this crate can emit itself; texts that cannot be read have the codes of `config`.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "text-edit/missing",
        title: "the value to change is not in the file",
        text: "A value is changed where it stands; nothing is added to a file. Most often the path is \
mistyped, or the value moved to another table.",
    },
    Explanation {
        code: "text-edit/not-a-string",
        title: "the value to change is not a string",
        text: "Only strings are changed: a version written as a number has already lost its last zero for \
many programs.",
    },
    Explanation {
        code: "text-edit/no-flag",
        title: "the changelog has no insertion flag",
        text: "New sections are inserted after a line with the insertion flag, `<!-- version list -->` unless \
set otherwise. Without it nobody knows where they belong, and the file is left as it is.",
    },
];
