//! The long forms behind the codes of `fix`.

use diagnostics::Explanation;

/// Every code `fix` can give itself; what cannot be edited has the codes of `text-edit`.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "fix/missing",
        title: "the manifest lacks something",
        text: "With `fix: diff` the edit is shown and nothing is written; `fix: write` makes it. Only lines are \
added: comments, order, quotes and line endings of the rest stay.",
    },
    Explanation {
        code: "fix/edited",
        title: "the manifest was edited",
        text: "pixi.lock does not follow by itself. Where CUDA was declared, a plain `pixi lock` may keep the CPU \
build that is locked, since it still fits; `pixi update` with the framework's own name makes pixi choose again.",
    },
    Explanation {
        code: "fix/lock-stays",
        title: "the edited manifest and the lock do not fit together",
        text: "`locked` was asked for: `pixi install --locked` refuses a lock that does not fit the manifest, and an \
edit of the manifest alone makes it so. Run the command that is named, where pixi and the network are, and commit \
both files.",
    },
    Explanation {
        code: "fix/cuda-unknown",
        title: "nobody says which CUDA version",
        text: "The manifest is to declare CUDA, and the version is taken from input `cuda`, else from the one value \
that `CONDA_OVERRIDE_CUDA` has in Dockerfiles and workflows, else from the packages that are locked. It is the \
version the machines have at least, not the one the packages are built with.",
    },
    Explanation {
        code: "fix/no-platform",
        title: "no platform can have CUDA",
        text: "pixi takes CUDA into account on Linux and Windows. A workspace without such a platform has nothing to \
declare it on.",
    },
    Explanation {
        code: "fix/environment-name",
        title: "a name that an environment cannot have",
        text: "Names of environments are made of lower-case letters, digits and dashes.",
    },
    Explanation {
        code: "fix/unwritable",
        title: "the manifest cannot be written",
        text: "The new text is written beside the manifest and put in its place, so the folder must be writable too.",
    },
];
