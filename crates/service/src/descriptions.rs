//! Descriptions of attributes, for programs that make forms of them (`contract/flows.md` §10).

use customary_model::core;
use customary_model::description::{self, BaseAttribute, FieldDescription};
use customary_model::field::FieldType;
use customary_model::resource::Resource;
use customary_model::schema::Schema;
use customary_model::settings;

use crate::app::App;
use crate::caller::Caller;
use crate::error::{Error, Kind};
use crate::permission::Action;

/// What a description says.
#[derive(Debug)]
pub struct Description {
    /// What is described.
    pub entity: String,
    /// The attributes that the platform defines.
    pub base: Vec<BaseAttribute>,
    /// The fields that the store defined, in their order.
    pub fields: Vec<FieldDescription>,
}

impl Description {
    fn new(entity: &str, base: Vec<BaseAttribute>, schema: &Schema) -> Self {
        let fields = schema.fields().iter().map(FieldDescription::of).collect();
        Self {
            entity: entity.to_owned(),
            base,
            fields,
        }
    }
}

/// Describes flows.
///
/// # Errors
/// The caller's key is gone.
pub async fn of_flows(app: &App, caller: &Caller) -> Result<Description, Error> {
    caller.require(app, Action::ReadFlows).await?;
    app.on_current_snapshot(caller, |_| {
        Ok(Description::new(
            "flow",
            description::FLOW.to_vec(),
            &Schema::default(),
        ))
    })
    .await
}

/// Describes fields.
///
/// # Errors
/// The caller's key is gone.
pub async fn of_fields(app: &App, caller: &Caller) -> Result<Description, Error> {
    caller.require(app, Action::ReadFlows).await?;
    app.on_current_snapshot(caller, |_| {
        Ok(Description::new(
            "field",
            description::FIELD.to_vec(),
            &Schema::default(),
        ))
    })
    .await
}

/// Describes settings.
///
/// # Errors
/// The caller's key is gone.
pub async fn of_settings(app: &App, caller: &Caller) -> Result<Description, Error> {
    caller.require(app, Action::ReadFlows).await?;
    app.on_current_snapshot(caller, |snapshot| {
        let is_offered = |setting: &BaseAttribute| {
            !snapshot.is_strict || !settings::ADDITIONS.contains(&setting.name)
        };
        let settings = description::SETTINGS.iter().copied().filter(is_offered);
        Ok(Description::new(
            "settings",
            settings.collect(),
            &Schema::default(),
        ))
    })
    .await
}

/// Describes a hosted resource under its own name.
///
/// # Errors
/// The caller's key is gone.
pub async fn of_resource(
    app: &App,
    caller: &Caller,
    resource: &'static Resource,
) -> Result<Description, Error> {
    caller.require(app, Action::ReadFlows).await?;
    app.on_current_snapshot(caller, |snapshot| {
        Ok(Description::new(
            resource.type_name,
            description::of_resource(resource.slug, &snapshot.settings),
            &snapshot.schema(resource.slug),
        ))
    })
    .await
}

/// Describes the records of a flow, which for a core slug need not exist.
///
/// # Errors
/// There is no such flow that the caller may see.
pub async fn of_flow(app: &App, caller: &Caller, slug: &str) -> Result<Description, Error> {
    caller.require(app, Action::ReadFlows).await?;
    app.on_current_snapshot(caller, |snapshot| {
        let flow = snapshot
            .flows()
            .iter()
            .find(|flow| flow.slug.as_str() == slug);
        let visible = flow.is_some_and(|flow| flow.enabled || caller.sees_disabled());
        if !visible && !core::is_core(slug) {
            return Err(Error::NotFound(Kind::Flow));
        }
        Ok(Description::new(
            slug,
            description::of_resource(slug, &snapshot.settings),
            &snapshot.schema(slug),
        ))
    })
    .await
}

/// The values that the attribute `field_type` of a field can have.
pub fn field_types() -> impl Iterator<Item = &'static str> {
    FieldType::ALL.into_iter().map(FieldType::as_str)
}
