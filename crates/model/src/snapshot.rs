//! All that a request needs to know about its store, as one immutable value.

use std::collections::HashMap;
use std::sync::Arc;

use crate::entry::EntryKind;
use crate::field::{Field, FieldType};
use crate::flow::Flow;
use crate::id::{ApplicationKeyId, FieldId, FlowId, StoreId};
use crate::schema::Schema;
use crate::settings::{Compat, Settings};
use crate::slot::{FieldTypes, HeldSlot, Slot, SlotState, Slots};
use crate::store::Revision;
use crate::unique::UniqueFields;

/// A store's flows and fields, compiled to schemas, with its settings and the keys that open it, as
/// they were at one revision. Shared by every request until the revision grows.
#[derive(Debug)]
pub struct StoreSnapshot {
    /// The store.
    pub store_id: StoreId,
    /// Its name.
    pub store_name: String,
    /// The revision at which everything here was read.
    pub revision: Revision,
    /// Its settings.
    pub settings: Settings,
    /// Whether its API has nothing that the platform does not document: by its settings, or for all stores of
    /// the server.
    pub is_strict: bool,
    flows: Vec<Flow>,
    fields: Vec<Arc<Field>>,
    /// With what each has reserved, in requests per second.
    application_keys: HashMap<ApplicationKeyId, u32>,
    signing_keys: Vec<i64>,
    schemas: HashMap<FlowId, Arc<Schema>>,
    no_schema: Arc<Schema>,
    held_slots: Vec<HeldSlot>,
    slots: HashMap<String, Arc<Slots>>,
    no_slots: Arc<Slots>,
}

impl StoreSnapshot {
    /// Compiles what was read from the database. `held_slots` come in the order of their targets.
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "one for each thing that is read")]
    pub fn compile(
        store_id: StoreId,
        store_name: String,
        revision: Revision,
        settings: Settings,
        mut flows: Vec<Flow>,
        fields: Vec<Field>,
        application_keys: HashMap<ApplicationKeyId, u32>,
        signing_keys: Vec<i64>,
        held_slots: Vec<HeldSlot>,
    ) -> Self {
        flows.sort_by_key(|flow| (flow.created_at, flow.id));
        let mut fields: Vec<Arc<Field>> = fields.into_iter().map(Arc::new).collect();
        fields.sort_by_key(|field| (field.created_at, field.id));
        let schema_of =
            |flow: &Flow| Schema::compile(fields.iter().filter(|field| field.flow_id == flow.id));
        let schemas = flows
            .iter()
            .map(|flow| (flow.id, Arc::new(schema_of(flow))))
            .collect();
        let types = fields.iter().map(|field| (field.key, field.field_type));
        let types: Arc<FieldTypes> = Arc::new(types.collect());
        let mut unique = unique_fields(&flows, &fields);
        let mut slots: HashMap<_, _> = held_slots
            .chunk_by(|a, b| a.target == b.target)
            .map(|held| {
                let target = held[0].target.clone();
                let unique = unique.remove(&target).unwrap_or_default();
                let slots = compile_slots(held, &fields, Arc::clone(&types), unique);
                (target, Arc::new(slots))
            })
            .collect();
        // What is left are unique fields of records without slots.
        slots.extend(unique.into_iter().map(|(target, unique)| {
            let slots = Slots::new([], Arc::clone(&types), unique);
            (target, Arc::new(slots))
        }));
        Self {
            store_id,
            store_name,
            revision,
            is_strict: settings.compat == Compat::Strict,
            settings,
            flows,
            fields,
            application_keys,
            signing_keys,
            schemas,
            no_schema: Arc::default(),
            held_slots,
            slots,
            no_slots: Arc::new(Slots::new([], types, UniqueFields::default())),
        }
    }

    /// All flows, the oldest first.
    #[must_use]
    pub fn flows(&self) -> &[Flow] {
        &self.flows
    }

    /// The flow with this id, or else with this slug.
    #[must_use]
    pub fn flow(&self, id_or_slug: &str) -> Option<&Flow> {
        let by_id = id_or_slug
            .parse::<FlowId>()
            .ok()
            .and_then(|id| self.flows.iter().find(|flow| flow.id == id));
        by_id.or_else(|| {
            self.flows
                .iter()
                .find(|flow| flow.slug.as_str() == id_or_slug)
        })
    }

    /// All fields of all flows, the oldest first.
    #[must_use]
    pub fn fields(&self) -> &[Arc<Field>] {
        &self.fields
    }

    /// The field with this id.
    #[must_use]
    pub fn field(&self, id: FieldId) -> Option<&Arc<Field>> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// The fields of a flow in listing order, disabled ones included.
    #[must_use]
    pub fn fields_of(&self, flow: FlowId) -> Vec<Arc<Field>> {
        let mut fields: Vec<Arc<Field>> = self
            .fields
            .iter()
            .filter(|field| field.flow_id == flow)
            .cloned()
            .collect();
        fields.sort_by(|a, b| a.listing_order(b));
        fields
    }

    /// The schema that extends the resource `slug`; without fields when no enabled flow does.
    #[must_use]
    pub fn schema(&self, slug: &str) -> Arc<Schema> {
        let flow = self
            .flows
            .iter()
            .find(|flow| flow.slug.as_str() == slug && flow.enabled);
        flow.map_or_else(
            || Arc::clone(&self.no_schema),
            |flow| self.schema_of(flow.id),
        )
    }

    /// The schema of a flow, be it enabled or not.
    #[must_use]
    pub fn schema_of(&self, flow: FlowId) -> Arc<Schema> {
        Arc::clone(self.schemas.get(&flow).unwrap_or(&self.no_schema))
    }

    /// The slots and unique fields of the records of a target, disabled fields and flows included: their
    /// values stay.
    #[must_use]
    pub fn slots(&self, target: &str) -> Arc<Slots> {
        Arc::clone(self.slots.get(target).unwrap_or(&self.no_slots))
    }

    /// The slots of a target that are not free, those included that are being cleared.
    pub fn held_slots(&self, target: &str) -> impl Iterator<Item = &HeldSlot> {
        let held = self.held_slots.iter();
        held.filter(move |held| held.target == target)
    }

    /// The slots that are free for a field of this type, the best first.
    pub fn free_slots(
        &self,
        target: &str,
        field_type: FieldType,
    ) -> impl Iterator<Item = Slot> + use<> {
        let held: Vec<Slot> = self.held_slots(target).map(|held| held.slot).collect();
        Slot::of(field_type).filter(move |slot| !held.contains(slot))
    }

    /// The slots of a target that no field has, and that may still hold something.
    #[must_use]
    pub fn slots_being_cleared(&self, target: &str) -> Vec<Slot> {
        let held = self.held_slots(target);
        let clearing = held.filter(|held| held.state == SlotState::Clearing);
        clearing.map(|held| held.slot).collect()
    }

    /// How far the index of a field is; `None` when it has none.
    #[must_use]
    pub fn index_state(&self, field: FieldId) -> Option<SlotState> {
        let held = self.held_slots.iter();
        let states = held.filter(|held| held.field_id == field);
        states.map(|held| held.state).min()
    }

    /// Whether a token for this application key, signed with this signing key, is worth anything:
    /// both still exist.
    #[must_use]
    pub fn accepts(&self, application_key: ApplicationKeyId, signing_key: i64) -> bool {
        self.application_keys.contains_key(&application_key)
            && self.signing_keys.contains(&signing_key)
    }

    /// The ids of the keys that sign, of which the largest is the newest.
    #[must_use]
    pub fn signing_keys(&self) -> &[i64] {
        &self.signing_keys
    }

    /// What an application key has reserved, in requests per second.
    #[must_use]
    pub fn reserved_rate_limit(&self, key: ApplicationKeyId) -> u32 {
        self.application_keys.get(&key).copied().unwrap_or_default()
    }

    /// What all application keys have reserved, in requests per second.
    #[must_use]
    pub fn total_reserved_rate_limit(&self) -> u32 {
        let reserved = self.application_keys.values().copied();
        reserved.fold(0, u32::saturating_add)
    }
}

/// The unique fields of each target that has any.
fn unique_fields(flows: &[Flow], fields: &[Arc<Field>]) -> HashMap<String, UniqueFields> {
    let of_flows = flows.iter().map(|flow| {
        let of_flow = fields.iter().filter(|field| field.flow_id == flow.id);
        let unique = UniqueFields::of(of_flow.map(|field| &**field));
        (EntryKind::target(flow), unique)
    });
    of_flows.filter(|(_, unique)| !unique.is_empty()).collect()
}

fn compile_slots(
    held: &[HeldSlot],
    fields: &[Arc<Field>],
    types: Arc<FieldTypes>,
    unique: UniqueFields,
) -> Slots {
    let of_fields = held.iter().filter_map(|held| {
        let field = fields.iter().find(|field| field.id == held.field_id)?;
        Some((held.slot, held.state, &**field))
    });
    Slots::new(of_fields, types, unique)
}
