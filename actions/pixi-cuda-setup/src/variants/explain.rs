//! The long forms behind the codes about builds.

use diagnostics::Explanation;

/// Every code about what is built for what.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "cuda/cpu-locked",
        title: "CUDA is declared and CPU builds are locked",
        text: "The manifest declares `cuda` for the environment, and the lock holds the CPU build of a \
framework. pixi installs it without a word. It happens when `cuda` is declared after the lock was written: a \
lock before format 7 does not record it, and a solve keeps locked builds where it can. `pixi update` with the \
name of the framework takes the CUDA build; `pixi update libtorch` does not, because `pytorch` holds it, and \
neither does adding `cuda-version`. An environment that is meant to be CPU goes into input `allow-cpu`.",
    },
    Explanation {
        code: "cuda/none-locked",
        title: "an environment must be CUDA and has nothing that could be",
        text: "Input `require-cuda` names the environment, but no framework with CUDA and CPU builds is locked \
in it. Perhaps another environment was meant.",
    },
    Explanation {
        code: "cuda/mixed",
        title: "CUDA builds of one framework beside CPU builds of another",
        text: "One framework uses the GPU and another does not, in the same environment. It happens when one of \
them was locked before `cuda` was declared, or when its channel has no CUDA build for this Python.",
    },
    Explanation {
        code: "cuda/level-mismatch",
        title: "parts of an environment are built for different CUDA versions",
        text: "conda packages and Python wheels are solved apart: `cuda-version 12.6` does not keep `torch` from \
bringing wheels for CUDA 13. Each works alone, but code compiled against the one does not load into the other.",
    },
    Explanation {
        code: "cuda/declared-too-low",
        title: "the declared CUDA is below what is locked",
        text: "A driver runs programs for its own major version of CUDA and older ones. conda packages say so by \
`__cuda`; wheels have no such mark, so nothing stops wheels for CUDA 13 from being locked for machines with 12.",
    },
];
