//! The rules.

mod context;
mod environments;
mod image;
mod install;
pub(super) mod locks;
mod overrides;
mod pixis;
mod written;

use pixi_workspace::Finding;

use super::Lint;

/// A rule adds what it finds.
pub(super) type Rule = fn(&Lint<'_>, &mut Vec<Finding>);

/// All of them.
pub(super) const RULES: &[Rule] = &[
    environments::unknown,
    environments::not_locked,
    environments::other,
    overrides::unmet,
    overrides::unreadable,
    overrides::word,
    overrides::differs,
    overrides::in_image,
    overrides::all_skips,
    locks::optional,
    locks::left_out,
    locks::not_copied,
    locks::unlocked,
    locks::check_writes,
    locks::frozen_without_row,
    pixis::unpinned,
    pixis::not_required,
    pixis::older_than_lock,
    context::host_environment,
    context::moved,
    image::base,
    image::base_major,
    image::driver_variables,
    image::library_path,
    install::downloads_again,
    install::dummy_package,
    install::dynamic_version,
    install::unreachable_row,
    install::disk,
];
