//! Made-up customers with custom fields, to try a server out or to measure it.

use std::ops::Range;

use customary_model::json::Object;
use customary_model::page::PageParams;
use customary_model::resource::CUSTOMERS;
use customary_store as store;
use futures::{StreamExt, stream};
use serde_json::{Value, json};

use crate::app::App;
use crate::caller::Caller;
use crate::conditions::Conditions;
use crate::error::Error;
use crate::{customers, fields, flows};

/// How many customers are stored at a time.
const BATCH: usize = 5_000;

/// How many such batches are under way: two in the database while the next is made.
const BATCHES_AT_A_TIME: usize = 3;

/// The fields, by slug and type, in the order in which records show them.
const FIELDS: [(&str, &str, &str); 10] = [
    ("tier", "string", "Tier"),
    ("loyalty_points", "integer", "Loyalty points"),
    ("discount", "float", "Discount"),
    ("vip", "boolean", "VIP"),
    ("member_since", "date", "Member since"),
    ("city", "string", "City"),
    ("company", "string", "Company"),
    ("birthday", "date", "Birthday"),
    ("newsletter", "boolean", "Newsletter"),
    ("notes", "string", "Notes"),
];

const TIERS: [&str; 5] = ["Bronze", "Silver", "Gold", "Platinum", "gold"];
const FIRST_NAMES: [&str; 16] = [
    "Leslie", "Ron", "April", "Andy", "Ann", "Ben", "Chris", "Donna", "Jerry", "Tom", "Zoë",
    "Jürgen", "Renée", "Søren", "Olga", "Yuki",
];
const LAST_NAMES: [&str; 16] = [
    "Knope",
    "Swanson",
    "Ludgate",
    "Dwyer",
    "Perkins",
    "Wyatt",
    "Traeger",
    "Meagle",
    "Gergich",
    "Haverford",
    "Müller",
    "Okafor",
    "García",
    "Ivanova",
    "Tanaka",
    "O'Neill",
];
const CITIES: [&str; 12] = [
    "Pawnee",
    "Eagleton",
    "Berlin",
    "Zürich",
    "São Paulo",
    "Kyoto",
    "Lagos",
    "Oslo",
    "Lyon",
    "Porto",
    "Kraków",
    "Denver",
];
const WORDS: [&str; 8] = [
    "prefers email",
    "asked for a catalogue",
    "returned an order",
    "knows the founder",
    "lives abroad",
    "bulk orders",
    "gift wrapping",
    "call in the morning",
];

/// What there is after [`load`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loaded {
    /// How many customers were added.
    pub added: u64,
    /// How many were there from an earlier time.
    pub found: u64,
}

/// Makes sure that the first `count` made-up customers are there, with ten fields in the flow `customers`.
/// Each is the same every time, so that a second call adds only what is missing. `progress` is told how many
/// have been dealt with.
///
/// # Errors
/// The store has fields of these names that do not take the values or are unique, or the database's own
/// trouble.
pub async fn load(
    app: &App,
    caller: &Caller,
    count: u64,
    mut progress: impl FnMut(u64),
) -> Result<Loaded, Error> {
    create_fields(app, caller).await?;
    let mut loaded = Loaded { added: 0, found: 0 };
    let batches = (0..count).step_by(BATCH).map(|first| {
        let numbers = first..count.min(first + BATCH as u64);
        load_batch(app, caller, numbers)
    });
    let mut batches = stream::iter(batches).buffer_unordered(BATCHES_AT_A_TIME);
    while let Some(batch) = batches.next().await {
        let batch = batch?;
        loaded.added += batch.added;
        loaded.found += batch.found;
        progress(loaded.added + loaded.found);
    }
    app.db().write(store::dialect::take_stock).await?;
    Ok(loaded)
}

async fn load_batch(app: &App, caller: &Caller, numbers: Range<u64>) -> Result<Loaded, Error> {
    let making = tokio::task::spawn_blocking(move || {
        let customers = numbers.map(|number| object(&customer(number)));
        customers.collect::<Result<Vec<_>, _>>()
    });
    let made = making.await;
    let batch = made.map_err(|error| Error::Internal(error.to_string()))??;
    let added = customers::create_many(app, caller, &batch).await?;
    let found = batch.len() as u64 - added;
    Ok(Loaded { added, found })
}

async fn create_fields(app: &App, caller: &Caller) -> Result<(), Error> {
    let conditions = Conditions::default();
    let flow = match flows::get(app, caller, CUSTOMERS.slug).await {
        Err(Error::NotFound(_)) => {
            let data = json!({ "type": "flow", "name": "Customers", "slug": CUSTOMERS.slug });
            flows::create(app, caller, object(&data)?, &conditions).await?
        }
        found => found?,
    };
    let existing = fields::list_of_flow(app, caller, CUSTOMERS.slug, PageParams::default()).await?;
    for (order, (slug, field_type, name)) in FIELDS.into_iter().enumerate() {
        let is_there = |shown: &fields::ShownField| shown.field.slug.as_str() == slug;
        if existing.items.iter().any(is_there) {
            continue;
        }
        let data = json!({
            "type": "field", "name": name, "slug": slug, "field_type": field_type, "order": order + 1,
            "filterable": slug != "notes",
            "relationships": { "flow": { "data": { "type": "flow", "id": flow.value.id } } },
        });
        fields::create(app, caller, object(&data)?, &conditions).await?;
    }
    Ok(())
}

fn object(data: &Value) -> Result<Object, Error> {
    Object::parse(data.to_string().as_bytes()).map_err(|error| Error::Internal(error.to_string()))
}

/// The customer of a number.
fn customer(number: u64) -> Value {
    let mut dice = Dice(number);
    let (first, last) = (dice.pick(&FIRST_NAMES), dice.pick(&LAST_NAMES));
    let mut data = json!({
        "type": "customer", "name": format!("{first} {last}"), "email": format!("customer{number}@example.com"),
    });
    let year = |dice: &mut Dice, from: u64, years: u64| {
        let (year, month, day) = (
            from + dice.below(years),
            1 + dice.below(12),
            1 + dice.below(28),
        );
        format!("{year}-{month:02}-{day:02}")
    };
    // Most have most of it.
    for (slug, missing_of_100, value) in [
        ("tier", 20, json!(dice.pick(&TIERS))),
        ("loyalty_points", 10, json!(dice.below(100_000))),
        (
            "discount",
            30,
            json!(f64::from(u8::try_from(dice.below(50)).unwrap_or_default()) / 100.0),
        ),
        ("vip", 0, json!(dice.below(50) == 0)),
        ("member_since", 5, json!(year(&mut dice, 2010, 16))),
        ("city", 10, json!(dice.pick(&CITIES))),
        (
            "company",
            60,
            json!(format!(
                "{} & {}",
                dice.pick(&LAST_NAMES),
                dice.pick(&LAST_NAMES)
            )),
        ),
        ("birthday", 40, json!(year(&mut dice, 1940, 66))),
        ("newsletter", 0, json!(dice.below(3) == 0)),
        (
            "notes",
            50,
            json!(format!("{}, {}", dice.pick(&WORDS), dice.pick(&WORDS))),
        ),
    ] {
        if dice.below(100) >= missing_of_100 {
            data[slug] = value;
        }
    }
    data
}

/// Numbers that look like chance and are the same for every seed (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.roll() % limit
    }

    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        let index = self.below(items.len() as u64);
        items[usize::try_from(index).unwrap_or_default()]
    }
}
