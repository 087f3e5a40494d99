//! What services answer about hosted resources.

use std::sync::Arc;

use customary_model::schema::Schema;

use crate::includes::Include;
use crate::lists::Plan;

/// Something of a hosted resource, with the schema that says how to show its custom values.
#[derive(Debug)]
pub struct Shown<T> {
    /// What was asked for.
    pub value: T,
    /// The fields of the flow that extends the resource, as of the same moment.
    pub schema: Arc<Schema>,
    /// What was asked to be sent along.
    pub included: Vec<Include>,
    /// How a list was found, if that was asked.
    pub plan: Option<Plan>,
}

impl<T> Shown<T> {
    /// Without anything sent along.
    pub(crate) fn new(value: T, schema: Arc<Schema>) -> Self {
        Self {
            value,
            schema,
            included: Vec::new(),
            plan: None,
        }
    }
}
