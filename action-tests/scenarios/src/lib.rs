//! Scenario tests across actions: stories of users, with real parts.
