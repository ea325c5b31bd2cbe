//! The keys of the build beside `build_command`.

use std::path::Path;

use config::Table;

use crate::build::BuildSettings;

pub(super) fn read(table: &Table<'_>, directory: &Path) -> BuildSettings {
    let env = table.list("build_command_env").map(|list| list.value).unwrap_or_default();
    let image = table.string("build_image").filter(|image| !image.value.is_empty());
    let package = super::project::name(directory);
    BuildSettings { env, image, package }
}
