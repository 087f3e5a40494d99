//! On what conditions a request wants its write: only on a state that it has seen, or only once.

use std::sync::Arc;

use customary_model::schema::Schema;
use customary_model::snapshot::StoreSnapshot;
use customary_model::store::Revision;
use customary_model::version::{EntityTag, KeyVersions, Versioned};
use customary_store::records::Locked;

use crate::error::Error;
use crate::idempotency::Once;

/// The conditions of a write. Without any it is done as it comes.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// Which state of the record it is based on.
    pub if_match: IfMatch,
    /// How often it may be done.
    pub once: Once,
}

/// Which state of a record a write is based on. Only the version is compared: a change of the schema
/// loses nobody's update.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum IfMatch {
    /// The request does not say.
    #[default]
    Unsaid,
    /// Whatever there is.
    Any,
    /// One of these versions.
    Versions(Vec<i64>),
}

/// Why a write based on another state was refused, and what its sender needs to try again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outdated {
    /// The present state.
    pub tag: EntityTag,
    /// The keys that have changed since the newest version that the request names, as far as they are
    /// shown.
    pub changed: Vec<String>,
}

/// The condition of one write, for the transaction that does it.
#[derive(Debug)]
pub(crate) struct Guard {
    if_match: IfMatch,
    must_say: bool,
    revision: Revision,
    schema: Arc<Schema>,
}

impl Conditions {
    /// The condition on a change or deletion of a record with this schema. It must name a state when the
    /// store asks for that.
    pub(crate) fn guard(&self, snapshot: &StoreSnapshot, schema: &Arc<Schema>) -> Guard {
        Guard {
            must_say: snapshot.settings.require_if_match && !snapshot.is_strict,
            ..self.guard_addition(snapshot, schema)
        }
    }

    /// The condition on what only adds to a record, which need not name a state.
    pub(crate) fn guard_addition(&self, snapshot: &StoreSnapshot, schema: &Arc<Schema>) -> Guard {
        Guard {
            if_match: self.if_match.clone(),
            must_say: false,
            revision: snapshot.revision,
            schema: Arc::clone(schema),
        }
    }
}

impl Guard {
    /// Whether the write may go on, asked before anything is written, while nobody else can change the
    /// record.
    ///
    /// # Errors
    /// The write is based on another state, or does not say on which and must.
    pub(crate) fn check<T: Versioned>(&self, locked: &Locked<T>) -> Result<(), Error> {
        self.check_record(&locked.record, &locked.key_versions)
    }

    /// As [`Guard::check`], for what is locked with the whole store.
    pub(crate) fn check_record<T: Versioned>(
        &self,
        record: &T,
        key_versions: &KeyVersions,
    ) -> Result<(), Error> {
        match &self.if_match {
            IfMatch::Unsaid if self.must_say => Err(Error::PreconditionRequired),
            IfMatch::Versions(seen) if !seen.contains(&record.version()) => {
                let newest = seen.iter().max().copied().unwrap_or_default();
                Err(Error::Outdated(Box::new(Outdated {
                    tag: record.tag(self.revision),
                    changed: key_versions.since(newest, &self.schema),
                })))
            }
            IfMatch::Unsaid | IfMatch::Any | IfMatch::Versions(_) => Ok(()),
        }
    }

    /// Whether the write names a state, which a record that does not exist has not.
    pub(crate) fn names_a_state(&self) -> bool {
        self.if_match != IfMatch::Unsaid
    }
}
