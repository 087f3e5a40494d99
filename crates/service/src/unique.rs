//! What it takes for a field to become unique.

use customary_model::field::Field;
use customary_model::id::StoreId;
use customary_store as store;
use customary_store::Tx;
use customary_store::records::Records;
use customary_store::unique_values::MAX_DUPLICATES;

use crate::error::Error;

/// How many values an error tells of.
const MAX_TOLD: usize = 10;

/// Compares what the records of a field have with one another, from now on at every write too; or does so
/// no longer, when the field is not unique. In the transaction that changes the field or its flow.
///
/// # Errors
/// [`Error::Duplicates`] when several records have the same value.
pub(crate) async fn rebuild(
    tx: &mut Tx<'_>,
    store: StoreId,
    field: &Field,
    records: Records,
) -> Result<(), Error> {
    let mut duplicates = store::unique_values::rebuild(tx, store, field, records).await?;
    let values = match duplicates.len() {
        0 => return Ok(()),
        1 => "one value is".to_owned(),
        MAX_DUPLICATES => format!("{MAX_DUPLICATES} values or more are"),
        count => format!("{count} values are"),
    };
    duplicates.truncate(MAX_TOLD);
    let slug = &field.slug;
    let words = format!(
        "\"{slug}\" cannot be unique: {values} in more than one record, such as those in meta.duplicates; change or remove them first"
    );
    Err(Error::Duplicates(words, duplicates))
}
