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
        code: "text-edit/shared",
        title: "the value to change has an anchor or an alias",
        text: "In YAML, `*name` stands for the value that `&name` marks. Changing one changes all of them, \
which nobody asked for.",
    },
    Explanation {
        code: "text-edit/several",
        title: "the path leads to several values",
        text: "XML elements may repeat, and nobody knows which of them is meant.",
    },
    Explanation {
        code: "text-edit/xml",
        title: "the file is not XML",
        text: "Elements must be closed in the order they were opened; what a browser repairs silently is \
an error here.",
    },
    Explanation {
        code: "text-edit/exists",
        title: "what was to be added is there already",
        text: "Adding never replaces: a value that stands in the file was written by somebody who may have \
meant it.",
    },
    Explanation {
        code: "text-edit/unplaced",
        title: "no place was found for what is to be added",
        text: "New keys go behind the last one of their table, or into a new table at the end. In a few files, \
such as those where a table is made by dotted keys in one place and by a header in another, no such place leaves the \
rest as it is.",
    },
    Explanation {
        code: "text-edit/no-flag",
        title: "the changelog has no insertion flag",
        text: "New sections are inserted after a line with the insertion flag, `<!-- version list -->` unless \
set otherwise. Without it nobody knows where they belong, and the file is left as it is.",
    },
];
