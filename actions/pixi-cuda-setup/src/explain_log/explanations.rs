//! The long forms of the codes.

use diagnostics::Explanation;

const fn code(code: &'static str, title: &'static str, text: &'static str) -> Explanation {
    Explanation { code, title, text }
}

/// The codes of command `explain-log`.
pub const EXPLANATIONS: &[Explanation] = &[
    code(
        "log/missing",
        "no log was named",
        "`explain-log` reads the output of `pixi install -v`: `pixi install --locked -v 2>&1 | tee install.log`, then `log-file: install.log`.",
    ),
    code(
        "log/unreadable",
        "the log cannot be read",
        "`log-file` is relative to `working-directory`; in Actions it must be in a folder the container sees, such as the workspace.",
    ),
    code(
        "log/empty",
        "the log is empty",
        "The step before ended before pixi said anything, or wrote its output elsewhere.",
    ),
    code(
        "log/unknown",
        "no known text",
        "What pixi says here is not among the texts this command knows. Its last error is printed as it is.",
    ),
    code(
        "log/override",
        "no override, no GPU",
        "A locked package depends on `__cuda`, which a machine without a driver does not have. `CONDA_OVERRIDE_CUDA` tells pixi to go on as if it had; it must reach every later `pixi run` too. Empty means: no `__cuda`.",
    ),
    code(
        "log/override-malformed",
        "an override that is no version",
        "An override such as `>=12`, `12,9` or one with a blank makes every install fail, in CPU environments too. In YAML put the value in quotes.",
    ),
    code(
        "log/override-platform",
        "PIXI_OVERRIDE_PLATFORM",
        "It takes conda platforms only, and takes rows with virtual packages away; it does not replace `CONDA_OVERRIDE_CUDA`.",
    ),
    code(
        "log/machine",
        "the machine lacks a virtual package",
        "A locked package needs a newer glibc or kernel than this machine has, or another system.",
    ),
    code(
        "log/no-platform",
        "a platform the manifest does not have",
        "The environment is not declared for this machine's platform at all, with or without CUDA.",
    ),
    code(
        "log/platform",
        "an unknown platform name",
        "`--platform` takes the names of the environment's own platforms.",
    ),
    code(
        "log/list",
        "pixi list fails where install passes",
        "`pixi list` and `pixi tree` need a platform that fits as a whole; install and run go on when the locked packages do not need what is missing.",
    ),
    code(
        "log/requirements",
        "system-requirements against the machine",
        "Before pixi 0.42 `pixi run` compares what is declared with the machine.",
    ),
    code(
        "log/skipped",
        "environments left out",
        "`pixi install --all` skips environments that do not fit the machine and succeeds.",
    ),
    code(
        "log/by-accident",
        "declares CUDA, runs without",
        "Nothing that is locked needs CUDA. Mostly that is a CPU build in the place of a CUDA build.",
    ),
    code(
        "log/nothing-installed",
        "an empty environment",
        "The manifest does not have this platform; pixi made an empty environment and succeeded.",
    ),
    code(
        "log/stale",
        "the lock does not fit the manifest",
        "`--locked` compares all environments and platforms of the lock with the manifest. The reason is logged with `-v` only, and names the wrong thing when a platform's row is missing.",
    ),
    code(
        "log/lock-unreadable",
        "the lock cannot be read",
        "pixi passes on what its parser says and names neither merge conflicts, nor pointers of Git LFS, nor empty files.",
    ),
    code(
        "log/lock-newer",
        "the lock is newer than pixi",
        "Format 7 is read by pixi 0.68 and newer. Some older versions overwrite such a lock without `--locked`.",
    ),
    code(
        "log/lock-older",
        "the lock has an older format",
        "Formats up to 6 do not record virtual packages, so pixi cannot see that a CPU lock does not fit a CUDA declaration.",
    ),
    code(
        "log/lock-environment",
        "not in the lock",
        "`--frozen` installs what is locked and nothing else.",
    ),
    code(
        "log/environment",
        "unknown environment",
        "Environments are declared under `[environments]`; `prod = []` is the default feature alone.",
    ),
    code("log/feature", "unknown feature", "An environment lists features by name."),
    code(
        "log/no-manifest",
        "no manifest",
        "pixi looks for pixi.toml, pyproject.toml with `[tool.pixi]`, and mojoproject.toml, from the working directory upwards.",
    ),
    code(
        "log/manifest",
        "a manifest without a workspace",
        "A pixi.toml or mojoproject.toml always counts, and needs `[workspace]`, `[project]` or `[package]`.",
    ),
    code(
        "log/manifest-newer",
        "a manifest newer than pixi",
        "Rich platforms, `{ platform = \"linux-64\", cuda = \"12.0\" }`, are read by pixi 0.71 and newer.",
    ),
    code(
        "log/requires-pixi",
        "requires-pixi",
        "The manifest names the versions of pixi it is for.",
    ),
    code(
        "log/dialects",
        "two dialects",
        "`[system-requirements]` and virtual packages on `platforms` exclude each other, whatever they say.",
    ),
    code(
        "log/cuda-undeclared",
        "CUDA is not declared",
        "A solve takes virtual packages from the manifest alone.",
    ),
    code("log/update", "an unknown package", "`pixi update NAME` takes names that are locked."),
    code(
        "log/disk",
        "the disk is full",
        "Hosted runners have some 14 GB free; an environment with CUDA takes up to 19 GB.",
    ),
    code(
        "log/credentials",
        "a channel refuses",
        "Private channels need credentials: `auth-host` and its companions, or RATTLER_AUTH_FILE.",
    ),
    code(
        "log/gone",
        "a package is gone",
        "The address in the lock is not served any more, or not without credentials.",
    ),
    code(
        "log/network",
        "a server cannot be reached",
        "Name resolution, a proxy or the server failed.",
    ),
    code(
        "log/wheel",
        "a wheel for another machine",
        "The tags of the wheel do not fit: its glibc, its Python or its architecture.",
    ),
    code(
        "log/copied",
        "copied instead of linked",
        "Where hard links are impossible pixi and uv copy: between file systems, or when the cache belongs to another user.",
    ),
    code(
        "log/moved",
        "a moved environment",
        "Installed environments hold the path they were made in.",
    ),
];
