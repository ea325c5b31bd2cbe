//! Holding requests and answers to GitHub's own descriptions.
