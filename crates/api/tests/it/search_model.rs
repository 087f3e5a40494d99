//! Random customers, filters, orders and pages: both engines answer as a plain search does that looks at
//! every customer, page by page and from the first cursor to the last.

use std::cmp::Ordering;

use crate::custom_filters::encoded;
use customary_testkit::{Client, Engine, TestApp, Value, json, tokio};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

const CUSTOMERS: usize = 60;
const QUERIES: usize = 300;

#[derive(Debug, Clone)]
struct Row {
    email: String,
    tier: Option<String>,
    points: Option<i64>,
    ratio: Option<f64>,
    vip: Option<bool>,
}

#[derive(Debug, Clone)]
enum Condition {
    Text(&'static str, String),
    Like(String, bool, bool),
    OneOf(Vec<String>),
    Points(&'static str, i64),
    Ratio(&'static str, f64),
    Vip(bool),
    IsNull(&'static str),
    Name(&'static str, String),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
}

#[derive(Debug, Clone)]
struct Query {
    condition: Option<Condition>,
    sort: Vec<(&'static str, bool)>,
    limit: usize,
    offset: usize,
}

/// How texts are ordered: without regard to case, then by code point.
fn key(text: &str) -> (String, &str) {
    (text.chars().flat_map(char::to_lowercase).collect(), text)
}

fn fold(text: &str) -> String {
    key(text).0
}

fn holds(operator: &str, order: Option<Ordering>) -> bool {
    match operator {
        "eq" => order == Some(Ordering::Equal),
        "gt" => order == Some(Ordering::Greater),
        "ge" => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        "lt" => order == Some(Ordering::Less),
        _ => matches!(order, Some(Ordering::Less | Ordering::Equal)),
    }
}

impl Condition {
    fn matches(&self, row: &Row) -> bool {
        match self {
            Self::Text(operator, text) => {
                let order = row.tier.as_ref().map(|tier| key(tier).cmp(&key(text)));
                holds(operator, order)
            }
            Self::Like(text, start, end) => row.tier.as_ref().is_some_and(|tier| {
                let (tier, text) = (fold(tier), fold(text));
                match (start, end) {
                    (true, true) => tier.contains(&text),
                    (true, false) => tier.ends_with(&text),
                    (false, true) => tier.starts_with(&text),
                    (false, false) => tier == text,
                }
            }),
            Self::OneOf(texts) => row.tier.as_ref().is_some_and(|tier| texts.contains(tier)),
            Self::Points(operator, number) => {
                holds(operator, row.points.map(|points| points.cmp(number)))
            }
            Self::Ratio(operator, number) => {
                let order = row.ratio.and_then(|ratio| ratio.partial_cmp(number));
                holds(operator, order)
            }
            Self::Vip(truth) => row.vip == Some(*truth),
            Self::IsNull("tier") => row.tier.is_none(),
            Self::IsNull("points") => row.points.is_none(),
            Self::IsNull(_) => row.vip.is_none(),
            Self::Name("eq", name) => row.email == *name,
            Self::Name(_, name) => row.email.starts_with(name.as_str()),
            Self::All(parts) => parts.iter().all(|part| part.matches(row)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(row)),
            Self::Not(part) => !part.matches(row),
        }
    }

    fn text(&self) -> String {
        let quoted = |text: &str| {
            format!(
                "\"{}\"",
                text.replace('\\', "\\\\")
                    .replace('"', "\\\"")
                    .replace('*', "\\*")
            )
        };
        let joined = |parts: &[Self], separator: &str| {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| format!("({})", part.text()))
                .collect();
            parts.join(separator)
        };
        match self {
            Self::Text(operator, text) => format!("{operator}(tier,{})", quoted(text)),
            Self::Like(text, start, end) => {
                let star = |open: &bool| if *open { "*" } else { "" };
                let text = quoted(text);
                let inner = &text[1..text.len() - 1];
                format!("like(tier,\"{}{inner}{}\")", star(start), star(end))
            }
            Self::OneOf(texts) => {
                let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
                format!("in(tier,{})", texts.join(","))
            }
            Self::Points(operator, number) => format!("{operator}(points,{number})"),
            Self::Ratio(operator, number) => {
                format!("{operator}(ratio,{})", quoted(&number.to_string()))
            }
            Self::Vip(truth) => format!("eq(vip,{truth})"),
            Self::IsNull(field) => format!("is_null({field})"),
            Self::Name("eq", name) => format!("eq(name,{name})"),
            Self::Name(_, name) => format!("like(name,{name}*)"),
            Self::All(parts) => joined(parts, ":"),
            Self::Any(parts) => format!("({})", joined(parts, "|")),
            Self::Not(part) => format!("not({})", part.text()),
        }
    }
}

impl Query {
    /// The customers of the whole list, by e-mail address.
    fn answer<'a>(&self, rows: &'a [Row]) -> Vec<&'a str> {
        let matching = rows.iter().enumerate().filter(|(_, row)| {
            self.condition
                .as_ref()
                .is_none_or(|condition| condition.matches(row))
        });
        let mut matching: Vec<(usize, &Row)> = matching.collect();
        matching.sort_by(|(a_age, a), (b_age, b)| {
            let keys = self
                .sort
                .iter()
                .map(|(name, descending)| compare(name, *descending, a, b));
            let first_descends = self.sort.first().is_none_or(|(_, descending)| *descending);
            let age = if first_descends {
                b_age.cmp(a_age)
            } else {
                a_age.cmp(b_age)
            };
            keys.fold(Ordering::Equal, Ordering::then).then(age)
        });
        let rows = matching.into_iter().map(|(_, row)| row.email.as_str());
        rows.collect()
    }

    /// The query of the page that begins so.
    fn text(&self, start: &str) -> String {
        let page = format!("page[limit]={}&{start}", self.limit);
        let condition = self.condition.iter().map(Condition::text);
        let filter = condition.map(|text| format!("filter={}", encoded(&text)));
        let key = |(name, descending): &(&str, bool)| {
            format!("{}{name}", if *descending { "-" } else { "" })
        };
        let keys: Vec<String> = self.sort.iter().map(key).collect();
        let parts: Vec<String> = filter
            .chain([page, format!("sort={}", keys.join(","))])
            .collect();
        parts.join("&")
    }
}

/// What has no value comes last in both directions.
#[expect(clippy::cast_precision_loss, reason = "as slots have it")]
fn compare(name: &str, descending: bool, a: &Row, b: &Row) -> Ordering {
    let (is_missing, order) = match name {
        "tier" => {
            let keys = (a.tier.as_deref().map(key), b.tier.as_deref().map(key));
            ((keys.0.is_none(), keys.1.is_none()), keys.0.cmp(&keys.1))
        }
        "points" => {
            // Integers of more than 53 bits are ordered as floats.
            let float = |points: Option<i64>| points.map(|points| points as f64);
            let order = float(a.points).partial_cmp(&float(b.points));
            let order = order.unwrap_or(Ordering::Equal);
            ((a.points.is_none(), b.points.is_none()), order)
        }
        "ratio" => {
            let order = a.ratio.partial_cmp(&b.ratio).unwrap_or(Ordering::Equal);
            ((a.ratio.is_none(), b.ratio.is_none()), order)
        }
        "vip" => ((a.vip.is_none(), b.vip.is_none()), a.vip.cmp(&b.vip)),
        // The clock stands still.
        "created_at" => ((false, false), Ordering::Equal),
        _ => ((false, false), a.email.cmp(&b.email)),
    };
    match is_missing {
        (true, true) => Ordering::Equal,
        (false, false) if descending => order.reverse(),
        (false, false) => order,
        (a_is_missing, b_is_missing) => a_is_missing.cmp(&b_is_missing),
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[aAbBäÄ]{0,3}",
        "[ab%_\\\\*\"' ]{1,4}",
        "[aä]{120,140}[bB]?",
        "e\u{301}?|é|İ|ß|ẞ|\u{10ffff}|\u{1}",
    ]
}

fn points() -> impl Strategy<Value = i64> {
    prop_oneof![
        -3..4_i64,
        Just(i64::MAX),
        Just(i64::MAX - 1),
        Just(i64::MIN),
        Just(1 << 53),
        Just((1 << 53) + 1)
    ]
}

fn ratio() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        Just(-0.0),
        Just(0.1),
        Just(-1.5),
        Just(f64::MAX),
        Just(f64::MIN_POSITIVE),
        Just(1e15)
    ]
}

fn row() -> impl Strategy<Value = Row> {
    let values = (
        prop::option::of(text()),
        prop::option::of(points()),
        prop::option::of(ratio()),
        prop::option::of(any::<bool>()),
    );
    values.prop_map(|(tier, points, ratio, vip)| Row {
        email: String::new(),
        tier,
        points,
        ratio,
        vip,
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    let operator = || prop_oneof![Just("eq"), Just("gt"), Just("ge"), Just("lt"), Just("le")];
    let short = || {
        text().prop_filter("ranges are compared with short texts", |text| {
            text.len() < 200 && !text.contains('\u{1}')
        })
    };
    let leaf = prop_oneof![
        text().prop_map(|text| Condition::Text("eq", text)),
        (operator(), short()).prop_map(|(operator, text)| Condition::Text(operator, text)),
        (text(), any::<bool>(), any::<bool>()).prop_map(|(text, start, end)| {
            // Open at one end of nothing is the same as open at both.
            let open = text.is_empty() && (start || end);
            Condition::Like(text, start || open, end || open)
        }),
        prop::collection::vec(text(), 1..4).prop_map(Condition::OneOf),
        (operator(), points()).prop_map(|(operator, number)| Condition::Points(operator, number)),
        (operator(), ratio()).prop_map(|(operator, number)| Condition::Ratio(operator, number)),
        any::<bool>().prop_map(Condition::Vip),
        prop_oneof![Just("tier"), Just("points"), Just("vip")].prop_map(Condition::IsNull),
        (0..CUSTOMERS).prop_map(|number| Condition::Name("eq", email(number))),
        "[0-9]".prop_map(|digit| Condition::Name("like", digit)),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::Any),
            inner.prop_map(|part| Condition::Not(Box::new(part))),
        ]
    })
}

fn query() -> impl Strategy<Value = Query> {
    let name = prop_oneof![
        Just("tier"),
        Just("points"),
        Just("ratio"),
        Just("vip"),
        Just("email"),
        Just("name"),
        Just("created_at"),
    ];
    let sort = prop::collection::vec((name, any::<bool>()), 0..4);
    (
        prop::option::of(condition()),
        sort,
        1..20_usize,
        0..40_usize,
    )
        .prop_map(|(condition, sort, limit, offset)| Query {
            condition,
            sort,
            limit,
            offset,
        })
}

fn email(number: usize) -> String {
    format!("{number:02}@x.com")
}

async fn prepare(engine: Engine, rows: &[Row]) -> (TestApp, Client) {
    let app = TestApp::on(engine).await;
    let admin = app.admin().await;
    let flow = admin.create_flow("customers").await;
    for (slug, field_type) in [
        ("tier", "string"),
        ("points", "integer"),
        ("ratio", "float"),
        ("vip", "boolean"),
    ] {
        admin.create_field(&flow, slug, field_type, json!({})).await;
    }
    for row in rows {
        let more =
            json!({ "tier": row.tier, "points": row.points, "ratio": row.ratio, "vip": row.vip });
        admin.create_customer(&row.email, more).await;
    }
    (app, admin)
}

async fn set_filterable(apps: &[(TestApp, Client)], filterable: bool) {
    for (_, admin) in apps {
        let fields = admin.get("/v2/flows/customers/fields").await.expect(200);
        for field in fields["data"].as_array().unwrap() {
            let path = format!("/v2/fields/{}", field["id"].as_str().unwrap());
            let change = json!({ "data": { "filterable": filterable } });
            admin.put(&path, change).await.expect(200);
        }
    }
}

fn emails(list: &Value) -> Vec<&str> {
    let data = list["data"].as_array().unwrap().iter();
    data.map(|customer| customer["email"].as_str().unwrap())
        .collect()
}

#[tokio::test(
    flavor = "multi_thread",
    worker_threads = 2,
    crate = "customary_testkit::tokio"
)]
async fn both_engines_answer_as_a_plain_search_does() {
    let mut runner = TestRunner::deterministic();
    let mut rows: Vec<Row> = (0..CUSTOMERS)
        .map(|_| row().new_tree(&mut runner).unwrap().current())
        .collect();
    for (number, row) in rows.iter_mut().enumerate() {
        row.email = email(number);
    }
    let apps = [
        prepare(Engine::Sqlite, &rows).await,
        prepare(Engine::Postgres, &rows).await,
    ];
    let strategy = query();
    let mut found = 0;
    for number in 0..QUERIES {
        let query = strategy.new_tree(&mut runner).unwrap().current();
        // The same answers while there are indexes, while these are taken away, and while they are built.
        if number == QUERIES / 2 {
            set_filterable(&apps, false).await;
        } else if number == QUERIES * 3 / 4 {
            set_filterable(&apps, true).await;
        }
        let all = query.answer(&rows);
        let page = all.iter().skip(query.offset).take(query.limit).copied();
        let page: Vec<&str> = page.collect();
        found += page.len();
        for (app, admin) in &apps {
            let offset = format!("page[offset]={}", query.offset);
            let answer = admin
                .get(&format!("/v2/customers?{}", query.text(&offset)))
                .await
                .expect(200);
            let engine = if app.database.url.starts_with("postgres") {
                "PostgreSQL"
            } else {
                "SQLite"
            };
            assert_eq!(emails(&answer), page, "{engine}: {query:#?}");
            assert_eq!(
                answer["meta"]["results"]["total"],
                Value::from(all.len()),
                "{engine}: {query:#?}"
            );
            let mut next = Some(format!("/v2/customers?{}", query.text("page[cursor]=")));
            let mut walked = Vec::new();
            while let Some(url) = next {
                let page = admin.get(&url).await.expect(200);
                assert!(emails(&page).len() <= query.limit, "{engine}: {query:#?}");
                walked.extend(emails(&page).into_iter().map(ToOwned::to_owned));
                next = page["links"]["next"].as_str().map(ToOwned::to_owned);
            }
            assert_eq!(walked, all, "walked, {engine}: {query:#?}");
        }
    }
    assert!(found > QUERIES, "{found}");
    for (app, _) in &apps {
        app.verify().await;
        app.work_on_indexes().await;
        app.verify().await;
    }
}
