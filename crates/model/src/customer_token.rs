//! What a customer shows to get a token of their own (`contract/customers.md` §6).

use crate::attributes::{Attributes, Patch, Presence};
use crate::customer::MAX_TEXT_CHARS;
use crate::email;
use crate::json::Object;
use crate::problem::{Issue, Problem};
use crate::secret::Secret;

/// A way to prove who one is.
#[derive(Debug)]
pub enum Proof {
    /// An e-mail address and the password that belongs to it, both as they were sent.
    Password {
        /// The address.
        email: String,
        /// The password in clear.
        password: Secret,
    },
    /// What an OpenID Connect provider has handed out.
    Oidc,
}

impl Proof {
    /// Reads a proof from the `data` of a request.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(data: &Object) -> Result<Self, Vec<Problem>> {
        let mut attributes = Attributes::of(data);
        attributes.type_tag("token", Presence::Required);
        match read_mechanism(&mut attributes) {
            Some(Mechanism::Password) => {
                let email = attributes.filled_text("email", email::MAX_CHARS, Presence::Required);
                let password = read_password(&mut attributes);
                attributes.finish(|| {
                    Some(Self::Password {
                        email: email?,
                        password: password?,
                    })
                })
            }
            Some(Mechanism::Oidc) => {
                for name in [
                    "oauth_authorization_code",
                    "oauth_redirect_uri",
                    "oauth_code_verifier",
                ] {
                    attributes.filled_text(name, MAX_TEXT_CHARS, Presence::Required);
                }
                attributes.finish(|| Some(Self::Oidc))
            }
            None => attributes.finish(|| None),
        }
    }
}

enum Mechanism {
    Password,
    Oidc,
}

/// `None` when it is one that nobody knows, which is then reported.
fn read_mechanism(attributes: &mut Attributes<'_>) -> Option<Mechanism> {
    const NAME: &str = "authentication_mechanism";
    match attributes.text(NAME, usize::MAX) {
        Patch::Keep if attributes.has_problem(NAME) => None,
        Patch::Keep | Patch::Clear => Some(Mechanism::Password),
        Patch::Set(name) => match name.as_str() {
            "password" => Some(Mechanism::Password),
            "oidc" => Some(Mechanism::Oidc),
            _ => {
                attributes.report(NAME, Issue::other("must be password or oidc"));
                None
            }
        },
    }
}

/// Blanks are a password like any other.
fn read_password(attributes: &mut Attributes<'_>) -> Option<Secret> {
    match attributes.text("password", MAX_TEXT_CHARS) {
        Patch::Set(text) if !text.is_empty() => Some(Secret::new(text)),
        Patch::Keep if attributes.has_problem("password") => None,
        Patch::Keep | Patch::Clear | Patch::Set(_) => {
            attributes.report("password", Issue::Required);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let problems = Proof::parse(&Object::parse(text.as_bytes()).unwrap()).unwrap_err();
        problems
            .iter()
            .map(|problem| format!("{} {}", problem.name(), problem.issue))
            .collect()
    }

    #[test]
    fn a_password_may_be_blank() {
        let data = Object::parse(br#"{"type":"token","email":"a","password":" "}"#).unwrap();
        assert!(matches!(
            Proof::parse(&data),
            Ok(Proof::Password { password, .. }) if password.reveal() == " "
        ));
    }

    #[test]
    fn every_problem_is_reported() {
        assert_eq!(
            problems("{}"),
            [
                "type is required",
                "email is required",
                "password is required"
            ]
        );
        assert_eq!(
            problems(
                r#"{"type":"token","authentication_mechanism":"oidc","oauth_redirect_uri":5}"#
            ),
            [
                "oauth_authorization_code is required",
                "oauth_redirect_uri must be a string",
                "oauth_code_verifier is required"
            ]
        );
        assert_eq!(
            problems(r#"{"type":"token","authentication_mechanism":"magic"}"#),
            ["authentication_mechanism must be password or oidc"]
        );
        assert_eq!(
            problems(r#"{"authentication_mechanism":5}"#),
            [
                "type is required",
                "authentication_mechanism must be a string"
            ]
        );
        assert_eq!(
            problems(r#"{"type":"token","email":" ","password":""}"#),
            ["email is required", "password is required"]
        );
    }
}
