//! The extension engine: values follow their field whatever happens to its name, its flow or its
//! visibility (`contract/conventions.md` §11, `contract/flows.md` §7).

use customary_testkit::{Client, TestApp, Value, both_engines, json};

/// Every type, with a value whose text is not its shortest or most common form.
const FIELDS: &[(&str, &str, &str)] = &[
    ("text", "string", "\" 𝄞 Knope’s \\\"\\\\\\n\""),
    ("count", "integer", "-9223372036854775808"),
    ("flag", "boolean", "false"),
    ("share", "float", "0.1"),
    ("large", "float", "1e300"),
    ("whole", "float", "1e17"),
    ("day", "date", "\"2017-12-26T10:00:00+01:00\""),
];

/// A customer with a value in every field; what of it is between `password` and `meta`.
async fn store_values(admin: &Client) -> (String, String) {
    let flow = admin.create_flow("customers").await;
    let mut body =
        r#"{"data":{"type":"customer","name":"Ron","email":"ron@swanson.com""#.to_owned();
    for (slug, field_type, value) in FIELDS {
        admin.create_field(&flow, slug, field_type, json!({})).await;
        body += &[",\"", slug, "\":", value].concat();
    }
    body += "}}";
    let customer = admin.send("POST", "/v2/customers", body.into_bytes()).await;
    let path = format!(
        "/v2/customers/{}",
        customer.data(201)["id"].as_str().unwrap()
    );
    let values = values(admin, &path).await;
    (path, values)
}

/// The custom part of a customer, byte for byte.
async fn values(admin: &Client, path: &str) -> String {
    let customer = admin.get(path).await;
    assert_eq!(customer.status, 200);
    let text = String::from_utf8(customer.body).unwrap();
    let (_, rest) = text.split_once("\"password\":false").unwrap();
    rest.split_once(",\"meta\"").unwrap().0.to_owned()
}

both_engines! {
    async fn values_come_back_byte_for_byte(app: TestApp) {
        let admin = app.admin().await;
        let (path, before) = store_values(&admin).await;
        assert_eq!(
            before,
            r#","text":" 𝄞 Knope’s \"\\\n","count":-9223372036854775808,"flag":false,"share":0.1,"large":1e+300,"whole":100000000000000000,"day":"2017-12-26T10:00:00+01:00""#
        );
        let flow = async |body: Value| admin.put("/v2/flows/customers", json!({ "data": body })).await.data(200);

        // A renamed field keeps its values.
        let fields = admin.get("/v2/flows/customers/fields").await.data(200);
        let field = format!("/v2/fields/{}", fields[0]["id"].as_str().unwrap());
        admin.put(&field, json!({ "data": { "slug": "renamed" } })).await.expect(200);
        assert_eq!(values(&admin, &path).await, before.replace("\"text\"", "\"renamed\""));
        admin.put(&field, json!({ "data": { "slug": "text" } })).await.expect(200);
        assert_eq!(values(&admin, &path).await, before);

        // A disabled field is out of sight and cannot be written.
        admin.put(&field, json!({ "data": { "enabled": false } })).await.expect(200);
        admin.put(&path, json!({ "data": { "text": 5, "share": 0.1 } })).await.expect(200);
        assert!(!values(&admin, &path).await.contains("text"));
        admin.put(&field, json!({ "data": { "enabled": true } })).await.expect(200);
        assert_eq!(values(&admin, &path).await, before);

        // So is every field of a disabled flow.
        flow(json!({ "enabled": false })).await;
        admin.put(&path, json!({ "data": { "text": "changed", "count": "no number" } })).await.expect(200);
        assert_eq!(values(&admin, &path).await, "");
        flow(json!({ "enabled": true })).await;
        assert_eq!(values(&admin, &path).await, before);

        // And of one that is renamed away.
        flow(json!({ "slug": "old-Customers" })).await;
        assert_eq!(values(&admin, &path).await, "");
        admin.put(&path, json!({ "data": { "name": "Ron Swanson" } })).await.expect(200);
        admin.put("/v2/flows/old-Customers", json!({ "data": { "slug": "customers" } })).await.expect(200);
        assert_eq!(values(&admin, &path).await, before);
    }

    async fn a_deleted_field_does_not_come_back_under_its_name(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        let field = admin.create_field(&flow, "note", "string", json!({})).await;
        let customer = admin.create_customer("ron@swanson.com", json!({ "note": "old" })).await;
        let path = format!("/v2/customers/{}", customer["id"].as_str().unwrap());
        assert_eq!(admin.delete(&format!("/v2/fields/{field}")).await.status, 204);
        assert_eq!(admin.get(&path).await.data(200).get("note"), None);
        admin.create_field(&flow, "note", "integer", json!({})).await;
        assert_eq!(admin.get(&path).await.data(200)["note"], Value::Null);
    }

    async fn a_new_field_is_null_on_those_that_exist_and_its_default_on_those_to_come(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        let old = admin.create_customer("old@example.com", json!({})).await;
        admin.create_field(&flow, "points", "integer", json!({ "default": "7", "required": true })).await;
        let path = format!("/v2/customers/{}", old["id"].as_str().unwrap());
        assert_eq!(admin.get(&path).await.data(200)["points"], Value::Null);
        assert_eq!(admin.put(&path, json!({ "data": { "name": "New" } })).await.data(200)["points"], Value::Null);
        assert_eq!(admin.create_customer("new@example.com", json!({})).await["points"], 7);
    }

    async fn values_are_coerced_and_refused_by_type(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        for field_type in ["string", "integer", "boolean", "float", "date"] {
            admin.create_field(&flow, &format!("a_{field_type}"), field_type, json!({})).await;
        }
        let customer = admin.create_customer("ron@swanson.com", json!({})).await;
        let path = format!("/v2/customers/{}", customer["id"].as_str().unwrap());
        let put = async |field: &str, value: &str| {
            admin.send("PUT", &path, format!(r#"{{"data":{{"{field}":{value}}}}}"#).into_bytes()).await
        };
        for (field, sent, stored) in [
            ("a_string", "9780099419785", json!("9780099419785")),
            ("a_string", "1.50", json!("1.50")),
            ("a_string", "true", json!("true")),
            ("a_string", "\"$value\"", json!("$value")),
            ("a_integer", "2.0", json!(2)),
            ("a_float", "3.0", json!(3)),
            ("a_float", "3", json!(3)),
            ("a_date", "\"2017-12-26 10:00:00\"", json!("2017-12-26 10:00:00")),
            ("a_boolean", "null", Value::Null),
        ] {
            assert_eq!(put(field, sent).await.data(200)[field], stored, "{field} {sent}");
        }
        for (field, sent) in [
            ("a_string", "[]"), ("a_string", "{}"), ("a_integer", "\"5\""), ("a_integer", "1.5"), ("a_integer", "true"),
            ("a_integer", "12345678901234567890123"), ("a_float", "12345678901234567890123"), ("a_float", "1e999"),
            ("a_float", "\"1\""), ("a_boolean", "1"), ("a_boolean", "\"true\""), ("a_date", "\"8.24.2018\""), ("a_date", "0"),
        ] {
            assert_eq!(put(field, sent).await.errors(422).len(), 1, "{field} {sent}");
        }
    }
}
