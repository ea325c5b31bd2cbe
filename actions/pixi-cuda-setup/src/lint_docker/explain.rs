//! The long forms of the codes.

use diagnostics::Explanation;

const fn explanation(code: &'static str, title: &'static str, text: &'static str) -> Explanation {
    Explanation { code, title, text }
}

/// The codes of the rules for Dockerfiles.
pub const EXPLANATIONS: &[Explanation] = &[
    explanation(
        "cuda/library-path",
        "LD_LIBRARY_PATH hides the driver or the CUDA of the environment",
        "The loader looks in LD_LIBRARY_PATH first. The `stubs` folder of a toolkit has a libcuda.so.1 that only serves for linking; `compat` has the libcuda.so.1 of another driver; `lib64` of a toolkit has other CUDA libraries than those the environment was solved with. What NVIDIA's container runtime and conda bring is found without it.",
    ),
    explanation(
        "docker/all-skips",
        "`pixi install --all` leaves environments out",
        "From pixi 0.71 on `--all` skips environments that the machine cannot run, says so in a warning and ends with 0. In a build without a driver these are the CUDA environments.",
    ),
    explanation(
        "docker/base-image",
        "CUDA is in the image twice",
        "A `runtime`, `cudnn` or `devel` image of nvidia/cuda brings the CUDA libraries, gigabytes of them. Packages of conda-forge and wheels bring their own and use those. The `base` flavour has what the driver needs.",
    ),
    explanation(
        "docker/base-major",
        "base image and environment are of different CUDA versions",
        "An image of nvidia/cuda asks NVIDIA's container runtime for a driver of its own version. On a machine whose driver fits the environment but not the image, the container does not start; the other way round it starts and CUDA does not.",
    ),
    explanation(
        "docker/disk",
        "there may be too little disk space",
        "The lock says how much is downloaded; unpacked, CUDA packages take about three to four times as much.",
    ),
    explanation(
        "docker/driver-variables",
        "the image does not ask for the driver",
        "NVIDIA_VISIBLE_DEVICES and NVIDIA_DRIVER_CAPABILITIES tell NVIDIA's container runtime to mount the driver. Images of nvidia/cuda set them, plain ones do not; `docker run --gpus` sets the first one too, Kubernetes and others need not.",
    ),
    explanation(
        "docker/dummy-package",
        "a package is made of nothing so that it can be installed",
        "An editable install needs the sources of the package, so Dockerfiles make an empty one and copy the real one later. pixi can leave a package out instead: `--skip` since 0.51, `--only` since 0.54.",
    ),
    explanation(
        "docker/dynamic-version",
        "the version of the package is computed, and the install is locked",
        "With `dynamic = [\"version\"]` the version follows tags or sources. The lock holds the one of that day, and `--locked` refuses another one.",
    ),
    explanation(
        "docker/environment-not-locked",
        "the lock does not have the environment",
        "The manifest has the environment, the lock was written before. `--locked` and `--frozen` fail; without them the build solves.",
    ),
    explanation(
        "docker/frozen-installs-nothing",
        "`--frozen` installs an empty environment",
        "When the lock has no row for the platform, `pixi install --frozen` makes an empty environment, says that it has been installed, and ends with 0.",
    ),
    explanation(
        "docker/host-environment",
        "the `.pixi` folder of the machine that builds is copied",
        "`COPY . .` takes `.pixi` along unless .dockerignore says otherwise. Environments hold their path; a copied one shadows or replaces the one installed in the build, and pixi does not notice.",
    ),
    explanation(
        "docker/lock-check",
        "`pixi lock --check` writes",
        "It solves and rewrites the lock before it says that it was not up to date. Harmless are `pixi lock --check --dry-run` (pixi >= 0.64) and `pixi install --locked`.",
    ),
    explanation(
        "docker/lock-left-out",
        "the lock does not come into the build",
        ".dockerignore leaves it out. `--locked` fails then, and without it the build solves anew.",
    ),
    explanation(
        "docker/lock-not-copied",
        "the lock is not in the image",
        "The manifest is copied and the lock is not. `--locked` and `--frozen` fail; without them pixi solves in the build, and the image holds what nobody locked.",
    ),
    explanation(
        "docker/lock-optional",
        "the build passes without a lock",
        "A wildcard in COPY also fits nothing, so a missing lock goes unnoticed and pixi solves anew. Without the wildcard the build fails, which is what a missing lock deserves.",
    ),
    explanation(
        "docker/moved-environment",
        "an environment is copied to another path",
        "conda environments hold the path they were installed at, in scripts, in libraries and in activation. pixi does not notice a move; only `pixi reinstall` repairs one.",
    ),
    explanation(
        "docker/no-cache",
        "every change downloads the environment again",
        "A layer is built anew when a file copied before it changed. When all sources are copied before `pixi install` and its cache is no mount, every change downloads all packages.",
    ),
    explanation(
        "docker/other-environment",
        "another environment is run than installed",
        "Without `-e` pixi takes `default` (or, for a task that only one environment has, that one). If the image has another one installed, `pixi run` downloads and installs `default` when the container starts.",
    ),
    explanation(
        "docker/override-differs",
        "CONDA_OVERRIDE_CUDA differs between Dockerfile and workflow",
        "From pixi 0.71 on the value picks the platform row that is installed, so tests and image can have different packages.",
    ),
    explanation(
        "docker/override-in-image",
        "CONDA_OVERRIDE_CUDA stays in the image",
        "What ENV sets holds in containers too: pixi then takes a machine without a driver for one with CUDA. ARG, or the variable in front of the command, holds during the build alone.",
    ),
    explanation(
        "docker/override-malformed",
        "CONDA_OVERRIDE_CUDA is no version",
        "pixi warns that it ignores the value and then fails every install because of it, from 0.42 on.",
    ),
    explanation(
        "docker/override-missing",
        "the packages need CUDA and the build has no driver",
        "A locked conda package depends on `__cuda`, the virtual package of the driver, and there is none while an image is built. CONDA_OVERRIDE_CUDA stands in for it. The value is the highest of what the manifest declares and what the locked packages ask for.",
    ),
    explanation(
        "docker/override-too-low",
        "CONDA_OVERRIDE_CUDA is lower than what is needed or declared",
        "Lower than what the locked packages ask for, the install fails. Lower than what is declared, it passes, and the next solve may take packages that do not.",
    ),
    explanation(
        "docker/override-word",
        "CONDA_OVERRIDE_CUDA is a word that passes for a version",
        "conda's versions may be words: `none`, `true` or `v12.9` are lower than 12.0. To switch CUDA off, leave the value empty.",
    ),
    explanation(
        "docker/pixi-from-pypi",
        "`pip install pixi`",
        "The project of that name on PyPI is not published by the makers of pixi as far as is known.",
    ),
    explanation(
        "docker/pixi-older-than-lock",
        "the pixi of the image does not read the lock",
        "Lock format 7 needs pixi >= 0.68. Older ones refuse it, or (0.60 to 0.67) overwrite it unless asked for `--locked`.",
    ),
    explanation(
        "docker/pixi-unpinned",
        "every build may get another pixi",
        "A new pixi can read locks by other rules, and from 0.71 on picks platform rows. Pin the version, and change it in a commit of its own.",
    ),
    explanation(
        "docker/requires-pixi",
        "the pixi of the image is not one the manifest accepts",
        "pixi compares itself with `requires-pixi` before it reads the rest, since 0.44.",
    ),
    explanation(
        "docker/syntax",
        "the Dockerfile cannot be built",
        "BuildKit refuses the instruction with these words, before it runs anything.",
    ),
    explanation(
        "docker/unknown-environment",
        "the manifest does not have the environment",
        "pixi ends with `unknown environment`. An environment without features of its own is `prod = []`: the default feature and nothing else.",
    ),
    explanation(
        "docker/unlocked",
        "the image may hold what nobody locked",
        "Without `--locked`, `--frozen`, PIXI_LOCKED or PIXI_FROZEN pixi brings a lock that does not fit up to date, inside the build, and nobody sees the result.",
    ),
    explanation(
        "docker/unreachable-row",
        "the CUDA row is never taken",
        "The first declared platform that fits the machine is taken. A bare `linux-64` fits everywhere, so a CUDA row declared after it is never installed, whatever the override, unless `--platform` names it.",
    ),
];
