//! Manifest, lock and environments, as far as the stand-in needs them.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::text::error;

/// A workspace.
pub(crate) struct Workspace {
    root: PathBuf,
    manifest: String,
    lock: Option<String>,
}

impl Workspace {
    /// The manifest that is named, or pixi.toml in this folder or above it.
    pub(crate) fn find(named: Option<&Path>) -> Result<Self, String> {
        let here = std::env::current_dir().map_err(said)?;
        let path = match named {
            Some(path) if path.is_dir() => here.join(path).join("pixi.toml"),
            Some(path) => here.join(path),
            None => {
                let folder = here.ancestors().find(|folder| folder.join("pixi.toml").is_file());
                let folder = folder.ok_or_else(|| {
                    error(&format!(
                        "could not find pixi.toml or pyproject.toml with tool.pixi at directory {}",
                        here.display()
                    ))
                })?;
                folder.join("pixi.toml")
            }
        };
        let manifest = fs::read_to_string(&path).map_err(said)?;
        let root = path.parent().unwrap_or(&here).to_owned();
        let root = root.canonicalize().map_err(said)?;
        let lock = fs::read_to_string(root.join("pixi.lock")).ok();
        Ok(Self { root, manifest, lock })
    }

    /// The names under `[environments]`, and `default`.
    pub(crate) fn environments(&self) -> Vec<String> {
        let mut names = vec!["default".to_owned()];
        let table = self.manifest.split("[environments]\n").nth(1).unwrap_or_default();
        for line in table.lines().take_while(|line| !line.starts_with('[')) {
            if let Some((name, _)) = line.split_once('=')
                && name.trim() != "default"
            {
                names.push(name.trim().to_owned());
            }
        }
        names
    }

    /// Whether the lock fits: `# for: NAME` in its first line, the manifest's `name`.
    pub(crate) fn check_lock(&self, verbose: bool, locked: bool) -> Result<(), String> {
        if !locked {
            return Ok(());
        }
        let stale = || error("lock file not up-to-date with the workspace");
        let Some(lock) = &self.lock else { return Err(stale()) };
        let name = self.manifest.lines().find_map(|line| line.strip_prefix("name = "));
        let name = name.unwrap_or_default().trim_matches('"');
        match lock.lines().next().and_then(|line| line.strip_prefix("# for: ")) {
            Some(other) if other != name => {
                let reason = " INFO pixi_core::lock_file::outdated: the dependencies of environment 'default' for platform linux-64 are out of date because the requirement 'app >=2' could not be satisfied (required by 'default')\n";
                let reason = if verbose { reason } else { "" };
                Err(format!("{reason}{}", stale()))
            }
            _ => Ok(()),
        }
    }

    /// Where an environment is.
    pub(crate) fn prefix(&self, name: &str) -> PathBuf {
        self.root.join(".pixi/envs").join(name)
    }

    /// Makes an environment, or finds it.
    pub(crate) fn install(&self, name: &str) -> Result<(), String> {
        if !self.environments().iter().any(|known| known == name) {
            return Err(error(&format!("unknown environment '{name}'")));
        }
        let overridden = std::env::var("CONDA_OVERRIDE_CUDA").is_ok_and(|value| !value.is_empty());
        if self.needs_cuda(name) && !overridden {
            return Err(format!(
                "Error: unsupported-platform\n\n{}",
                error(&format!(
                    "Cannot install environment '{name}' the environment '{name}' does not support 'linux-64' on this machine. Declared platforms and why none runs here: - linux-64-cuda-12-0 (subdir linux-64): missing virtual packages: __cuda >= 12.0 Unsatisfied requirements: __cuda >= 12.0 The installed packages also require: __cuda"
                ))
            ));
        }
        let prefix = self.prefix(name);
        let meta = prefix.join("conda-meta");
        fs::create_dir_all(&meta).map_err(said)?;
        fs::write(meta.join("pixi_env_prefix"), prefix.display().to_string()).map_err(said)?;
        fs::create_dir_all(prefix.join("bin")).map_err(said)?;
        let program = format!("#!/bin/sh\necho \"hello from {name} at {}\"\n", prefix.display());
        executable(&prefix.join("bin/hello"), &program).map_err(said)
    }

    /// Whether the lock's list of an environment has a package that depends on `__cuda`: its block
    /// names one with `cuda` in its build.
    fn needs_cuda(&self, name: &str) -> bool {
        let lock = self.lock.as_deref().unwrap_or_default();
        let block = lock.split(&format!("\n  {name}:\n")).nth(1).unwrap_or_default();
        let end = |line: &&str| line.starts_with("    ") || line.is_empty();
        block.lines().take_while(end).any(|line| line.contains("-cuda"))
    }

    /// What a shell evaluates to be in an environment.
    pub(crate) fn hook(&self, name: &str) -> String {
        let prefix = self.prefix(name);
        let prefix = prefix.display();
        format!(
            "export PATH=\"{prefix}/bin:{prefix}/other bin:$PATH\"\n\
             export CONDA_PREFIX=\"{prefix}\"\n\
             export PIXI_ENVIRONMENT_NAME=\"{name}\"\n\
             export MOTTO=\"two lines,\nand an = sign\"\n\
             echo \"activation scripts may print\"\n"
        )
    }
}

/// A program in the folder of global ones.
pub(crate) fn install_globally(package: &str) -> Result<(), String> {
    let home = std::env::var_os("PIXI_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".pixi")));
    let home = home.ok_or_else(|| error("no home"))?;
    let name = package.split(['=', '<', '>']).next().unwrap_or(package);
    fs::create_dir_all(home.join("envs").join(name)).map_err(said)?;
    fs::create_dir_all(home.join("bin")).map_err(said)?;
    let program = format!("#!/bin/sh\necho \"global {name}\"\n");
    executable(&home.join("bin").join(name), &program).map_err(said)
}

fn executable(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn said(problem: io::Error) -> String {
    error(&problem.to_string())
}
