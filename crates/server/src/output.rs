//! What a command says: results on standard output, failures on standard error.

use std::fmt::Display;
use std::io::Write;

use serde::Serialize;

/// Prints a line of a result. A reader that has gone away is no reason to stop.
pub(crate) fn line(text: impl Display) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints a result as JSON on one line.
pub(crate) fn json(value: &impl Serialize) {
    line(serde_json::to_string(value).unwrap_or_default());
}

/// Prints why a command failed: one sentence, with its causes.
pub(crate) fn error(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "error: {error:#}");
}
