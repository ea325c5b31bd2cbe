//! Disk, network, credentials, wheels.

use pixi_workspace::Finding;

use super::super::text::Found;
use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        pattern: "No space left on device",
        finding: |_, _| {
            Some(
                Finding::error("log/disk", "the disk is full: environments with CUDA take several gigabytes, and twice that where packages are copied instead of linked")
                    .remedy("free space before the install, name fewer `environments`, or use a larger runner; `pixi-cuda-setup check` tells the download size"),
            )
        },
    },
    Rule {
        pattern: "(401 Unauthorized) for url ({})",
        finding: |found, _| Some(refused("401", found)),
    },
    Rule {
        pattern: "(403 Forbidden) for url ({})",
        finding: |found, _| Some(refused("403", found)),
    },
    Rule {
        pattern: "401 Unauthorized",
        finding: |_, log| {
            (!log.has("(401 Unauthorized) for url")).then(|| denied("401", "a channel"))
        },
    },
    Rule {
        pattern: "403 Forbidden",
        finding: |_, log| (!log.has("(403 Forbidden) for url")).then(|| denied("403", "a channel")),
    },
    Rule {
        pattern: "(404 Not Found) for url ({})",
        finding: |found, _| {
            let url = found.word(0);
            Some(
                Finding::error("log/gone", format!("`{url}` is not there any more"))
                    .remedy("if the package was withdrawn, run `pixi update` for it and commit pixi.lock; a private channel answers so without credentials too"),
            )
        },
    },
    Rule {
        pattern: "error sending request for url ({})",
        finding: |found, _| {
            Some(
                Finding::error(
                    "log/network",
                    format!("`{}` could not be reached", host(&found.word(0))),
                )
                .remedy(
                    "run the job again; behind a proxy set HTTPS_PROXY, and let that host through",
                ),
            )
        },
    },
    Rule {
        pattern: "Wheel: {} doesn't match this systems virtual capabilities for tags",
        finding: |found, _| {
            let wheel = found.word(0);
            let glibc = glibc(&wheel);
            let remedy = match glibc {
                Some(version) => format!("use a runner image with glibc {version} or newer, or set `CONDA_OVERRIDE_GLIBC={version}`"),
                None => "use a machine of the wheel's platform, or ask for a version that has a wheel for this one".to_owned(),
            };
            Some(
                Finding::error(
                    "log/wheel",
                    format!(
                        "`{wheel}` is for another platform or a newer glibc than this machine has"
                    ),
                )
                .remedy(remedy),
            )
        },
    },
    Rule { pattern: "falling back to copying", finding: |_, _| Some(copied()) },
    Rule { pattern: "falling back to full copy", finding: |_, _| Some(copied()) },
    Rule {
        pattern: "The environment directory has moved from `{}` to `{}`",
        finding: |found, _| {
            Some(
                Finding::error(
                    "log/moved",
                    format!(
                        "the environment was made in `{}`, and environments cannot be moved",
                        found.word(0)
                    ),
                )
                .remedy(
                    "delete `.pixi` and install again; put the workspace's path into the cache key",
                ),
            )
        },
    },
];

fn refused(status: &str, found: &Found) -> Finding {
    denied(status, &format!("`{}`", host(&found.word(0))))
}

fn denied(status: &str, who: &str) -> Finding {
    let finding =
        Finding::error("log/credentials", format!("{who} refused the request ({status})"));
    if status == "401" {
        finding.remedy("give `auth-host` and one of `auth-token`, `auth-username`, `auth-conda-token`; secrets are empty in pull requests from forks")
    } else {
        finding.remedy("the credentials are known and not allowed this channel, or there are none: check `auth-host` and what the token may read")
    }
}

/// The host of an address; its path may hold a token.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    authority.rsplit('@').next().unwrap_or(authority).to_owned()
}

fn copied() -> Finding {
    Finding::notice("log/copied", "packages were copied, not linked: that takes twice the disk, and longer")
        .remedy("keep the package cache (`PIXI_CACHE_DIR`) on the file system of the workspace, owned by the same user")
}

/// The glibc of a manylinux tag, `manylinux_2_28`.
fn glibc(wheel: &str) -> Option<String> {
    let (_, tag) = wheel.split_once("manylinux_")?;
    let mut numbers = tag.split('_');
    let (major, minor) = (numbers.next()?, numbers.next()?);
    let are_numbers = [major, minor]
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    are_numbers.then(|| format!("{major}.{minor}"))
}
