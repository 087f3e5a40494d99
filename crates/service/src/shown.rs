//! What services answer about records, with the state that it shows.

use std::sync::Arc;

use customary_model::id::StoreId;
use customary_model::schema::Schema;
use customary_model::snapshot::StoreSnapshot;
use customary_model::store::Revision;
use customary_model::version::{EntityTag, Versioned};
use customary_store as store;
use customary_store::Tx;

use crate::error::Error;
use crate::includes::Include;
use crate::lists::Plan;

/// Something of hosted resources, with the schema that says how to show its custom values.
#[derive(Debug)]
pub struct Shown<T> {
    /// What was asked for.
    pub value: T,
    /// The fields of the flow that extends the resource, as of the same moment.
    pub schema: Arc<Schema>,
    /// The revision of the store at that moment.
    pub revision: Revision,
    /// What was asked to be sent along.
    pub included: Vec<Include>,
    /// How a list was found, if that was asked.
    pub plan: Option<Plan>,
}

impl<T> Shown<T> {
    /// Without anything sent along.
    pub(crate) fn new(value: T, schema: Arc<Schema>, snapshot: &StoreSnapshot) -> Self {
        Self {
            value,
            schema,
            revision: snapshot.revision,
            included: Vec::new(),
            plan: None,
        }
    }
}

impl<T: Versioned> Shown<T> {
    /// The tag of the record.
    #[must_use]
    pub fn tag(&self) -> EntityTag {
        self.value.tag(self.revision)
    }
}

/// A flow, field or application key.
#[derive(Debug)]
pub struct Tagged<T> {
    /// What was asked for.
    pub value: T,
    /// The tag of its state.
    pub tag: EntityTag,
}

impl<T: Versioned> Tagged<T> {
    pub(crate) fn new(value: T, revision: Revision) -> Self {
        Self {
            tag: value.tag(revision),
            value,
        }
    }

    /// As this transaction sees it, which may have changed it and moved the revision of the store.
    pub(crate) async fn within(tx: &mut Tx<'_>, store: StoreId, value: T) -> Result<Self, Error> {
        let revision = store::stores::find_revision(tx, store).await?;
        let revision = revision.ok_or(Error::Unauthenticated)?;
        Ok(Self::new(value, revision))
    }
}
