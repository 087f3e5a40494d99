//! E-mail addresses, as the contract's `email` rule defines them.

use std::fmt;

/// The longest address accepted, in characters (`contract/customers.md` §1).
pub const MAX_CHARS: usize = 254;

/// A valid address, as it was typed, without surrounding blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Trims and checks an address; `None` when it is not one.
    ///
    /// ```
    /// use customary_model::email::Email;
    /// let email = Email::parse(" Ron.Swanson@Gmail.com ").unwrap();
    /// assert_eq!(email.as_str(), "Ron.Swanson@Gmail.com");
    /// assert_eq!(email.folded(), "ron.swanson@gmail.com");
    /// assert!(Email::parse("ron@localhost").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        is_email(text).then(|| Self(text.to_owned()))
    }

    /// An address read back from storage.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The address as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two addresses are compared: case does not matter.
    #[must_use]
    pub fn folded(&self) -> String {
        fold(&self.0)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `text` satisfies the `email` rule of `contract/flows.md` §6: one `@`, a local part, a
/// dotted host, no blanks, at most 254 characters.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else {
        return false;
    };
    !local.is_empty()
        && !host.contains('@')
        && host.contains('.')
        && host.split('.').all(|label| !label.is_empty())
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && text.chars().count() <= MAX_CHARS
}

/// The form in which texts are compared when case does not matter. Both databases compare this
/// stored form, because their own ideas of case differ.
#[must_use]
pub fn fold(text: &str) -> String {
    // Letter by letter: what a letter becomes must not depend on its neighbours, or a search for the
    // beginning of a word would not find it.
    text.chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_word_begins_as_its_folded_beginning() {
        assert!(fold("ΟΔΥΣΣΕΥΣ").starts_with(&fold("ΟΔΥΣ")));
        assert_eq!(fold("Straße É"), "straße é");
    }

    #[test]
    fn knows_an_address_from_other_text() {
        for good in ["a@b.c", "o'neil+tag@sub.example.co.uk", "ü@bücher.example"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "", "@b.c", "a@", "a@b", "a@b..c", "a@.c", "a@b.", "a@b@c.d", "a b@c.d", "a@b.c\n",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(!is_email(&format!("{}@b.cd", "a".repeat(250))));
    }
}
