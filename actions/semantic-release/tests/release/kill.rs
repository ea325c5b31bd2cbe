//! The process is killed before, during and after every request that changes something; the next
//! run ends in the same state.

use std::process::{Command, Stdio};
use std::time::Duration;

use diagnostics::Exit;
use github_stand_in::Fault;

use crate::house::{House, git};
use crate::resume::expected;

/// Starts the real binary, kills it at the `number`th change, before or after it is carried out.
/// False when the run ended before that.
pub(crate) fn killed(house: &House, number: usize, after: bool) -> bool {
    let fault = Fault::mutation(u32::try_from(number).unwrap());
    let fault = if after { fault.after() } else { fault.before() };
    house.server.inject(fault.slow(Duration::from_mins(1)));
    let mut child = Command::new(env!("CARGO_BIN_EXE_semantic-release"))
        .current_dir(&house.work)
        .env_clear()
        .envs(house.variables(&house.work))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut ended = false;
    for _ in 0..3000 {
        let arrived = house.server.wait_until(Duration::from_millis(10), |requests| {
            let mut changing = requests.iter().filter(|request| request.mutating);
            changing.nth(number - 1).is_some_and(|request| request.carried_out || !after)
        });
        ended = child.try_wait().unwrap().is_some();
        if arrived || ended {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    house.server.clear_faults();
    !ended
}

#[test]
fn killed_at_every_change() {
    let expected = expected();
    let mut killed_at = 0;
    'numbers: for number in 1.. {
        for after in [false, true] {
            let house = House::new();
            let tip = house.head();
            if !killed(&house, number, after) {
                break 'numbers;
            }
            killed_at = number;
            let directory =
                if number % 2 == 0 { house.work.clone() } else { house.checkout("main", &tip) };
            let outcome = house.run_in(&directory, &[]);
            let place = format!("change {number}, carried out: {after}");
            assert_eq!(outcome.exit, Exit::Done, "{place}: {}", outcome.log);
            assert_eq!(house.state(), expected, "{place}");
            assert_eq!(git(&house.bare, &["rev-list", "--count", "main"]), "2", "{place}");
        }
    }
    assert!(killed_at >= 5, "commit, tag object, tag, draft, publish: {killed_at}");
}
