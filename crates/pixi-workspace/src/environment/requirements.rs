//! `[system-requirements]` of several features as one.

use std::ops::Range;

use conda::Version;
use config::Spanned;

use super::locked::is_default;
use crate::manifest::Feature;

/// A version somebody declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// As written.
    pub version: String,
    /// Where.
    pub span: Range<usize>,
}

/// `[system-requirements]`: of each the highest over the features.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirements {
    /// `linux`.
    pub linux: Option<Declared>,
    /// `cuda`.
    pub cuda: Option<Declared>,
    /// `macos`.
    pub macos: Option<Declared>,
    /// `libc`: the family and the version.
    pub libc: Option<(String, Declared)>,
}

impl Requirements {
    /// Those of some features together.
    pub fn of<'m>(features: impl IntoIterator<Item = &'m Feature>) -> Self {
        let mut all = Self::default();
        for own in features.into_iter().filter_map(|feature| feature.system_requirements.as_ref()) {
            raise(&mut all.linux, own.linux.as_ref());
            raise(&mut all.cuda, own.cuda.as_ref());
            raise(&mut all.macos, own.macos.as_ref());
            if let Some((family, version)) = &own.libc {
                // Two families are an error to pixi; the first stays.
                let mut known = all.libc.take();
                match &mut known {
                    Some((_, declared)) if is_higher(&version.value, &declared.version) => {
                        *declared = declared_as(version);
                    }
                    Some(_) => {}
                    None => known = Some((family.clone(), declared_as(version))),
                }
                all.libc = known;
            }
        }
        all
    }

    /// Whether nothing is required.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The virtual packages it means on a subdir, without those at their default version. `__cuda`
    /// does not apply on macOS.
    pub fn on(&self, subdir: &str) -> Vec<(String, String)> {
        let (is_linux, is_osx) = (subdir.starts_with("linux-"), subdir.starts_with("osx-"));
        let libc = self.libc.as_ref().map(|(family, version)| (format!("__{family}"), version));
        [
            self.linux.as_ref().filter(|_| is_linux).map(|one| ("__linux".to_owned(), one)),
            self.cuda.as_ref().filter(|_| !is_osx).map(|one| ("__cuda".to_owned(), one)),
            self.macos.as_ref().filter(|_| is_osx).map(|one| ("__osx".to_owned(), one)),
            libc.filter(|_| is_linux),
        ]
        .into_iter()
        .flatten()
        .filter(|(name, declared)| !is_default(subdir, name, &declared.version))
        .map(|(name, declared)| (name, declared.version.clone()))
        .collect()
    }
}

fn declared_as(text: &Spanned<String>) -> Declared {
    Declared { version: text.value.clone(), span: text.span.clone() }
}

fn raise(known: &mut Option<Declared>, other: Option<&Spanned<String>>) {
    let Some(other) = other else { return };
    if known.as_ref().is_none_or(|known| is_higher(&other.value, &known.version)) {
        *known = Some(declared_as(other));
    }
}

/// Whether a version is higher than another; what is no version is lower than all.
pub(super) fn is_higher(one: &str, other: &str) -> bool {
    match (one.parse::<Version>(), other.parse::<Version>()) {
        (Ok(one), Ok(other)) => one > other,
        (one, _) => one.is_ok(),
    }
}
