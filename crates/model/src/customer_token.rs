//! What a customer shows to get a token of their own (`contract/customers.md` §6).

use crate::attributes::{Attributes, Patch, Presence};
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
        let mut text = |name| attributes.filled_text(name, usize::MAX, Presence::Required);
        match mechanism(data)? {
            Mechanism::Password => {
                let (email, password) = (text("email"), text("password"));
                attributes.finish(|| {
                    Some(Self::Password {
                        email: email?,
                        password: Secret::new(password?),
                    })
                })
            }
            Mechanism::Oidc => {
                for name in [
                    "oauth_authorization_code",
                    "oauth_redirect_uri",
                    "oauth_code_verifier",
                ] {
                    text(name);
                }
                attributes.finish(|| Some(Self::Oidc))
            }
        }
    }
}

enum Mechanism {
    Password,
    Oidc,
}

fn mechanism(data: &Object) -> Result<Mechanism, Vec<Problem>> {
    let mut attributes = Attributes::of(data);
    let mechanism = match attributes.text("authentication_mechanism", usize::MAX) {
        Patch::Keep | Patch::Clear => Some(Mechanism::Password),
        Patch::Set(name) => match name.as_str() {
            "password" => Some(Mechanism::Password),
            "oidc" => Some(Mechanism::Oidc),
            _ => {
                let known = ["password", "oidc"].map(ToOwned::to_owned).to_vec();
                attributes.report("authentication_mechanism", Issue::NotOneOf(known));
                None
            }
        },
    };
    attributes.finish(|| mechanism)
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
            ["authentication_mechanism must be one of password, oidc"]
        );
        assert_eq!(
            problems(r#"{"type":"token","authentication_mechanism":5}"#),
            ["authentication_mechanism must be a string"]
        );
    }
}
