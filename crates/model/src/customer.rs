//! A customer: the first resource that a flow extends (`contract/customers.md`).

use crate::attributes::{Attributes, Patch, Presence};
use crate::email::{self, Email};
use crate::id::CustomerId;
use crate::json::{Json, Object};
use crate::problem::{Issue, Problem};
use crate::schema::{CustomChanges, CustomValues, Schema};
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::version::{Key, Versioned};

/// The longest `name` and `external_ref`, in characters.
pub const MAX_TEXT_CHARS: usize = 2048;

/// A customer as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    /// Their id.
    pub id: CustomerId,
    /// Their name.
    pub name: String,
    /// Their address, unique in the store whatever its case.
    pub email: Email,
    /// The shop's own reference to them.
    pub external_ref: Option<String>,
    /// The Argon2id hash of their password, if they have one.
    pub password_hash: Option<Secret>,
    /// The values of the fields of the flow `customers`.
    pub custom: CustomValues,
    /// When those values last changed; `None` when they have not since the customer was created.
    pub custom_updated_at: Option<Timestamp>,
    /// Grows by one with every change.
    pub version: i64,
    /// When they were created.
    pub created_at: Timestamp,
    /// When they were last changed.
    pub updated_at: Timestamp,
}

impl Versioned for Customer {
    fn version(&self) -> i64 {
        self.version
    }

    fn differing_keys(&self, other: &Self) -> Vec<Key> {
        let mut keys = Key::attributes([
            ("name", self.name != other.name),
            ("email", self.email != other.email),
            ("external_ref", self.external_ref != other.external_ref),
            ("password", self.password_hash != other.password_hash),
        ]);
        keys.extend(self.custom.differing_keys(&other.custom));
        keys
    }
}

/// A customer that is to be created.
#[derive(Debug)]
pub struct NewCustomer {
    /// See [`Customer::name`].
    pub name: String,
    /// See [`Customer::email`].
    pub email: Email,
    /// See [`Customer::external_ref`].
    pub external_ref: Option<String>,
    /// The password in clear, to be hashed.
    pub password: Option<Secret>,
    /// See [`Customer::custom`].
    pub custom: CustomValues,
}

impl NewCustomer {
    /// Reads a customer from the `data` of a request.
    ///
    /// # Errors
    /// Everything that is wrong with its own attributes and with its custom values.
    pub fn parse(data: &Object, schema: &Schema) -> Result<Self, Vec<Problem>> {
        let mut attributes = Attributes::of(data);
        attributes.type_tag("customer", Presence::Required);
        let name = attributes.filled_text("name", MAX_TEXT_CHARS, Presence::Required);
        let email = read_email(&mut attributes, Presence::Required);
        let external_ref = attributes.text("external_ref", MAX_TEXT_CHARS).set();
        let password = read_password(&mut attributes).set();
        let custom = schema
            .create(data)
            .map_err(|problems| attributes.report_all(problems))
            .ok();
        attributes.finish(|| {
            Some(Self {
                name: name?,
                email: email?,
                external_ref,
                password,
                custom: custom?,
            })
        })
    }

    /// The customer, created at the time `now`.
    #[must_use]
    pub fn into_customer(
        self,
        id: CustomerId,
        password_hash: Option<Secret>,
        now: Timestamp,
    ) -> Customer {
        Customer {
            id,
            name: self.name,
            email: self.email,
            external_ref: self.external_ref,
            password_hash,
            custom: self.custom,
            custom_updated_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

/// A partial update of a customer.
#[derive(Debug, Clone)]
pub struct CustomerPatch {
    name: Option<String>,
    email: Option<Email>,
    external_ref: Patch<String>,
    /// The password in clear, to be hashed.
    pub password: Patch<Secret>,
    custom: CustomChanges,
}

impl CustomerPatch {
    /// Reads an update from the `data` of a request.
    ///
    /// # Errors
    /// Everything that is wrong with its own attributes and with its custom values.
    pub fn parse(data: &Object, schema: &Schema) -> Result<Self, Vec<Problem>> {
        let mut attributes = Attributes::of(data);
        attributes.type_tag("customer", Presence::Optional);
        let name = attributes.filled_text("name", MAX_TEXT_CHARS, Presence::Optional);
        let email = read_email(&mut attributes, Presence::Optional);
        let external_ref = attributes.text("external_ref", MAX_TEXT_CHARS);
        let password = read_password(&mut attributes);
        let custom = schema
            .update(data)
            .map_err(|problems| attributes.report_all(problems))
            .ok();
        attributes.finish(|| {
            Some(Self {
                name,
                email,
                external_ref,
                password,
                custom: custom?,
            })
        })
    }

    /// The customer after the update, at the time `now`; `None` when nothing changes.
    /// `password_hash` is what [`CustomerPatch::password`] was hashed to.
    ///
    /// # Errors
    /// Every change of custom values that the current ones do not allow.
    pub fn apply(
        self,
        current: &Customer,
        password_hash: Patch<Secret>,
        now: Timestamp,
    ) -> Result<Option<Customer>, Vec<Problem>> {
        let changed = Customer {
            name: self.name.unwrap_or_else(|| current.name.clone()),
            email: self.email.unwrap_or_else(|| current.email.clone()),
            external_ref: self.external_ref.over(current.external_ref.clone()),
            password_hash: password_hash.over(current.password_hash.clone()),
            custom: current.custom.with(self.custom)?,
            ..current.clone()
        };
        let now = current.updated_at.next(now);
        let custom_updated_at = if changed.custom == current.custom {
            current.custom_updated_at
        } else {
            Some(now)
        };
        let version = current.version + 1;
        Ok((changed != *current).then_some(Customer {
            custom_updated_at,
            version,
            updated_at: now,
            ..changed
        }))
    }
}

fn read_email(attributes: &mut Attributes<'_>, presence: Presence) -> Option<Email> {
    let text = attributes.filled_text("email", usize::MAX, presence)?;
    let address = Email::parse(&text);
    if address.is_none() {
        let too_long = text.trim().chars().count() > email::MAX_CHARS;
        let issue = if too_long {
            Issue::TooLong {
                max_chars: email::MAX_CHARS,
            }
        } else {
            Issue::NotAnEmail
        };
        attributes.report("email", issue);
    }
    address
}

/// A boolean is what clients were shown, and says nothing when they send it back.
fn read_password(attributes: &mut Attributes<'_>) -> Patch<Secret> {
    if matches!(attributes.get("password"), Some(Json::Boolean(_))) {
        return Patch::Keep;
    }
    match attributes.text("password", MAX_TEXT_CHARS) {
        Patch::Set(text) if text.is_empty() => {
            attributes.report(
                "password",
                Issue::other("may not be empty: send null to remove it"),
            );
            Patch::Keep
        }
        password => password.map(Secret::new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        Object::parse(text.as_bytes()).unwrap()
    }

    fn problems(text: &str) -> Vec<String> {
        let problems = NewCustomer::parse(&object(text), &Schema::default()).unwrap_err();
        problems
            .iter()
            .map(|problem| format!("{} {}", problem.name(), problem.issue))
            .collect()
    }

    #[test]
    fn reports_every_missing_attribute() {
        assert_eq!(
            problems(r#"{"type":"customer"}"#),
            ["name is required", "email is required"]
        );
        assert_eq!(
            problems(r#"{"name":" ","email":5}"#),
            [
                "type is required",
                "name is required",
                "email must be a string"
            ]
        );
        assert_eq!(
            problems(r#"{"type":"customers","name":"a","email":"a","password":""}"#),
            [
                "type must be one of customer",
                "email must be a valid email address",
                "password may not be empty: send null to remove it"
            ]
        );
    }

    #[test]
    fn a_password_shown_as_a_boolean_may_be_sent_back() {
        let patch = |text| {
            CustomerPatch::parse(&object(text), &Schema::default())
                .unwrap()
                .password
        };
        assert_eq!(patch(r#"{"password":true}"#), Patch::Keep);
        assert_eq!(patch(r#"{"password":null}"#), Patch::Clear);
        assert_eq!(patch(r#"{"password":"x"}"#), Patch::Set(Secret::new("x")));
    }
}
