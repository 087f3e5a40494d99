//! The life of an index: given with the field, taken away, built again, and told of (`docs/filtering.md`).

use std::time::Duration;

use crate::custom_filters::encoded;
use customary_testkit::customary_service::indexes;
use customary_testkit::{Client, TestApp, Value, both_engines, json, tokio};

/// Switches the index of a field on or off, and returns the field.
async fn set_filterable(admin: &Client, field: &str, filterable: bool) -> Value {
    let change = json!({ "data": { "type": "field", "filterable": filterable } });
    admin
        .put(&format!("/v2/fields/{field}"), change)
        .await
        .data(200)
}

/// The first letters of the customers' addresses in a list.
async fn found(client: &Client, query: &str) -> String {
    let answer = client
        .get(&format!("/v2/customers?{query}"))
        .await
        .expect(200);
    let emails = answer["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|customer| customer["email"].as_str().unwrap());
    let letters: String = emails.map(|email| email.chars().next().unwrap()).collect();
    assert_eq!(answer["meta"]["results"]["total"], letters.len(), "{query}");
    letters
}

async fn index_state(admin: &Client, field: &str) -> Value {
    let field = admin.get(&format!("/v2/fields/{field}")).await.data(200);
    json!([
        field["filterable"],
        field["index_state"],
        field["index_progress"]
    ])
}

both_engines! {
    async fn a_scalar_field_has_an_index_from_the_beginning(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        let tier = admin.create_field(&flow, "tier", "string", json!({})).await;
        assert_eq!(index_state(&admin, &tier).await, json!([true, "ready", null]));
        let notes = admin.create_field(&flow, "notes", "string", json!({ "filterable": false })).await;
        assert_eq!(index_state(&admin, &notes).await, json!([false, null, null]));
        admin.create_relationship(&flow, "wishes", "one-to-many", "wish").await;
        let fields = admin.get("/v2/flows/customers/fields").await.expect(200);
        let path = format!("/v2/fields/{}", fields["data"][2]["id"].as_str().unwrap());
        let refused = admin.put(&path, json!({ "data": { "filterable": true } })).await;
        assert_eq!(refused.errors(422), ["data.filterable: \"filterable\" cannot be true for a relationship: an index holds one value of a record"]);
        let listed = admin.get("/v2/flows/customers/fields").await.expect(200);
        let listed: Vec<&Value> = listed["data"].as_array().unwrap().iter().map(|field| &field["index_state"]).collect();
        assert_eq!(listed, [&json!("ready"), &Value::Null, &Value::Null]);
    }

    async fn without_an_index_a_filter_is_as_right(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        let mut fields = Vec::new();
        for (slug, field_type) in [("tier", "string"), ("points", "integer"), ("ratio", "float"), ("vip", "boolean"), ("since", "date")] {
            fields.push(admin.create_field(&flow, slug, field_type, json!({})).await);
        }
        let long = "Ä".repeat(300);
        for (email, more) in [
            ("a@x.com", json!({ "tier": "Gold", "points": 100, "ratio": 0.5, "vip": true, "since": "2020-01-01" })),
            ("b@x.com", json!({ "tier": "gold", "points": 99, "ratio": -1.5, "vip": false, "since": "2020-01-01 12:00:00" })),
            ("c@x.com", json!({ "tier": "Silver", "points": 9_007_199_254_740_993_i64, "since": "2019-12-31T23:00:00-02:00" })),
            ("d@x.com", json!({ "tier": "50%_\\*", "points": -7 })),
            ("e@x.com", json!({})),
            ("f@x.com", json!({ "tier": long, "ratio": -0.0 })),
        ] {
            admin.create_customer(email, more).await;
        }
        let filters = [
            ("eq(tier,Gold)", "a"), ("in(tier,Gold,gold)", "ab"), ("like(tier,gold)", "ab"), ("like(tier,*ILV*)", "c"),
            ("like(tier,*)", "abcdf"), ("like(tier,\"50%_\\\\\\*\")", "d"), ("gt(tier,Gold)", "bcf"), ("ge(tier,Gold)", "abcf"),
            ("lt(tier,gold)", "ad"), ("le(tier,gold)", "abd"), ("is_null(tier)", "e"), ("not(eq(tier,Gold))", "bcdef"),
            ("like(tier,ää*)", "f"), ("like(tier,*ä)", "f"),
            ("eq(points,9007199254740992)", ""), ("gt(points,9007199254740992)", "c"), ("in(points,-7,99)", "bd"), ("le(points,99)", "bd"),
            ("eq(ratio,0)", "f"), ("gt(ratio,\"-1.5\")", "af"), ("eq(vip,true)", "a"), ("eq(vip,false)", "b"), ("is_null(vip)", "cdef"),
            ("eq(since,2020-01-01)", "abc"), ("ge(since,2020-01-01T12:00:00Z)", "b"), ("lt(since,2020-01-01T02:00:00Z)", "ac"),
            ("or(eq(vip,true),eq(points,-7)):like(name,*)", "ad"),
        ];
        let check = async |when: &str| {
            for (filter, expected) in filters {
                let letters = found(&admin, &format!("sort=email&filter={}", encoded(filter))).await;
                assert_eq!(letters, expected, "{filter} {when}");
            }
            app.verify().await;
        };
        check("with indexes").await;
        for field in &fields {
            assert_eq!(set_filterable(&admin, field, false).await["index_state"], "clearing");
        }
        check("while they are cleared").await;
        app.work_on_indexes().await;
        check("without indexes").await;
        for field in &fields {
            let field = set_filterable(&admin, field, true).await;
            assert_eq!((&field["index_state"], &field["index_progress"]), (&json!("building"), &json!(0)));
        }
        check("while they are built").await;
        app.work_on_indexes().await;
        for field in &fields {
            assert_eq!(index_state(&admin, field).await, json!([true, "ready", null]));
        }
        check("with new indexes").await;
    }

    async fn records_are_found_by_what_they_refer_to(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        admin.create_relationship(&flow, "wishes", "one-to-many", "wish").await;
        admin.create_relationship(&flow, "home", "one-to-one", "shop").await;
        for (email, wishes, home) in [("a@x.com", &["w1", "w2"][..], &["s1"][..]), ("b@x.com", &["w2"], &["S1"]), ("c@x.com", &[], &[])] {
            let customer = admin.create_customer(email, json!({})).await;
            let path = format!("/v2/customers/{}/relationships", customer["id"].as_str().unwrap());
            for (field, ids) in [("wishes", wishes), ("home", home)] {
                let data: Vec<Value> = ids.iter().map(|id| json!({ "type": "entry", "id": id })).collect();
                admin.put(&format!("{path}/{field}"), json!({ "data": data })).await.expect(200);
            }
        }
        for (filter, expected) in [
            ("eq(wishes,w1)", "a"), ("eq(wishes,w2)", "ab"), ("eq(wishes,w)", ""), ("in(wishes,w1,w3)", "a"), ("is_null(wishes)", "c"),
            ("eq(home,s1)", "a"), ("in(home,s1,S1)", "ab"), ("not(is_null(home))", "ab"), ("eq(wishes,\"\")", ""),
            (&format!("in(wishes{},w1)", ",x".repeat(4_000)), "a"),
        ] {
            assert_eq!(found(&admin, &format!("sort=email&filter={}", encoded(filter))).await, expected, "{filter}");
        }
        app.verify().await;
    }

    async fn only_so_many_fields_have_an_index(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        let mut fields = Vec::new();
        for number in 0..17 {
            fields.push(admin.create_field(&flow, &format!("text{number}"), "string", json!({})).await);
        }
        admin.create_customer("a@x.com", json!({ "text0": "old", "text16": "new" })).await;
        assert_eq!(index_state(&admin, &fields[16]).await, json!([false, null, null]));
        assert_eq!(found(&admin, "filter=eq(text16,new)").await, "a");
        // A number still has one: each kind has its own.
        admin.create_field(&flow, "points", "integer", json!({ "filterable": true })).await;

        let full = admin.put(&format!("/v2/fields/{}", fields[16]), json!({ "data": { "filterable": true } })).await.errors(422);
        assert!(full[0].starts_with("data.filterable: \"filterable\" cannot be true: the flow \"customers\" has 16 indexes for strings, and all are held: by \"text0\", \"text1\", "), "{full:?}");
        assert!(full[0].ends_with("\"text15\"; set filterable to false on one of them first"), "{full:?}");
        let more = json!({ "data": { "type": "field", "name": "more", "slug": "more", "field_type": "string", "filterable": true,
            "relationships": { "flow": { "data": { "type": "flow", "id": flow } } } } });
        assert_eq!(admin.post("/v2/fields", more.clone()).await.errors(422).len(), 1);

        // The place of a deleted field is free when nothing of it is left.
        admin.delete(&format!("/v2/fields/{}", fields[0])).await.expect(204);
        let clearing = admin.post("/v2/fields", more.clone()).await.errors(422);
        assert!(clearing[0].contains("1 that are just being cleared"), "{clearing:?}");
        app.work_on_indexes().await;
        admin.post("/v2/fields", more).await.expect(201);
        assert_eq!(found(&admin, "filter=is_null(more)").await, "a");
        assert_eq!(found(&admin, "filter=eq(more,old)").await, "");
        app.verify().await;
    }

    async fn an_index_is_built_while_others_write(app: TestApp) {
        const CUSTOMERS: usize = 150;
        let (admin, second) = (app.admin().await, app.second_node().await);
        let flow = admin.create_flow("customers").await;
        let tier = admin.create_field(&flow, "tier", "string", json!({ "filterable": false })).await;
        let mut ids = Vec::new();
        for number in 0..CUSTOMERS {
            let customer = admin.create_customer(&format!("{number}@x.com"), json!({ "tier": "silver" })).await;
            ids.push(customer["id"].as_str().unwrap().to_owned());
        }
        set_filterable(&admin, &tier, true).await;
        let other = second.admin().await;
        let writer = tokio::spawn(async move {
            for (number, id) in ids.iter().enumerate() {
                let change = if number % 3 == 0 { json!(null) } else { json!(format!("Gold {number}")) };
                other.put(&format!("/v2/customers/{id}"), json!({ "data": { "tier": change } })).await.expect(200);
                other.create_customer(&format!("new{number}@x.com"), json!({ "tier": "bronze" })).await;
            }
        });
        // Both nodes work on it.
        tokio::join!(app.work_on_indexes(), second.work_on_indexes());
        writer.await.unwrap();
        app.work_on_indexes().await;
        assert_eq!(index_state(&admin, &tier).await, json!([true, "ready", null]));
        app.verify().await;
        let total = async |filter: &str| {
            let answer = admin.get(&format!("/v2/customers?sort=-tier&filter={filter}")).await.expect(200);
            answer["meta"]["results"]["total"].as_u64().unwrap()
        };
        assert_eq!(total("eq(tier,bronze)").await, 150);
        assert_eq!(total("like(tier,gold*)").await, 100);
        assert_eq!(total("is_null(tier)").await, 50);
        // And taken away while they write.
        set_filterable(&admin, &tier, false).await;
        let other = second.admin().await;
        let writer = tokio::spawn(async move {
            for number in 0..CUSTOMERS {
                other.create_customer(&format!("last{number}@x.com"), json!({ "tier": "bronze" })).await;
            }
        });
        app.work_on_indexes().await;
        let points = admin.create_field(&flow, "colour", "string", json!({})).await;
        writer.await.unwrap();
        assert_eq!(index_state(&admin, &points).await, json!([true, "ready", null]));
        app.verify().await;
    }

    async fn indexes_follow_a_flow_to_other_records(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        let tier = admin.create_field(&flow, "tier", "string", json!({})).await;
        let since = admin.create_field(&flow, "since", "date", json!({})).await;
        let gold = admin.create_customer("a@x.com", json!({ "tier": "Gold", "since": "2020-01-01" })).await;
        let rename = async |slug: &str| {
            admin.put(&format!("/v2/flows/{flow}"), json!({ "data": { "slug": slug } })).await.expect(200);
        };
        rename("members").await;
        admin.post_entry("members", json!({ "tier": "Silver", "since": "2021-01-01" })).await.expect(201);
        // Whoever writes a customer now knows nothing of those fields, and leaves them as they are.
        admin.put(&format!("/v2/customers/{}", gold["id"].as_str().unwrap()), json!({ "data": { "name": "Ron" } })).await.expect(200);
        app.work_on_indexes().await;
        app.verify().await;
        let entries = admin.get("/v2/flows/members/entries?filter=like(tier,silver):ge(since,2021-01-01)&sort=-tier").await.expect(200);
        assert_eq!(entries["meta"]["results"]["total"], 1);
        rename("customers").await;
        assert_eq!(index_state(&admin, &tier).await, json!([true, "building", 0]));
        assert_eq!(found(&admin, "filter=like(tier,gold):ge(since,2020-01-01)").await, "a");
        app.work_on_indexes().await;
        assert_eq!(index_state(&admin, &since).await, json!([true, "ready", null]));
        assert_eq!(found(&admin, "filter=like(tier,gold):ge(since,2020-01-01)&sort=tier").await, "a");
        // A flow that is deleted leaves nothing to do.
        rename("members").await;
        admin.delete(&format!("/v2/flows/{flow}")).await.expect(204);
        app.work_on_indexes().await;
        assert!(!indexes::work(&app.app).await.unwrap());
        app.verify().await;
    }

    async fn a_walk_goes_on_when_its_field_gets_or_loses_an_index(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        let tier = admin.create_field(&flow, "tier", "string", json!({})).await;
        let points = admin.create_field(&flow, "points", "integer", json!({})).await;
        for (letter, tier, points) in [("a", "Gold", 3), ("b", "gold", 3), ("c", "", 1), ("d", "Silver", 2), ("e", "ÄÖ", 5), ("f", "äö", 4)] {
            admin.create_customer(&format!("{letter}@x.com"), json!({ "tier": tier, "points": points })).await;
        }
        admin.create_customer("g@x.com", json!({})).await;
        admin.create_customer("h@x.com", json!({})).await;
        for sort in ["tier", "-tier", "points,-tier", "-tier,points"] {
            let all = found(&admin, &format!("sort={sort}")).await;
            let mut next = Some(format!("/v2/customers?sort={sort}&page[limit]=1&page[cursor]="));
            let (mut walked, mut is_filterable) = (String::new(), true);
            while let Some(url) = next {
                let page = admin.get(&url).await.expect(200);
                walked.push_str(&page["data"][0]["email"].as_str().unwrap()[..1]);
                next = page["links"]["next"].as_str().map(ToOwned::to_owned);
                is_filterable = !is_filterable;
                for field in [&tier, &points] {
                    set_filterable(&admin, field, is_filterable).await;
                }
                app.work_on_indexes().await;
            }
            assert_eq!(walked, all, "{sort}");
            for field in [&tier, &points] {
                set_filterable(&admin, field, true).await;
            }
            app.work_on_indexes().await;
        }
    }

    async fn a_list_is_sorted_while_its_field_comes_and_goes(app: TestApp) {
        let (admin, second) = (app.admin().await, app.second_node().await.admin().await);
        let flow = admin.create_flow("customers").await;
        for letter in ["b", "a", "c"] {
            admin.create_customer(&format!("{letter}@x.com"), json!({})).await;
        }
        let reader = tokio::spawn(async move {
            let mut seen = [0, 0];
            while seen.contains(&0) {
                let answer = second.get("/v2/customers?sort=-rank,email&filter=is_null(rank)").await;
                match answer.status.as_u16() {
                    200 => assert_eq!(answer.json()["data"][0]["email"], "a@x.com"),
                    status => assert_eq!(status, 400),
                }
                seen[usize::from(answer.status.as_u16() == 200)] += 1;
            }
        });
        while !reader.is_finished() {
            let rank = admin.create_field(&flow, "rank", "integer", json!({})).await;
            set_filterable(&admin, &rank, false).await;
            app.work_on_indexes().await;
            set_filterable(&admin, &rank, true).await;
            app.work_on_indexes().await;
            admin.delete(&format!("/v2/fields/{rank}")).await.expect(204);
        }
        reader.await.unwrap();
    }

    async fn how_a_list_is_found_is_explained(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        admin.create_field(&flow, "tier", "string", json!({})).await;
        let notes = admin.create_field(&flow, "notes", "string", json!({ "filterable": false })).await;
        let hint = format!("\"notes\" has no index: PUT /v2/fields/{notes} with {{\"data\":{{\"type\":\"field\",\"filterable\":true}}}} builds one");
        let plan = async |query: &str| {
            let answer = admin.get(&format!("/v2/customers?explain=true&{query}")).await.expect(200);
            (answer["meta"]["plan"]["index_used"].as_bool().unwrap(), answer["meta"]["plan"]["hints"].clone())
        };
        assert_eq!(plan("").await, (true, json!([])));
        assert_eq!(plan("filter=eq(tier,gold)").await, (true, json!([])));
        let narrow = "no index serves this filter: put a condition beside it that narrows the list";
        assert_eq!(plan("filter=like(name,*ron*)").await, (false, json!([narrow])));
        assert_eq!(plan("filter=like(tier,*ld)").await, (false, json!([narrow])));
        assert_eq!(plan("sort=updated_at").await, (false, json!(["no index has the order by \"updated_at\": narrow the list by a filter"])));
        assert_eq!(plan("sort=updated_at&filter=eq(tier,gold)").await, (true, json!([])));
        assert_eq!(plan("filter=like(notes,*x*)").await, (false, json!([hint])));
        assert_eq!(plan("filter=like(notes,*x*):eq(tier,gold):eq(notes,y)").await, (true, json!([hint])));
        assert_eq!(plan("filter=or(eq(notes,y),eq(tier,gold))").await, (false, json!([hint])));
        assert_eq!(admin.get("/v2/customers").await.expect(200)["meta"].get("plan"), None);
        assert_eq!(plan("sort=notes").await, (false, json!([hint])));
        assert_eq!(plan("sort=notes&filter=eq(tier,gold)").await, (true, json!([hint])));
        set_filterable(&admin, &notes, true).await;
        let building = format!("the index of \"notes\" is being built: GET /v2/fields/{notes} tells how far it is");
        assert_eq!(plan("filter=eq(notes,y)").await, (false, json!([building])));
        app.work_on_indexes().await;
        assert_eq!(plan("filter=eq(notes,y)").await, (true, json!([])));
    }

    async fn a_search_without_an_index_has_only_so_much_time(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        let notes = admin.create_field(&flow, "notes", "string", json!({ "filterable": false })).await;
        let text = "lorem ipsum dolor sit amet ".repeat(300);
        for number in 0..60 {
            admin.create_customer(&format!("{number}@x.com"), json!({ "notes": text })).await;
        }
        let tests: Vec<String> = (0..10).map(|number| format!("like(notes,*{number}*)")).collect();
        let search = format!("/v2/customers?filter=or({})", tests.join(","));
        assert_eq!(admin.get(&search).await.expect(200)["meta"]["results"]["total"], 0);
        let hasty = app.impatient_node(Duration::from_millis(1)).await.admin().await;
        let refused = hasty.get(&search).await.errors(422);
        assert_eq!(refused, [format!(
            "the list was given up after 1 ms, because all records have to be looked through: \"notes\" has no index: PUT /v2/fields/{notes} with \
             {{\"data\":{{\"type\":\"field\",\"filterable\":true}}}} builds one"
        )]);
        set_filterable(&admin, &notes, true).await;
        app.work_on_indexes().await;
        let refused = hasty.get(&search).await.errors(422);
        assert_eq!(refused, [
            "the list was given up after 1 ms, because all records have to be looked through: \
             no index serves this filter: put a condition beside it that narrows the list"
        ]);
        // The connection goes on, and what the platform has too has the usual time.
        assert_eq!(hasty.get("/v2/customers?filter=like(name,*zz*)").await.expect(200)["meta"]["results"]["total"], 0);
    }
}
