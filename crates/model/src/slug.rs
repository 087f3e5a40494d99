//! The names by which flows and fields are addressed.

use std::fmt;

use crate::core;

/// The longest slug and name of a flow or field, in characters.
pub const MAX_CHARS: usize = 255;

/// A flow's slug: `customers`, `wishlist`, or `products(book)` for a template
/// (`contract/flows.md` §2).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FlowSlug(String);

impl FlowSlug {
    /// `None` unless the text is letters, digits, `-` and `_`, with at most one part in
    /// parentheses at the end.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let valid = match text.strip_suffix(')') {
            Some(head) => head
                .split_once('(')
                .is_some_and(|(core, kind)| is_word(core) && is_word(kind)),
            None => is_word(text),
        };
        (valid && text.len() <= MAX_CHARS).then(|| Self(text.to_owned()))
    }

    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a flow with this slug extends a resource of the platform and cannot be deleted.
    #[must_use]
    pub fn is_core(&self) -> bool {
        core::is_core(&self.0)
    }

    /// For a template such as `products(book)`, the resource it belongs to: `products`.
    #[must_use]
    pub fn template_of(&self) -> Option<&str> {
        self.0.split_once('(').map(|(core, _)| core)
    }
}

impl fmt::Display for FlowSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A field's slug: the key under which its value appears in a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldSlug(String);

impl FieldSlug {
    /// `None` unless the text is 1 to 255 letters, digits, `-` and `_`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (is_word(text) && text.len() <= MAX_CHARS).then(|| Self(text.to_owned()))
    }

    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FieldSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `text` is one or more ASCII letters, digits, `-` and `_`: the `slug` rule of
/// `contract/flows.md` §6 without a limit of length.
#[must_use]
pub fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_slugs_may_hold_upper_case_and_one_template_in_parentheses() {
        for good in [
            "customers",
            "old-Customers",
            "delete-6d320b42-0000-4000-8000-000000000000",
            "products(book)",
        ] {
            assert!(FlowSlug::parse(good).is_some(), "{good}");
        }
        for bad in [
            "", "$a", "a b", "a(", "a()", "(b)", "a(b)c", "a(b)(c)", "a)b(", "ä",
        ] {
            assert!(FlowSlug::parse(bad).is_none(), "{bad}");
        }
        assert!(FlowSlug::parse(&"a".repeat(255)).is_some());
        assert!(FlowSlug::parse(&"a".repeat(256)).is_none());
        assert_eq!(
            FlowSlug::parse("products(book)").unwrap().template_of(),
            Some("products")
        );
    }

    #[test]
    fn field_slugs_are_plain_words() {
        assert!(FieldSlug::parse("blogTitle_3-x").is_some());
        assert!(FieldSlug::parse("a(b)").is_none());
        assert!(FieldSlug::parse(&"a".repeat(300)).is_none());
    }
}
