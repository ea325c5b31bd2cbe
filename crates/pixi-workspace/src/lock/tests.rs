//! Locks of every format, and what happens to those that are none.

mod any;
mod formats;
mod troubles;

use diagnostics::Source;

use super::{Lock, Trouble, read};

fn lock(text: &str) -> Result<Lock, Trouble> {
    read(&Source::file("pixi.lock", text))
}

fn names(lock: &Lock, environment: &str, row: usize) -> Vec<String> {
    let environment = lock.environment(environment).expect("there is such an environment");
    lock.packages(&environment.rows[row]).map(|package| package.name.clone()).collect()
}
