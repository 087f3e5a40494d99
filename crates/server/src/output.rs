//! What a command says: results on standard output, failures on standard error.

use std::fmt::Display;

use serde::Serialize;

/// Prints a line of a result.
#[expect(clippy::print_stdout, reason = "this is where commands print")]
pub(crate) fn line(text: impl Display) {
    println!("{text}");
}

/// Prints a result as JSON on one line.
pub(crate) fn json(value: &impl Serialize) {
    line(serde_json::to_string(value).unwrap_or_default());
}

/// Prints why a command failed: one sentence, with its causes.
#[expect(clippy::print_stderr, reason = "this is where commands print")]
pub(crate) fn error(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
