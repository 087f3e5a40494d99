//! `contract/flows.md` §4 to §6.

use customary_testkit::{Client, TestApp, Value, both_engines, json};

fn field(flow: &str, more: Value) -> Value {
    let mut data = json!({
        "type": "field", "name": "Size", "slug": "size", "field_type": "string",
        "relationships": { "flow": { "data": { "type": "flow", "id": flow } } },
    });
    for (name, value) in more.as_object().unwrap() {
        data[name] = value.clone();
    }
    json!({ "data": data })
}

async fn create(admin: &Client, flow: &str, more: Value) -> customary_testkit::Response {
    admin.post("/v2/fields", field(flow, more)).await
}

fn slugs(list: &Value) -> Vec<&str> {
    list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| each["slug"].as_str().unwrap())
        .collect()
}

both_engines! {
    async fn a_field_is_answered_whole(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("products").await;
        let rules = json!([{ "type": "between", "options": { "from": 1, "to": 5 } }]);
        let more = json!({ "name": "Rating", "slug": "product-rating", "field_type": "integer", "description": "Stars",
            "required": false, "default": 0, "enabled": true, "validation_rules": rules, "order": 1, "omit_null": false,
            "unique": false, "color": "red" });
        let created = create(&admin, &flow, more).await.data(201);
        let id = created["id"].as_str().unwrap();
        assert_eq!(created, json!({
            "id": id, "type": "field", "field_type": "integer", "slug": "product-rating", "name": "Rating",
            "description": "Stars", "required": false, "default": 0, "enabled": true, "validation_rules": rules,
            "order": 1, "omit_null": false, "filterable": true, "index_state": "ready",
            "links": { "self": format!("http://shop.example/v2/flows/{flow}/fields/{id}") },
            "relationships": { "flow": { "data": { "id": flow, "type": "flow" } } },
            "meta": { "owner": "store", "timestamps": {
                "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z",
            } },
        }));
        for path in [format!("/v2/fields/{id}"), format!("/v2/flows/{flow}/fields/{id}"), format!("/v2/flows/products/fields/{id}/")] {
            assert_eq!(admin.get(&path).await.data(200), created);
        }
        admin.get(&format!("/v2/flows/{}/fields/{id}", admin.create_flow("other").await)).await.expect(404);
        admin.get("/v2/flows/nowhere/fields").await.expect(404);
        assert_eq!(admin.get("/v2/fields/nonsense").await.expect(404)["errors"][0]["title"], "Field not found");
    }

    async fn what_is_left_out_has_a_default(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("wishlist").await;
        let body = json!({ "data": { "type": "field", "name": "a", "slug": "a", "field_type": "date",
            "relationships": { "flow": { "data": { "id": flow } } } } });
        let field = admin.post("/v2/fields", body).await.data(201);
        for (name, value) in [("description", json!("")), ("required", json!(false)), ("default", Value::Null), ("enabled", json!(true)),
            ("order", Value::Null), ("omit_null", json!(false)), ("validation_rules", json!([]))] {
            assert_eq!(field[name], value, "{name}");
        }
    }

    async fn defaults_and_rules_are_echoed_as_they_were_sent(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("products").await;
        let send = async |number: usize, text: &str| {
            let body = format!(
                r#"{{"data":{{"type":"field","name":"a","slug":"{number}","relationships":{{"flow":{{"data":{{"id":"{flow}"}}}}}},{text}}}}}"#,
            );
            let answer = admin.send("POST", "/v2/fields", body.into_bytes()).await;
            assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
            String::from_utf8(answer.body).unwrap()
        };
        let sent_and_echoed = [
            (r#""field_type":"string","default":0"#, r#""default":0,"#),
            (r#""field_type":"integer","default":"1""#, r#""default":"1","#),
            (r#""field_type":"float","default":1.50"#, r#""default":1.50,"#),
            (r#""field_type":"date","default":"" "#, r#""default":"","#),
            (r#""field_type":"string","default":"summer","validation_rules":[{"type":"uuid"}]"#, r#""default":"summer","#),
            (
                r#""field_type":"float","validation_rules":[ {"type":"enum","options":[10.7, 1.0]}, {"type":"between","options":{"to":3,"from":"1"}} ]"#,
                r#""validation_rules":[{"type":"enum","options":[10.7,1.0]},{"type":"between","options":{"to":3,"from":"1"}}],"#,
            ),
        ];
        for (number, (sent, echoed)) in sent_and_echoed.into_iter().enumerate() {
            let answer = send(number, sent).await;
            assert!(answer.contains(echoed), "{sent}: {answer}");
        }
    }

    async fn problems_of_fields_are_named(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        for (more, problem) in [
            (json!({ "slug": "email" }), "data.slug: \"slug\" \"email\" is reserved in the flow \"customers\": choose another slug"),
            (json!({ "slug": "meta" }), "data.slug: \"slug\" \"meta\" is reserved in the flow \"customers\": choose another slug"),
            (json!({ "slug": "a".repeat(300) }), "data.slug: \"slug\" may not be greater than 255 characters"),
            (json!({ "slug": "$a" }), "data.slug: \"slug\" may hold only letters, digits, - and _"),
            (json!({ "name": "$a" }), "data.name: \"name\" may not start with $"),
            (json!({ "type": "flow" }), "data.type: \"type\" must be one of field"),
            (json!({ "field_type": "money" }),
                "data.field_type: \"field_type\" must be one of string, integer, boolean, float, date, relationship"),
            (json!({ "field_type": 5 }),
                "data.field_type: \"field_type\" must be one of string, integer, boolean, float, date, relationship"),
            (json!({ "required": "yes" }), "data.required: \"required\" must be a boolean"),
            (json!({ "order": 12_345_678_901_234_567_890_123_f64 }), "data.order: \"order\" must be an integer of at most 64 bits"),
            (json!({ "default": [] }), "data.default: \"default\" must be a string, number, boolean or null"),
            (json!({ "field_type": "integer", "default": "abc" }),
                "data.default: \"default\" cannot be converted to the field_type integer"),
            (json!({ "validation_rules": {} }), "data.validation_rules: \"validation_rules\" must be an array"),
            (json!({ "validation_rules": [{ "type": "between", "options": { "from": 1, "to": 2 } }] }),
                "data.validation_rules[0]: \"validation_rules[0]\" has the type \"between\", which string fields do not know: they know enum, email, slug, uuid, pattern, min_length, max_length"),
            (json!({ "relationships": { "flow": { "data": { "id": "nonsense" } } } }),
                "data.relationships.flow.data.id: \"relationships.flow.data.id\" must be a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057"),
            (json!({ "relationships": { "flow": { "data": { "id": 5 } } } }),
                "data.relationships.flow.data.id: \"relationships.flow.data.id\" must be a string"),
            (json!({ "relationships": {} }), "data.relationships.flow.data.id: \"relationships.flow.data.id\" is required"),
            (json!({ "relationships": { "flow": { "data": { "id": "01890a5d-ac96-774b-bcce-b302099a8057" } } } }),
                "data.relationships.flow.data.id: \"relationships.flow.data.id\" names no flow: there is none with the id 01890a5d-ac96-774b-bcce-b302099a8057"),
        ] {
            assert_eq!(create(&admin, &flow, more).await.errors(422), [problem]);
        }
        create(&admin, &flow, json!({})).await.expect(201);
        assert_eq!(create(&admin, &flow, json!({})).await.errors(422), [
            "data.slug: \"slug\" is taken: another field of the flow \"customers\" has the slug \"size\"",
        ]);
        let other = admin.create_flow("wishlist").await;
        create(&admin, &other, json!({ "slug": "name" })).await.expect(201);
    }

    async fn type_and_flow_of_a_field_never_change(app: TestApp) {
        let admin = app.admin().await;
        let (flow, other) = (admin.create_flow("customers").await, admin.create_flow("wishlist").await);
        let id = admin.create_field(&flow, "size", "string", json!({ "default": "M" })).await;
        let path = format!("/v2/fields/{id}");
        let same = field(&flow, json!({ "description": "How large" }));
        assert_eq!(admin.put(&path, same).await.data(200)["description"], "How large");
        let errors = admin.put(&path, field(&other, json!({ "field_type": "integer", "default": 5 }))).await.errors(422);
        assert_eq!(errors, [
            "data.field_type: \"field_type\" cannot change: it is string; create another field instead",
            "data.relationships.flow.data.id: \"relationships.flow.data.id\" cannot change: a field stays in its flow",
        ]);
        for relationships in [json!(null), json!({})] {
            let body = json!({ "data": { "relationships": relationships } });
            admin.put(&path, body).await.expect(200);
        }
        app.database.clock.advance(1);
        let cleared = admin.put(&path, json!({ "data": { "default": null, "order": 5 } })).await.data(200);
        assert_eq!((&cleared["default"], &cleared["order"]), (&Value::Null, &json!(5)));
        assert_eq!(cleared["meta"]["timestamps"]["updated_at"], "2026-01-01T00:00:01.000Z");
        let cleared = admin.put(&path, json!({ "data": { "order": null, "slug": "width" } })).await.data(200);
        assert_eq!((&cleared["order"], &cleared["slug"]), (&Value::Null, &json!("width")));
        let errors = admin.put(&path, json!({ "data": { "slug": "email" } })).await.errors(422);
        assert_eq!(errors.len(), 1);
    }

    async fn a_relationship_is_never_required(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        let rules = json!([{ "type": "one-to-many", "to": "wishlists" }]);
        let more = json!({ "slug": "wishlists", "field_type": "relationship", "required": true, "validation_rules": rules, "default": 1 });
        let created = create(&admin, &flow, more).await.data(201);
        assert_eq!((&created["required"], &created["default"]), (&json!(false), &json!(1)));
        let path = format!("/v2/fields/{}", created["id"].as_str().unwrap());
        assert_eq!(admin.put(&path, json!({ "data": { "required": true } })).await.data(200)["required"], false);
        let errors = create(&admin, &flow, json!({ "slug": "b", "field_type": "relationship", "validation_rules": [{ "type": "one-to-one" }] })).await;
        assert_eq!(errors.errors(422).len(), 1);
    }

    async fn fields_are_listed_in_the_order_of_their_records(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("wishlist").await;
        for (slug, order) in [("d", Value::Null), ("c", json!(2)), ("b", json!(1)), ("e", Value::Null), ("a", json!(-1))] {
            admin.create_field(&flow, slug, "string", json!({ "order": order })).await;
            app.database.clock.advance(1);
        }
        assert_eq!(slugs(&admin.get("/v2/flows/wishlist/fields").await.expect(200)), ["a", "b", "c", "d", "e"]);
        assert_eq!(slugs(&admin.get("/v2/flows/wishlist/fields?page[limit]=2&page[offset]=1").await.expect(200)), ["b", "c"]);
        assert_eq!(slugs(&admin.get("/v2/fields").await.expect(200)), ["d", "c", "b", "e", "a"]);
    }

    async fn a_flow_has_at_most_a_hundred_fields(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("wishlist").await;
        for number in 0..100 {
            admin.create_field(&flow, &format!("field-{number}"), "string", json!({})).await;
        }
        let errors = create(&admin, &flow, json!({})).await.errors(422);
        assert_eq!(errors, [
            "data.relationships.flow: \"relationships.flow\" is full: a flow has at most 100 fields, so delete one first",
        ]);
        let fields = admin.get("/v2/flows/wishlist/fields").await.expect(200);
        assert_eq!(fields["meta"]["results"]["total"], 100);
        let first = fields["data"][0]["id"].as_str().unwrap();
        assert_eq!(admin.delete(&format!("/v2/fields/{first}")).await.status, 204);
        create(&admin, &flow, json!({})).await.expect(201);
    }
}
