//! What `COPY` and `ADD` bring into a stage.

use dockerfile::variables::Variables;
use dockerfile::{Copy, Stage};

use super::super::rules::locks;
use super::super::{paths, pixi};
use super::{Built, Copied, Walk, known};

impl Walk<'_> {
    pub(super) fn copy(
        &mut self,
        built: &mut Built,
        stage: &Stage,
        at: usize,
        copy: &Copy,
        variables: &Variables,
        is_add: bool,
    ) {
        let escape = self.build.file.escape;
        let destination = known(&copy.destination, variables, escape);
        let destination = destination.unwrap_or_else(|| copy.destination.to_string());
        let is_folder = destination.ends_with('/') || copy.sources.len() > 1 || destination == ".";
        let destination = paths::join(&built.folder, &destination);
        let from = copy.from.as_ref();
        let other = from.and_then(|name| self.build.file.stage_named(name, stage.index));
        if let (Some(name), None) = (from, other)
            && let Some(origin) = pixi::of_image(name, &name.span())
        {
            built.pixi = Some(origin.clone());
            self.model.origins.push(origin);
        }
        if is_add {
            for source in &copy.sources {
                if source.contains("prefix-dev/pixi/releases/") {
                    let text = known(source, variables, escape);
                    let origin = pixi::release(source, text.as_deref(), &source.span());
                    built.pixi = Some(origin.clone());
                    self.model.origins.push(origin);
                }
            }
        }
        let copied = Copied {
            instruction: at,
            from: other.map(|stage| stage.index),
            is_context: from.is_none(),
            sources: copy.sources.clone(),
            destination: destination.clone(),
            installed: other
                .and_then(|stage| self.ends.get(stage.index))
                .map(|end| end.installed.clone())
                .unwrap_or_default(),
        };
        self.arrive(built, &copied, is_folder);
        self.model.copies.push(copied);
    }

    /// What a copy brings: the manifest, installed environments, pixi itself.
    fn arrive(&self, built: &mut Built, copied: &Copied, is_folder: bool) {
        let end = copied.from.and_then(|stage| self.ends.get(stage));
        for source in &copied.sources {
            let path = source.trim_start_matches("./").trim_end_matches('/');
            if copied.is_context {
                let folder = paths::parent_of_relative(self.build.manifest);
                let path = if path == "." { "" } else { path };
                if let Some(rest) = relative(folder, path) {
                    built.roots.push(paths::join(&copied.destination, rest));
                } else if path == self.build.manifest {
                    let root = if is_folder {
                        copied.destination.as_str()
                    } else {
                        paths::parent(&copied.destination)
                    };
                    built.roots.push(root.to_owned());
                }
                if path.is_empty() || path == folder {
                    built.context = Some(source.span());
                }
                let lock = locks::path(self.build);
                built.has_lock |= relative(&lock, path).is_some() || locks::fits(path, &lock);
                continue;
            }
            let Some(end) = end else { continue };
            let path = paths::join("/", source);
            if paths::name(&path) == "pixi" {
                built.pixi = built.pixi.take().or_else(|| end.pixi.clone());
            }
            for installed in &end.installed {
                let Some(name) = &installed.environment else { continue };
                let prefix = format!("{}/.pixi/envs/{name}", installed.root.trim_end_matches('/'));
                let within = paths::below(&prefix, &path).is_some();
                if within {
                    built.installed.push(installed.clone());
                }
            }
            for root in &end.roots {
                if let Some(rest) = paths::below(root, &path) {
                    built.has_lock |= end.has_lock;
                    built.roots.push(paths::join(&copied.destination, rest));
                }
            }
        }
    }
}

/// Where a folder of the context lies below what is copied.
fn relative<'r>(folder: &'r str, copied: &str) -> Option<&'r str> {
    if copied.is_empty() { Some(folder) } else { paths::below(folder, copied) }
}
