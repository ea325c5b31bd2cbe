//! The long forms behind the codes.

use diagnostics::Explanation;

/// Every code that follows from manifest and lock about CUDA.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "cuda/row-unreachable",
        title: "a CUDA platform that is never taken",
        text: "From pixi 0.71 on the first declared platform of an environment that fits the machine is taken. \
With `platforms = [\"linux-64\", { platform = \"linux-64\", cuda = \"12.0\" }]` that is always the plain one, on a \
machine with a GPU and under any override too. Put the platform that asks for more first, or let a feature name it \
alone. The order of `platforms` does not make a lock stale, but it changes what is installed.",
    },
    Explanation {
        code: "cuda/all-skips",
        title: "`pixi install --all` leaves CUDA environments out",
        text: "From pixi 0.71 on `install --all` passes over environments none of whose platforms fits the machine, \
with a warning and exit 0. There is no fallback as for a single environment: an override below the declared version \
skips too. Name the environments with `-e`, or set the override.",
    },
    Explanation {
        code: "lock/row-missing",
        title: "the lock has no packages for a platform of the manifest",
        text: "With `--locked` pixi says that the lock is not up to date. With `--frozen` it makes an empty \
environment, says that it has been installed, and ends with 0. It happens when `cuda` is declared, raised, lowered \
or taken away after the lock was written, or when a platform was added.",
    },
    Explanation {
        code: "cuda/override-malformed",
        title: "CONDA_OVERRIDE_CUDA is no version",
        text: "`>=12`, `12,9`, `12.` or a blank before or after make every install fail, of environments without \
CUDA too. From 0.71 on pixi first says up to twenty times that it ignores the value.",
    },
    Explanation {
        code: "cuda/override-word",
        title: "CONDA_OVERRIDE_CUDA is a word, which is a version to pixi",
        text: "`none`, `true`, `garbage`, `v12.9` and `12.x` are versions as conda orders them, lower than 12.0. They \
switch `__cuda` on. To switch it off, set the variable and leave it empty.",
    },
    Explanation {
        code: "cuda/override-off",
        title: "CONDA_OVERRIDE_CUDA is empty where it is needed",
        text: "An empty value takes `__cuda` away, also on a machine with a driver. A locked package depends on it. In \
workflows this happens when an expression such as `${{ vars.CUDA }}` has no value.",
    },
    Explanation {
        code: "cuda/override-low",
        title: "CONDA_OVERRIDE_CUDA is below what an environment asks for",
        text: "From pixi 0.71 on another platform row is taken, or the environment runs by accident, with a warning; \
from 0.42 to 0.70 only what locked packages depend on counts; before, `pixi run` refuses. A locked package that \
depends on a higher `__cuda` makes the install fail.",
    },
    Explanation {
        code: "cuda/override-high",
        title: "CONDA_OVERRIDE_CUDA is above what an environment allows",
        text: "A locked package depends on an older `__cuda`, such as `__cuda >=11.2,<12`. pixi's own help proposes \
12.0 for it, which does not do.",
    },
    Explanation {
        code: "cuda/solve-group-leak",
        title: "an environment without CUDA is solved with CUDA",
        text: "Before pixi 0.71 a solve-group joins `[system-requirements]` of all its environments: one of them \
declares `cuda`, and all get CUDA builds and need the override, `prod = []` too. Environments outside the group, \
also `default` unless it is listed, stay as they are. From 0.71 on every environment keeps its own platform.",
    },
    Explanation {
        code: "cuda/declared-excluded",
        title: "the declared CUDA is below what a package allows",
        text: "`cuda-version 12.9` constrains `__cuda >=12`, so under `cuda = \"11.8\"` the solver cannot take it, nor \
any build that needs it, and takes the CPU builds without a word. Install does not look at `constrains`, so a lock \
that holds such a package still installs.",
    },
    Explanation {
        code: "cuda/every-platform",
        title: "a CUDA package is asked for on platforms without CUDA",
        text: "All platforms of all environments are solved at once. A package that exists with CUDA only makes the \
solve fail on macOS, for everybody. Limit the feature to `platforms = [\"linux-64\"]`, or the dependency to a target.",
    },
    Explanation {
        code: "cuda/unneeded",
        title: "CUDA is declared and nothing needs it",
        text: "No locked package uses CUDA, depends on `__cuda` or limits it. The declaration then only costs: \
before pixi 0.42 and from 0.71 on machines without a driver are refused, warned about, or need the override for \
`pixi list`.",
    },
];
