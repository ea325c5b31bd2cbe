//! The long forms behind the codes of locks.

use diagnostics::Explanation;

/// Every code about a lock itself.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "lock/missing",
        title: "there is no pixi.lock",
        text: "Without a lock every run resolves the manifest anew, against whatever the channels hold that \
day. With `--locked` or `--frozen` pixi fails instead. Run `pixi lock` and commit the file.",
    },
    Explanation {
        code: "lock/ignored",
        title: "git ignores pixi.lock",
        text: "A pattern of a `.gitignore` covers the lock, often `*.lock`. It is then never committed, and a \
checkout has none. Remove the pattern, or add `!pixi.lock` below it.",
    },
    Explanation {
        code: "lock/empty",
        title: "pixi.lock is empty",
        text: "The file is there but holds nothing, or comments alone. pixi says that the field `version` is \
missing and does not write a new one. Remove the file and run `pixi lock`.",
    },
    Explanation {
        code: "lock/lfs-pointer",
        title: "pixi.lock is a Git LFS pointer",
        text: "The repository keeps the lock in Git LFS and the checkout did not fetch it: what lies there is a \
pointer of three lines. pixi says that the field `version` is missing. Set `lfs: true` at actions/checkout, or \
run `git lfs pull`. A lock is text and small; it need not be in LFS.",
    },
    Explanation {
        code: "lock/conflict",
        title: "git left conflict markers in pixi.lock",
        text: "A merge stopped at the lock and the markers were committed, or not yet resolved. pixi says what its \
YAML parser says about the markers. A lock cannot be merged by hand: take one side whole, and run `pixi lock`, \
which adds what the merged manifest needs.",
    },
    Explanation {
        code: "lock/newer-format",
        title: "the lock is newer than pixi",
        text: "pixi >= 0.68 writes format 7; older versions read up to 6. pixi before 0.60 then fails with every \
command; later ones fail with `--locked` and `--frozen`, and a plain `pixi install` replaces the lock by one of \
their own format. Use a pixi that reads the format.",
    },
    Explanation {
        code: "lock/older-format",
        title: "the lock has an older format",
        text: "Formats before 7 do not record which virtual packages a row was solved with, so a `cuda` that is \
declared or changed later does not make them stale: a CPU lock stays as it is. `pixi lock` with pixi >= 0.68 \
writes format 7, and keeps the builds that are locked; to get other builds, update the package, such as `pixi \
update pytorch`. Formats 1 to 3 are solved anew by any newer pixi.",
    },
    Explanation {
        code: "lock/truncated",
        title: "the end of pixi.lock is missing",
        text: "A row names a package that the lock does not describe, or the text breaks off. An interrupted \
download, a full disk or an editor cut the file. Take the committed one back.",
    },
    Explanation {
        code: "lock/unreadable",
        title: "pixi.lock cannot be read",
        text: "The file is no YAML, or not the YAML of a lock: the message says what does not fit and where. pixi \
never replaces a lock that it cannot read. Take the committed one back, or remove it and run `pixi lock`.",
    },
    Explanation {
        code: "lock/no-virtual-packages",
        title: "the lock does not say what it was solved for",
        text: "pixi 0.68 to 0.70 wrote format 7 without the virtual packages of its rows. Later versions leave \
such a file alone while it is up to date and compare nothing: a `cuda` that is declared or changed goes \
unnoticed, even by `pixi lock --check`. `pixi update` with pixi >= 0.71 writes them.",
    },
];
