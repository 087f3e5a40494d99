//! What a caller can do about a failure.

use customary_model::problem::Problem;
use customary_model::slug::FieldSlug;
use customary_store::StoreError;
use customary_store::idempotency_keys::Answer;
use thiserror::Error;

use crate::conditions::Outdated;

pub use customary_store::unique_values::Duplicate;

/// Why a request was not fulfilled.
#[derive(Debug, Error)]
pub enum Error {
    /// The input has problems; nothing was stored.
    #[error("the input has {} problems", .0.len())]
    Invalid(Vec<Problem>),
    /// A parameter of the request makes no sense; the sentence says which and why.
    #[error("{0}")]
    BadRequest(String),
    /// The filter cannot be used; the sentence says where and why.
    #[error("{0}")]
    BadFilter(String),
    /// There is no such thing, or the caller may not know of it.
    #[error("no such {0:?}")]
    NotFound(Kind),
    /// Something with this id exists already; the sentence says what.
    #[error("{0}")]
    Conflict(String),
    /// Other records have what the record is to have in these unique fields; nothing was stored.
    #[error("other records have the same value in {}", quoted(.0))]
    Taken(Vec<FieldSlug>),
    /// A field cannot be unique: several records have the same value. The sentence says of which field, and
    /// with it come some of the values, each with some of the records.
    #[error("{0}")]
    Duplicates(String, Vec<Duplicate>),
    /// No customer has this address with this password.
    #[error("invalid email or password")]
    WrongPassword,
    /// There are as many, or it takes as long, as is allowed; the sentence says what, and what to do.
    #[error("{0}")]
    LimitReached(String),
    /// Another customer of the store has the e-mail address.
    #[error("another customer has this email")]
    DuplicateEmail,
    /// The flow extends a resource of the platform and cannot be deleted.
    #[error("core flows cannot be deleted")]
    CoreFlow,
    /// The request does not say who makes it, or not so that it can be believed.
    #[error("unable to validate access token")]
    Unauthenticated,
    /// The caller may not do this.
    #[error("forbidden")]
    Forbidden,
    /// The store has made as many requests as it may; the same request will succeed in a second.
    #[error("too many requests")]
    TooManyRequests,
    /// The write is based on a state of the record that is no more.
    #[error("the record has changed")]
    Outdated(Box<Outdated>),
    /// The store asks every write for the state that it is based on, and this one does not say.
    #[error("the write does not say on which state it is based")]
    PreconditionRequired,
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The write was done before, and this was its answer.
    #[error("the write was done before")]
    Answered(Box<Answer>),
    /// The write was done before, on the record with this id, and its answer is not known. Never leaves
    /// this crate.
    #[error("the write was done before, on {0}")]
    Repeated(String),
    /// The server cannot do it now; the same request may succeed later.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// The database gave it up, because it took longer than it may.
    #[error("the database took too long")]
    TimedOut,
    /// A fault of the server. The text is for its log alone.
    #[error("{0}")]
    Internal(String),
    /// The decision was based on an outdated snapshot. Never leaves this crate.
    #[error("the snapshot is outdated")]
    Stale,
}

/// What was not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A flow.
    Flow,
    /// A field.
    Field,
    /// A customer.
    Customer,
    /// An address.
    Address,
    /// An entry.
    Entry,
    /// An application key.
    ApplicationKey,
    /// Settings of some kind.
    Settings,
}

impl Error {
    /// One problem with the input.
    pub(crate) fn invalid(problem: Problem) -> Self {
        Self::Invalid(vec![problem])
    }

    /// Whether the failure was decided on the snapshot, and would not stand if that was outdated.
    pub(crate) fn rests_on_snapshot(&self) -> bool {
        match self {
            Self::Invalid(_)
            | Self::BadRequest(_)
            | Self::BadFilter(_)
            | Self::NotFound(_)
            | Self::Conflict(_)
            | Self::LimitReached(_)
            | Self::DuplicateEmail
            | Self::CoreFlow
            | Self::Outdated(_)
            | Self::PreconditionRequired
            | Self::KeyReused
            | Self::Answered(_)
            | Self::Repeated(_)
            | Self::Forbidden
            | Self::Unauthenticated => true,
            // What records have was read in a transaction that had compared the revision.
            Self::Taken(_)
            | Self::Duplicates(..)
            | Self::WrongPassword
            | Self::TooManyRequests
            | Self::Unavailable(_)
            | Self::TimedOut
            | Self::Internal(_)
            | Self::Stale => false,
        }
    }
}

fn quoted(fields: &[FieldSlug]) -> String {
    let quoted = fields.iter().map(|field| format!("\"{field}\""));
    quoted.collect::<Vec<_>>().join(", ")
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale(_) => Self::Stale,
            StoreError::Taken(fields) => Self::Taken(fields),
            StoreError::Busy(reason) => Self::Unavailable(reason),
            StoreError::TimedOut => Self::TimedOut,
            StoreError::Conflict(_) | StoreError::Corrupt { .. } | StoreError::Driver(_) => {
                Self::Internal(error.to_string())
            }
        }
    }
}
