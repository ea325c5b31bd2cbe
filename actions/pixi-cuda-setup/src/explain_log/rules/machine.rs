//! What the machine lacks, and overrides.

use conda::{Version, VersionSpec, version_spec::Strictness};
use pixi_workspace::{Finding, Holds};

use super::super::text::Text;
use super::Rule;

/// What pixi says for itself of an override that would help.
const MOCKED: &str =
    "set it for this step and every later one: `run`, `shell-hook` and `list` check again";

pub(super) const RULES: &[Rule] = &[
    Rule {
        pattern: "the environment '{}' does not support '{}' on this machine",
        finding: |found, log| Some(rows(Some(&found.word(0)), &found.word(1), log)),
    },
    Rule {
        pattern: "The workspace does not support '{}' on this machine",
        finding: |found, log| Some(rows(None, &found.word(0), log)),
    },
    Rule {
        pattern: "Virtual package '{}' does not match any of the available virtual packages on your machine: [{}]",
        finding: |found, _| Some(package(found.part(0), found.part(1))),
    },
    Rule {
        pattern: "no platform supported by environment '{}' matches the current system",
        finding: |found, _| {
            Some(
                Finding::error(
                    "log/list",
                    format!(
                        "`pixi list` and `pixi tree` need a platform of environment `{}` that fits this machine as a whole, also where install and run do not",
                        found.word(0)
                    ),
                )
                .holds(Holds::since(71))
                .remedy("leave `pixi list` out of the workflow, or set `CONDA_OVERRIDE_CUDA` to the version the manifest declares"),
            )
        },
    },
    Rule {
        pattern: "Cannot install environment '{}': no platform supported by it matches the current system",
        finding: |found, _| {
            Some(
                Finding::error(
                    "log/override-platform",
                    format!(
                        "PIXI_OVERRIDE_PLATFORM hides the CUDA row of environment `{}`",
                        found.word(0)
                    ),
                )
                .holds(Holds::since(71))
                .remedy("unset PIXI_OVERRIDE_PLATFORM, and set `CONDA_OVERRIDE_CUDA` instead"),
            )
        },
    },
    Rule {
        pattern: "Invalid value for PIXI_OVERRIDE_PLATFORM='{}', ignoring",
        finding: |found, _| {
            Some(
                Finding::warning(
                    "log/override-platform",
                    format!("PIXI_OVERRIDE_PLATFORM=`{}` is no conda platform, so it counts for nothing", found.word(0)),
                )
                .remedy("set a platform such as `linux-64`; a row is chosen by `CONDA_OVERRIDE_CUDA`"),
            )
        },
    },
    Rule {
        pattern: "platform '{}' is not part of environment '{}'",
        finding: |found, _| {
            Some(
                Finding::error(
                    "log/platform",
                    format!("environment `{}` has no platform `{}`", found.word(1), found.word(0)),
                )
                .remedy("name a platform as the manifest's `platforms` has it; an unnamed `{ platform = \"linux-64\", cuda = \"12.0\" }` is `linux-64-cuda-12-0`"),
            )
        },
    },
    Rule {
        pattern: "malformed version string '{}'",
        finding: |found, log| {
            let value = found.part(0);
            let fails = log.has("Couldn't get the virtual packages from the system");
            let message = format!("an override is set to `{value}`, which is no version");
            let finding = if fails {
                Finding::error("log/override-malformed", message)
                    .note("every install fails then, in plain CPU environments too")
            } else {
                Finding::warning("log/override-malformed", message)
            };
            Some(finding.remedy("set `CONDA_OVERRIDE_CUDA` to one version such as `12.9`, without blanks, commas or operators"))
        },
    },
    Rule {
        pattern: "Couldn't get the virtual packages from the system",
        finding: |_, log| {
            (!log.has("malformed version string")).then(|| {
                Finding::error("log/override-malformed", "pixi cannot tell what this machine offers")
                    .remedy("look at the variables CONDA_OVERRIDE_*: each must be one version such as `12.9`")
            })
        },
    },
    Rule {
        pattern: "should at least have the virtual package {} on version",
        finding: |found, _| {
            let package = found.word(0);
            Some(
                Finding::error("log/requirements", format!("this machine lacks `{package}`, which `[system-requirements]` declares"))
                    .holds(Holds::before(42))
                    .remedy("with pixi 0.29 or newer set `CONDA_OVERRIDE_CUDA` to the declared version; older ones honour no override"),
            )
        },
    },
    Rule {
        pattern: "Skipping environment(s) that do not support the current platform:",
        finding: |_, _| {
            Some(
                Finding::warning(
                    "log/skipped",
                    "`pixi install --all` left out the environments that need CUDA, and went on",
                )
                .holds(Holds::since(68))
                .remedy("set `CONDA_OVERRIDE_CUDA` to the version the manifest declares, or name the environments with `-e`"),
            )
        },
    },
    Rule {
        pattern: "Environment '{}' requires cuda >={}, but this machine does not provide '__cuda'",
        finding: |found, _| Some(by_accident(&found.word(0), &found.word(1))),
    },
    Rule {
        pattern: "Environment '{}' requires cuda >={}, but this machine only provides '__cuda {}'",
        finding: |found, _| Some(by_accident(&found.word(0), &found.word(1))),
    },
    Rule {
        pattern: "Not installing dependency on current platform: ({})",
        finding: |found, _| {
            Some(
                Finding::warning(
                    "log/nothing-installed",
                    format!("an environment without `{}` was installed: it is empty, and pixi ended with success", found.word(0)),
                )
                .holds(Holds::before(71))
                .remedy("add the platform to `platforms` of the manifest, run `pixi lock`, and commit pixi.lock"),
            )
        },
    },
];

fn by_accident(environment: &str, declared: &str) -> Finding {
    Finding::warning(
        "log/by-accident",
        format!("environment `{environment}` declares CUDA {declared} and nothing in it needs CUDA: its frameworks are locked as CPU builds, or bring CUDA along"),
    )
    .holds(Holds::since(71))
    .remedy(format!("run `pixi-cuda-setup check -e {environment}` to see which; `CONDA_OVERRIDE_CUDA={declared}` silences pixi"))
}

/// No platform row of an environment fits.
fn rows(environment: Option<&str>, subdir: &str, log: &Text) -> Finding {
    let name = environment.unwrap_or("default");
    let missing = after(log, "missing virtual packages:");
    let cuda: Vec<&Lacks> = missing.iter().filter(|lacks| lacks.package == "__cuda").collect();
    if missing.is_empty() {
        return Finding::error(
            "log/no-platform",
            format!("environment `{name}` has no platform `{subdir}`"),
        )
        .holds(Holds::since(71))
        .remedy(format!(
            "run `pixi workspace platform add {subdir}`, or list it in the feature's `platforms`"
        ));
    }
    let needed = after(log, "The installed packages also require:");
    let Some(row) = cuda.first() else {
        let list: Vec<String> = missing.iter().map(Lacks::shown).collect();
        let variables: Vec<String> = missing.iter().map(Lacks::variable).collect();
        return Finding::error(
            "log/machine",
            format!("this machine lacks {}, which environment `{name}` needs", list.join(", ")),
        )
        .holds(Holds::since(71))
        .remedy(format!(
            "use a newer runner image, or set {} for this step and every later one",
            variables.join(" ")
        ));
    };
    let required = needed.iter().filter(|lacks| lacks.package == "__cuda");
    let value = required
        .filter_map(|lacks| lacks.version.clone())
        .chain(row.version.clone())
        .max_by(newer)
        .unwrap_or_else(|| "12.0".to_owned());
    let mut finding = Finding::error(
        "log/override",
        format!("this machine has no GPU, environment `{name}` is locked with CUDA, and no override is in force"),
    )
    .holds(Holds::since(71))
    .note(MOCKED)
    .remedy(format!("set `CONDA_OVERRIDE_CUDA={value}` in the environment of the job"));
    if environment.is_none() {
        finding = finding.note(
            "pixi's advice to run `pixi workspace platform add` does not help: the platform is there",
        );
    }
    finding
}

fn newer(a: &String, b: &String) -> std::cmp::Ordering {
    match (a.parse::<Version>(), b.parse::<Version>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}

/// One `__name >=version`.
struct Lacks {
    package: &'static str,
    version: Option<String>,
}

impl Lacks {
    fn shown(&self) -> String {
        match &self.version {
            Some(version) => format!("`{} >= {version}`", self.package),
            None => format!("`{}`", self.package),
        }
    }

    fn variable(&self) -> String {
        let name = self.package.trim_start_matches('_').to_uppercase();
        format!("`CONDA_OVERRIDE_{name}={}`", self.version.as_deref().unwrap_or("VERSION"))
    }
}

/// Names before the names they begin with.
const VIRTUAL: [&str; 10] = [
    "__cuda_arch",
    "__cuda",
    "__glibc",
    "__musl",
    "__eglibc",
    "__linux",
    "__osx",
    "__win",
    "__unix",
    "__archspec",
];

/// The virtual packages in the lists that follow a text.
fn after(log: &Text, text: &str) -> Vec<Lacks> {
    let lists = log.behind(text, 300);
    lists.iter().flat_map(|list| list.split(',').map_while(lack)).collect()
}

/// One of a list; without blanks the text behind the last one follows at once.
fn lack(text: &str) -> Option<Lacks> {
    let package = VIRTUAL.into_iter().find(|name| text.starts_with(name))?;
    let bound = text.strip_prefix(package)?.trim_start_matches(['>', '=', '<', '~']);
    let end = bound.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(bound.len());
    let version = bound.get(..end).filter(|version| !version.is_empty());
    Some(Lacks { package, version: version.map(str::to_owned) })
}

/// A locked package needs what the machine does not have.
fn package(spec: &str, available: &str) -> Finding {
    let mut words = spec.split_whitespace();
    let name = words.next().unwrap_or_default();
    let wanted: String = words.collect();
    let has = available.split(',').map(str::trim).find_map(|one| {
        let (package, rest) = one.split_once('=')?;
        (package == name).then(|| rest.split('=').next().unwrap_or(rest))
    });
    let variable = format!("CONDA_OVERRIDE_{}", name.trim_start_matches('_').to_uppercase());
    let value = satisfying(&wanted, name);
    let is_cuda = name == "__cuda";
    let message = match (is_cuda, has) {
        (true, None) => format!(
            "a locked package needs `{spec}`: this machine has no GPU, and no override is in force"
        ),
        (true, Some(has)) => {
            format!("a locked package needs `{spec}`, and the override or driver says {has}")
        }
        (false, None) => format!("a locked package needs `{spec}`, which this machine lacks"),
        (false, Some(has)) => format!("a locked package needs `{spec}`, this machine has {has}"),
    };
    let code = if is_cuda { "log/override" } else { "log/machine" };
    let remedy = match value {
        Some(value) if is_cuda => format!("set `{variable}={value}` in the environment of the job"),
        Some(value) => format!("use a newer runner image, or set `{variable}={value}`"),
        None => format!("set `{variable}` to a version that `{spec}` takes"),
    };
    Finding::error(code, message)
        .holds(Holds::since(42))
        .note(if is_cuda {
            MOCKED
        } else {
            "with an override the environment installs, and may not start"
        })
        .note("pixi's own advice names a fixed version, which is wrong for bounds beside it")
        .remedy(remedy)
}

/// A version a spec takes.
fn satisfying(spec: &str, name: &str) -> Option<String> {
    let usual: &[&str] = if name == "__cuda" {
        &["12.0", "13.0", "11.8", "11.0", "10.2", "9.2"]
    } else {
        &["2.28", "2.17", "2.34"]
    };
    if spec.is_empty() {
        return usual.first().map(|version| (*version).to_owned());
    }
    let spec = VersionSpec::parse(spec, Strictness::Lenient).ok()?;
    let lower = spec.lower_bound().map(|bound| bound.version.as_str().to_owned());
    let above = lower.as_ref().map(|version| format!("{version}.1"));
    let fits =
        |version: &String| version.parse().is_ok_and(|version: Version| spec.matches(&version));
    lower.into_iter().chain(above).chain(usual.iter().map(|one| (*one).to_owned())).find(fits)
}
