//! JSON from outside: checked once for what neither database can keep, then read value by value
//! from its own text, so that a number stays exactly as it was written.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;

/// How deep arrays and objects may nest in a request.
pub const MAX_DEPTH: usize = 64;

/// Why a body is not a JSON document this server accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonError {
    /// The bytes are not UTF-8; the first wrong byte.
    NotUtf8(usize),
    /// The text is not JSON; what the parser says, with line and column.
    Malformed(String),
    /// Arrays and objects nest deeper than [`MAX_DEPTH`].
    TooDeep,
    /// A text holds the character U+0000, which PostgreSQL cannot store; the byte where it stands.
    NullCharacter(usize),
    /// A text holds half of a surrogate pair, which is no character; the byte where it stands.
    LoneSurrogate(usize),
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8(byte) => write!(f, "the body is not UTF-8: byte {byte} is wrong"),
            Self::Malformed(what) => write!(f, "the body is not valid JSON: {what}"),
            Self::TooDeep => write!(
                f,
                "the body nests arrays and objects deeper than {MAX_DEPTH} levels"
            ),
            Self::NullCharacter(byte) => {
                write!(
                    f,
                    "the body holds the character U+0000 at byte {byte}, which cannot be stored: remove it"
                )
            }
            Self::LoneSurrogate(byte) => {
                write!(
                    f,
                    "the body holds half of a surrogate pair at byte {byte}, which is no character"
                )
            }
        }
    }
}

impl std::error::Error for JsonError {}

/// A JSON object whose values are kept as the text that was sent. Of a repeated key the last
/// value counts.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Object(BTreeMap<String, Box<RawValue>>);

impl Object {
    /// The same without some of its keys.
    #[must_use]
    pub fn without(mut self, keys: &[&str]) -> Self {
        self.0.retain(|key, _| !keys.contains(&key.as_str()));
        self
    }

    /// Parses a whole body.
    ///
    /// # Errors
    /// [`JsonError`] for text that is not a JSON object, or holds what cannot be stored.
    pub fn parse(body: &[u8]) -> Result<Self, JsonError> {
        let text =
            std::str::from_utf8(body).map_err(|error| JsonError::NotUtf8(error.valid_up_to()))?;
        check(text)?;
        serde_json::from_str(text).map_err(|error| JsonError::Malformed(error.to_string()))
    }

    /// The value under `key` as its kind.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Json<'_>> {
        self.0.get(key).map(|raw| Json::of(raw))
    }

    /// The value under `key`, unread.
    #[must_use]
    pub fn raw(&self, key: &str) -> Option<&RawValue> {
        self.0.get(key).map(AsRef::as_ref)
    }

    /// The object under `key`; `None` when it is absent or something else.
    #[must_use]
    pub fn object(&self, key: &str) -> Option<Self> {
        match self.get(key) {
            Some(Json::Object(raw)) => serde_json::from_str(raw.get()).ok(),
            _ => None,
        }
    }
}

/// A JSON value, read as far as its kind.
#[derive(Debug, Clone)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number, as it was written.
    Number(&'a str),
    /// A string, decoded.
    Text(String),
    /// An array, unread.
    Array(&'a RawValue),
    /// An object, unread.
    Object(&'a RawValue),
}

impl<'a> Json<'a> {
    /// Reads the kind of a value, and a scalar whole.
    #[must_use]
    pub fn of(raw: &'a RawValue) -> Self {
        let text = raw.get();
        match text.as_bytes().first() {
            Some(b'"') => Self::Text(serde_json::from_str(text).unwrap_or_default()),
            Some(b'{') => Self::Object(raw),
            Some(b'[') => Self::Array(raw),
            Some(b't') => Self::Boolean(true),
            Some(b'f') => Self::Boolean(false),
            Some(b'n') | None => Self::Null,
            Some(_) => Self::Number(text),
        }
    }
}

/// The whole number that a JSON number (or the text of one) stands for: `2`, `2.0` and `2e0` are
/// 2; `None` for a fraction, for a number beyond 64 bits, and from 2^53 on when it is written with a
/// point or an exponent, where its digits would not be certain.
#[must_use]
pub fn integer(text: &str) -> Option<i64> {
    if let Ok(integer) = text.parse() {
        return Some(integer);
    }
    number(text).and_then(|float| {
        if text.contains(['.', 'e', 'E']) {
            whole(float)
        } else {
            None
        }
    })
}

/// The floating-point number that a JSON number (or the text of one) stands for; `None` when it is
/// not finite, or written as an integer beyond 64 bits.
#[must_use]
pub fn float(text: &str) -> Option<f64> {
    let float = number(text)?;
    let exact = text.contains(['.', 'e', 'E'])
        || text.parse::<i64>().is_ok()
        || text.parse::<u64>().is_ok();
    exact.then_some(float)
}

/// The integer a float stands for, when it is one and every digit of it is certain.
fn whole(float: f64) -> Option<i64> {
    const LARGEST_EXACT: f64 = 9_007_199_254_740_991.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole and below 2^53 in size"
    )]
    (float.fract() == 0.0 && float.abs() <= LARGEST_EXACT).then_some(float as i64)
}

/// Only JSON's spelling of a number: Rust's parser also knows `inf`, `nan` and `+1`.
fn number(text: &str) -> Option<f64> {
    let starts_well = text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let spelled_well = starts_well
        && text
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
    if spelled_well {
        text.parse().ok().filter(|float: &f64| float.is_finite())
    } else {
        None
    }
}

/// One pass over the text for what the parser would let through: deep nesting, and escapes that
/// stand for no character or for U+0000.
fn check(text: &str) -> Result<(), JsonError> {
    let bytes = text.as_bytes();
    let (mut depth, mut in_text, mut position) = (0_usize, false, 0);
    while let Some(&byte) = bytes.get(position) {
        match (in_text, byte) {
            (true, b'\\') => position += check_escape(bytes, position)?,
            (_, b'"') => in_text = !in_text,
            (false, b'{' | b'[') => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(JsonError::TooDeep);
                }
            }
            (false, b'}' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        position += 1;
    }
    Ok(())
}

/// Checks the escape at `position`, and returns how many more bytes it has. What is no escape at
/// all is left to the parser.
fn check_escape(bytes: &[u8], position: usize) -> Result<usize, JsonError> {
    const UNIT: usize = r"\u0000".len();
    let unit = |at: usize| {
        let digits = bytes.get(at..at + UNIT)?.strip_prefix(br"\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    match unit(position) {
        None => Ok(1),
        Some(0) => Err(JsonError::NullCharacter(position)),
        Some(0xd800..=0xdbff) if matches!(unit(position + UNIT), Some(0xdc00..=0xdfff)) => {
            Ok(2 * UNIT - 1)
        }
        Some(0xd800..=0xdfff) => Err(JsonError::LoneSurrogate(position)),
        Some(_) => Ok(UNIT - 1),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn finds_what_the_databases_cannot_keep() {
        assert_eq!(
            Object::parse(br#"{"a":"\u0000"}"#).unwrap_err(),
            JsonError::NullCharacter(6)
        );
        assert!(Object::parse(br#"{"a":"\\u0000"}"#).is_ok());
        assert_eq!(
            Object::parse(b"{\"a\":\xff}").unwrap_err(),
            JsonError::NotUtf8(5)
        );
        assert!(matches!(
            Object::parse(b"{\"a\":\"\0\"}"),
            Err(JsonError::Malformed(_))
        ));
        for lone in [
            r"\ud800",
            r"\ud800x",
            r"\ud800\u0041",
            r"\udc00",
            r"\ud834\\udd1e",
        ] {
            let body = format!(r#"{{"a":"{lone}"}}"#);
            assert_eq!(
                Object::parse(body.as_bytes()).unwrap_err(),
                JsonError::LoneSurrogate(6),
                "{lone}"
            );
        }
        let pair = Object::parse(br#"{"a":"\ud834\udd1e"}"#).unwrap();
        assert!(matches!(pair.get("a"), Some(Json::Text(text)) if text == "\u{1d11e}"));
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(
            Object::parse(deep.as_bytes()).unwrap_err(),
            JsonError::TooDeep
        );
    }

    #[test]
    fn keeps_numbers_as_they_were_written() {
        let object = Object::parse(br#"{"a": 9780099419785, "b": 1.50, "a": 1e2}"#).unwrap();
        assert!(matches!(object.get("a"), Some(Json::Number("1e2"))));
        assert!(matches!(object.get("b"), Some(Json::Number("1.50"))));
    }

    #[test]
    fn an_integer_has_no_fraction_and_64_bits() {
        assert_eq!(integer("2.0"), Some(2));
        assert_eq!(integer("-9223372036854775808"), Some(i64::MIN));
        for wrong in [
            "9223372036854775808",
            "1.5",
            "1e400",
            "9007199254740993.0",
            "",
            "abc",
            "inf",
            "1e17",
        ] {
            assert_eq!(integer(wrong), None, "{wrong}");
        }
        assert_eq!(float("1e3"), Some(1000.0));
        assert_eq!(float("123456789012345678901234"), None);
        assert_eq!(float("1e400"), None);
        assert_eq!(float("NaN"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Object::parse(&body);
        }

        #[test]
        fn any_json_like_text_is_answered(body in r#"[\[\]{}":,\\u0a1 .eE-]{0,80}"#) {
            let _ = Object::parse(body.as_bytes());
            let _ = (integer(&body), float(&body));
        }
    }
}
