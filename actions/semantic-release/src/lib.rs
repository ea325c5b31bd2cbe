//! Conventional commits to next version, stamped files, changelog, tag and GitHub release.
