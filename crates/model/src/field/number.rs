//! `integer` and `float` fields: numbers in a rule, and floats as they are stored.

use serde_json::Value;

use crate::json::Json;

/// Reads a number in a rule, where clients write it as a number or put it into a string
/// (`contract/flows.md` §6).
pub(super) fn of<T>(parse: fn(&str) -> Option<T>) -> impl Fn(&Json<'_>) -> Option<T> {
    move |value| match value {
        Json::Number(text) => parse(text),
        Json::Text(text) => parse(text),
        _ => None,
    }
}

/// A float as it is stored and shown: `3`, not `3.0` (`contract/flows.md` §7). Every whole number
/// that 64 bits hold is an integer, because that is how PostgreSQL gives it back.
pub(super) fn float_value(float: f64) -> Value {
    const PAST_I64: f64 = 9_223_372_036_854_775_808.0;
    const PAST_U64: f64 = 18_446_744_073_709_551_616.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and in range"
    )]
    match float {
        _ if float.fract() != 0.0 => Value::from(float),
        _ if (-PAST_I64..PAST_I64).contains(&float) => Value::from(float as i64),
        _ if (PAST_I64..PAST_U64).contains(&float) => Value::from(float as u64),
        _ => Value::from(float),
    }
}
