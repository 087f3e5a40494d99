//! Who may do what: the one table of it (`contract/auth.md` §5).

use customary_model::application_key::Grant;
use customary_model::id::CustomerId;

use crate::caller::Caller;

/// What a request wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// See flows, fields, and descriptions of attributes.
    ReadFlows,
    /// Create, change and delete flows and fields.
    ChangeFlows,
    /// See entries of flows that are not about people.
    ReadEntries,
    /// Create, change and delete entries of any flow.
    ChangeEntries,
    /// See the entry of a record that belongs to this customer, and see and change what it refers to;
    /// with `None`, entries about people that are nobody's own, or everybody's.
    PersonalEntry(Option<CustomerId>),
    /// Create and list customers.
    ManageCustomers,
    /// See, change and delete this customer, their references and their addresses; with `None`, one
    /// that cannot exist.
    OwnCustomer(Option<CustomerId>),
    /// Exchange a customer's password for a token.
    CreateCustomerToken,
    /// See how customers sign in.
    ReadCustomerAuthentication,
    /// See and change the settings of the store.
    ManageSettings,
    /// See, create, change and delete application keys.
    ManageApplicationKeys,
}

impl Action {
    /// Whether the caller may.
    pub(crate) fn is_open_to(self, caller: &Caller) -> bool {
        let has_secret = caller.grant == Grant::ClientCredentials;
        match self {
            Self::ReadFlows
            | Self::ReadEntries
            | Self::CreateCustomerToken
            | Self::ReadCustomerAuthentication => true,
            Self::PersonalEntry(owner) | Self::OwnCustomer(owner) => {
                has_secret || (owner.is_some() && owner == caller.customer)
            }
            Self::ChangeFlows
            | Self::ChangeEntries
            | Self::ManageCustomers
            | Self::ManageSettings
            | Self::ManageApplicationKeys => has_secret,
        }
    }
}
