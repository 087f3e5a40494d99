//! Identifiers: UUID version 7, one type for each kind of thing.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use uuid::Uuid;

/// The text is not a UUID in its 36-character form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdError;

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057")
    }
}

impl std::error::Error for IdError {}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier. Ids made by one process grow, so rows that are created together
            /// stay together in an index.
            #[must_use]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            /// The bare UUID, for storage.
            #[must_use]
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            /// Accepts the hyphenated form in either case, and nothing else.
            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_uuid(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

id! {
    /// A store, the tenant every row belongs to.
    StoreId;
    /// A flow.
    FlowId;
    /// A field of a flow.
    FieldId;
    /// A customer.
    CustomerId;
    /// An address of a customer.
    AddressId;
    /// An application key (not its client id).
    ApplicationKeyId;
    /// A token of a customer.
    CustomerTokenId;
}

/// Parses the hyphenated form of a UUID, in either case.
///
/// # Errors
/// [`IdError`] for everything else, the other spellings of a UUID included.
pub fn parse_uuid(text: &str) -> Result<Uuid, IdError> {
    if text.len() == 36 {
        Uuid::try_parse(text).map_err(|_| IdError)
    } else {
        Err(IdError)
    }
}

/// The smallest UUID whose lower-case text is not below `text` in string order, or `None` when
/// every UUID is below it.
///
/// `gt(id,…)` and its kin compare ids as lower-case strings (`contract/conventions.md` §4), and the
/// operand need not be a whole UUID.
#[must_use]
pub fn first_uuid_from(text: &str) -> Option<Uuid> {
    const SMALLEST: &[u8; 36] = b"00000000-0000-0000-0000-000000000000";
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let wanted = text.as_bytes();
    let mut found = *SMALLEST;
    for position in 0..SMALLEST.len() {
        let Some(&byte) = wanted.get(position) else {
            break;
        };
        let digits: &[u8] = if SMALLEST[position] == b'-' {
            b"-"
        } else {
            DIGITS
        };
        match digits.iter().find(|digit| **digit >= byte) {
            Some(digit) if *digit == byte => found[position] = byte,
            Some(digit) => {
                found[position] = *digit;
                return as_uuid(&found);
            }
            // No digit is large enough here: an earlier place has to grow.
            None => return increment(found, position).as_ref().and_then(as_uuid),
        }
    }
    if wanted.len() > SMALLEST.len() {
        return increment(found, SMALLEST.len()).as_ref().and_then(as_uuid);
    }
    as_uuid(&found)
}

/// The next UUID text that differs from `text` before `position`, with zeros from there on.
fn increment(mut text: [u8; 36], position: usize) -> Option<[u8; 36]> {
    for place in (0..position).rev() {
        let next = match text[place] {
            b'-' => continue,
            b'f' => {
                text[place] = b'0';
                continue;
            }
            b'9' => b'a',
            digit => digit + 1,
        };
        text[place] = next;
        for (later, byte) in text.iter_mut().enumerate().skip(place + 1) {
            *byte = if matches!(later, 8 | 13 | 18 | 23) {
                b'-'
            } else {
                b'0'
            };
        }
        return Some(text);
    }
    None
}

fn as_uuid(text: &[u8; 36]) -> Option<Uuid> {
    Uuid::try_parse_ascii(text).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        let id = CustomerId::generate();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().to_uppercase().parse(), Ok(id));
        assert!(
            id.uuid()
                .simple()
                .to_string()
                .parse::<CustomerId>()
                .is_err()
        );
        assert!("".parse::<CustomerId>().is_err());
    }

    proptest! {
        #[test]
        fn the_first_uuid_splits_ids_as_string_order_does(
            text in "([0-9a-f]{8}-[0-9a-f]{0,4}[-0-9a-z]{0,30})|[ -~é]{0,40}",
            bits in any::<u128>(),
        ) {
            let id = Uuid::from_u128(bits);
            let not_below = first_uuid_from(&text).is_some_and(|first| id >= first);
            prop_assert_eq!(not_below, id.to_string().as_str() >= text.as_str());
        }

        #[test]
        fn a_uuid_is_its_own_first(bits in any::<u128>()) {
            let id = Uuid::from_u128(bits);
            prop_assert_eq!(first_uuid_from(&id.to_string()), Some(id));
        }
    }
}
