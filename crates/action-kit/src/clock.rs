//! Time and random numbers, injected.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use crate::environment::Environment;

/// The clock of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    fixed: Option<Timestamp>,
}

impl Clock {
    /// The system's clock, or the moment `SOURCE_DATE_EPOCH` names (seconds since 1970, UTC).
    pub fn from_environment(environment: &Environment) -> Self {
        let seconds =
            environment.get("SOURCE_DATE_EPOCH").and_then(|text| text.trim().parse().ok());
        Self { fixed: seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()) }
    }

    /// A clock that stands still.
    pub const fn fixed(at: Timestamp) -> Self {
        Self { fixed: Some(at) }
    }

    /// The moment to write into what the run makes.
    pub fn now(&self) -> Timestamp {
        self.fixed.unwrap_or_else(Timestamp::now)
    }
}

/// Random numbers: for delimiters, tokens of stop-commands, names of files, jitter.
#[derive(Clone, Debug, Default)]
pub struct Random {
    seeded: Option<Arc<Mutex<u64>>>,
}

impl Random {
    /// A repeatable sequence, for tests.
    pub fn seeded(seed: u64) -> Self {
        Self { seeded: Some(Arc::new(Mutex::new(seed))) }
    }

    /// The next 64 bits.
    pub fn next(&self) -> u64 {
        let Some(seeded) = &self.seeded else {
            let mut bytes = [0; 8];
            if getrandom::fill(&mut bytes).is_ok() {
                return u64::from_le_bytes(bytes);
            }
            // No random source at all (a seccomp filter): hash keys and the clock still differ
            // from run to run.
            return RandomState::new().build_hasher().finish();
        };
        let mut state = seeded.lock().unwrap_or_else(PoisonError::into_inner);
        // SplitMix64.
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// 128 bits as 32 hex digits.
    pub fn token(&self) -> String {
        format!("{:016x}{:016x}", self.next(), self.next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_date_epoch_stops_the_clock() {
        let set = Environment::from_iter([("SOURCE_DATE_EPOCH", "1700000000")]);
        assert_eq!(Clock::from_environment(&set).now().as_second(), 1_700_000_000);
        let nonsense = Environment::from_iter([("SOURCE_DATE_EPOCH", "soon")]);
        assert!(Clock::from_environment(&nonsense).now().as_second() > 1_700_000_000);
    }

    #[test]
    fn tokens_differ_and_seeds_repeat() {
        let random = Random::default();
        assert_ne!(random.token(), random.token());
        assert_eq!(random.token().len(), 32);
        assert_eq!(Random::seeded(7).token(), Random::seeded(7).token());
    }
}
