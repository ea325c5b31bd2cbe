//! The format of the lock against the version of pixi.

use super::world::{Fresh, PLAIN, Unknown, expect, plain, verdict};

#[test]
fn a_lock_that_is_too_new_is_not_judged() {
    let why = "pixi 0.67.2 cannot read a lock of format 7";
    expect("v7", &verdict(PLAIN, &plain(7), "0.67.2"), Unknown(why), "0.67.2");
    expect("v6", &verdict(PLAIN, &plain(6), "0.67.2"), Fresh, "0.67.2");
}

#[test]
fn every_older_format_is_judged_alike() {
    for format in [4, 5, 6] {
        expect("old", &verdict(PLAIN, &plain(format), "0.77.0"), Fresh, "0.77.0");
        expect("old", &verdict(PLAIN, &plain(format), "0.48.2"), Fresh, "0.48.2");
    }
}
