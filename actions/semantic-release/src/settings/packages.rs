//! Keys of several packages in one repository.

use config::{Spanned, Table};

/// `packages` and what belongs to it.
#[derive(Clone, Debug, Default)]
pub struct Packages {
    /// The packages' directories, relative to the working directory; `*` and `?` stand for parts
    /// of a name, `!` in front leaves out.
    pub directories: Vec<Spanned<String>>,
    /// Names of packages that are released together, at one version.
    pub groups: Vec<Vec<Spanned<String>>>,
    /// A package that needs a released one gets a patch release.
    pub bump_dependents: bool,
}

/// Reads the keys.
pub(super) fn read(table: &Table<'_>) -> Packages {
    let groups = table.field("package_groups").and_then(|field| field.items()).unwrap_or_default();
    let dependents = [("off", false), ("patch", true)];
    Packages {
        directories: table.list("packages").map(|list| list.value).unwrap_or_default(),
        groups: groups.iter().filter_map(|group| Some(group.list()?.value)).collect(),
        bump_dependents: table
            .choice("bump_dependents", &dependents)
            .is_some_and(|choice| choice.value),
    }
}
