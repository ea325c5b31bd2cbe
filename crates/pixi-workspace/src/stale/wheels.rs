//! Whether locked wheels go with the declared platforms.

use super::{Judge, Kind, Reason};
use crate::View;
use crate::environment::DeclaredRow;

type Numbers = (u64, u64);

/// The first two numbers of a version.
fn numbers(version: &str) -> Option<Numbers> {
    let version = version.split('=').next()?;
    let mut parts = version.split('.');
    let first = parts.next()?.parse().ok()?;
    Some((first, parts.next().map_or(Some(0), |part| part.parse().ok())?))
}

/// `2_28_x86_64`: the numbers in front.
fn tagged(rest: &str) -> Option<Numbers> {
    let mut parts = rest.splitn(3, '_');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Whether a platform takes a tag; `None` where the tag says nothing about its system.
fn takes(tag: &str, glibc: Option<Numbers>, macos: Option<Numbers>) -> Option<bool> {
    let legacy =
        [("manylinux1_", (2, 5)), ("manylinux2010_", (2, 12)), ("manylinux2014_", (2, 17))];
    if let Some((_, needed)) = legacy.iter().find(|(start, _)| tag.starts_with(start)) {
        return glibc.map(|glibc| glibc >= *needed);
    }
    if let Some(rest) = tag.strip_prefix("manylinux_") {
        return Some(glibc? >= tagged(rest)?);
    }
    if let Some(rest) = tag.strip_prefix("macosx_") {
        return Some(macos? >= tagged(rest)?);
    }
    None
}

/// The systems a platform declares: glibc and macOS.
fn declared(row: &DeclaredRow) -> (Option<Numbers>, Option<Numbers>) {
    let all = row.all_virtual_packages();
    let of = |name: &str| {
        all.iter().find(|(known, _)| known == name).and_then(|(_, version)| numbers(version))
    };
    (of("__glibc"), of("__osx"))
}

/// Whether a wheel is for a newer system than is declared.
fn is_too_new(file: &str, (glibc, macos): (Option<Numbers>, Option<Numbers>)) -> bool {
    // pixi does not read the tags of a name with a percent sign (`%2Bcu124`).
    let Some(stem) = file.strip_suffix(".whl").filter(|stem| !stem.contains('%')) else {
        return false;
    };
    let Some((_, platforms)) = stem.rsplit_once('-') else { return false };
    platforms.split('.').all(|tag| takes(tag, glibc, macos) == Some(false))
}

impl<'a> Judge<'a> {
    /// Wheels for a newer system than is declared; looked at since 0.63, and only in environments
    /// with Python dependencies.
    pub(super) fn wheels(&self, view: &View<'a>) -> Option<Reason> {
        if !self.since(63) || !view.has_pypi() {
            return None;
        }
        for row in view.rows() {
            let systems = declared(row);
            for package in view.locked_packages(self.lock, row) {
                let path = package.location.split(['#', '?']).next().unwrap_or_default();
                let file = path.rsplit('/').next().unwrap_or_default();
                if package.pypi().is_some() && is_too_new(file, systems) {
                    let file_name = self.lock_file();
                    let mut reason = self.reason(
                        view,
                        Kind::WheelTags,
                        format!(
                            "the {file_name} was solved with system requirements incompatible with \
                             the tags on wheel ({})",
                            package.name
                        ),
                    );
                    reason.place = Some((self.manifest.source.clone(), row.span.clone()));
                    return Some(reason);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{declared, is_too_new};
    use crate::environment::DeclaredRow;

    #[test]
    fn wheels_say_which_system_they_need() {
        let row = |subdir: &str, packages: &[(&str, &str)]| DeclaredRow {
            name: subdir.to_owned(),
            subdir: subdir.to_owned(),
            virtual_packages: packages.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect(),
            span: 0..0,
        };
        let linux = row("linux-64", &[]);
        let old = row("linux-64", &[("__glibc", "2.17")]);
        let mac = row("osx-arm64", &[]);
        let table = [
            ("x-1-py3-none-any.whl", &old, false),
            ("x-1-cp312-cp312-manylinux_2_28_x86_64.whl", &linux, false),
            ("x-1-cp312-cp312-manylinux_2_28_x86_64.whl", &old, true),
            ("x-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", &old, false),
            ("x-1-cp312-cp312-manylinux_2_99_x86_64.manylinux_2_17_x86_64.whl", &old, false),
            ("x-1-cp312-cp312-linux_x86_64.whl", &old, false),
            ("x-1-cp312-cp312-macosx_11_0_arm64.whl", &mac, false),
            ("x-1-cp312-cp312-macosx_14_0_arm64.whl", &mac, true),
            ("x-1%2Bcu124-cp312-cp312-manylinux_2_28_x86_64.whl", &old, false),
            ("x-1.tar.gz", &old, false),
        ];
        for (file, row, is_so) in table {
            assert_eq!(is_too_new(file, declared(row)), is_so, "{file} on {}", row.subdir);
        }
    }
}
