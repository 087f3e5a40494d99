//! Filters and sorting on fields that a shop defined, beyond the contract (`docs/filtering.md`).

use customary_testkit::customary_service::verify::verify;
use customary_testkit::customary_store::db::Sql;
use customary_testkit::{Client, TestApp, Value, both_engines, json};

/// What a list of customers shows under `attribute`, with the total.
async fn found(admin: &Client, query: &str, attribute: &str) -> (Vec<Value>, u64) {
    let answer = admin
        .get(&format!("/v2/customers?{query}"))
        .await
        .expect(200);
    let values = answer["data"].as_array().unwrap().iter();
    (
        values.map(|customer| customer[attribute].clone()).collect(),
        answer["meta"]["results"]["total"].as_u64().unwrap(),
    )
}

/// A parameter as a client encodes it.
pub(crate) fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

async fn fields(admin: &Client) -> String {
    let flow = admin.create_flow("customers").await;
    for (slug, field_type) in [
        ("tier", "string"),
        ("points", "integer"),
        ("ratio", "float"),
        ("vip", "boolean"),
        ("since", "date"),
    ] {
        admin.create_field(&flow, slug, field_type, json!({})).await;
    }
    flow
}

both_engines! {
    async fn customers_are_found_by_their_fields(app: TestApp) {
        let admin = app.admin().await;
        fields(&admin).await;
        for (email, more) in [
            ("a@x.com", json!({ "tier": "Gold", "points": 100, "ratio": 0.5, "vip": true, "since": "2020-01-01" })),
            ("b@x.com", json!({ "tier": "gold", "points": 99, "ratio": -1.5, "vip": false, "since": "2020-01-01 12:00:00" })),
            ("c@x.com", json!({ "tier": "Silver", "points": 9_007_199_254_740_993_i64, "since": "2019-12-31T23:00:00-02:00" })),
            ("d@x.com", json!({ "tier": "50%_\\*", "points": -7 })),
            ("e@x.com", json!({})),
        ] {
            admin.create_customer(email, more).await;
        }
        for (filter, expected) in [
            ("eq(tier,Gold)", "a"),
            ("eq(tier,gold)", "b"),
            ("like(tier,gold)", "ab"),
            ("like(tier,G*)", "ab"),
            ("like(tier,*L*)", "abc"),
            ("like(tier,*d)", "ab"),
            ("like(tier,*)", "abcd"),
            ("like(tier,\"50%_*\")", "d"),
            ("like(tier,\"*_\\\\*\")", "d"),
            ("like(tier,\"5_%*\")", ""),
            ("in(tier,Gold,Silver,nothing)", "ac"),
            ("gt(tier,Gold)", "bc"),
            ("ge(tier,gold)", "bc"),
            ("lt(tier,gold)", "ad"),
            ("le(tier,z)", "abcd"),
            ("is_null(tier)", "e"),
            ("eq(points,100)", "a"),
            ("ge(points,99)", "abc"),
            ("gt(points,99)", "ac"),
            ("lt(points,0)", "d"),
            ("in(points,-7,99)", "bd"),
            ("eq(points,9007199254740993)", "c"),
            ("eq(points,9007199254740992)", ""),
            ("gt(points,9007199254740992)", "c"),
            ("le(points,9007199254740992)", "abd"),
            ("le(points,9223372036854775807)", "abcd"),
            ("is_null(points)", "e"),
            ("gt(ratio,-1.5)", "a"),
            ("ge(ratio,-1.5e0)", "ab"),
            ("eq(vip,true)", "a"),
            ("eq(vip,false)", "b"),
            ("is_null(vip)", "cde"),
            ("eq(since,2020-01-01)", "abc"),
            ("eq(since,2020-01-01T12:00:00Z)", "b"),
            ("lt(since,2020-01-01T01:00:00Z)", "a"),
            ("ge(since,1577836800000)", "abc"),
            ("not(eq(tier,Gold))", "bcde"),
            ("not(is_null(tier))", "abcd"),
            ("not(like(tier,g*)|eq(points,-7))", "ce"),
            ("or(eq(tier,Gold),eq(points,-7):like(tier,5*))", "ad"),
            ("(eq(tier,Gold)|eq(email,e@x.com))", "ae"),
            ("ge(points,0):eq(tier,gold):like(name,*x.com)", "b"),
            ("eq(tier,Gold):eq(tier,gold)", ""),
        ] {
            let (emails, total) = found(&admin, &format!("filter={}&sort=email", encoded(filter)), "email").await;
            let letters: String = emails.iter().map(|email| email.as_str().unwrap().chars().next().unwrap()).collect();
            assert_eq!((letters.as_str(), total), (expected, expected.len() as u64), "{filter}");
        }
    }

    async fn a_total_is_that_of_the_last_write_on_any_node(app: TestApp) {
        let (admin, second) = (app.admin().await, app.second_node().await.admin().await);
        let flow = admin.create_flow("customers").await;
        admin.create_field(&flow, "tier", "string", json!({})).await;
        let totals = async || {
            let mut totals = Vec::new();
            // Twice, because what was counted may be remembered.
            for client in [&admin, &second, &admin, &second] {
                for filter in ["eq(tier,gold)", "not(eq(tier,gold))"] {
                    let list = client.get(&format!("/v2/customers?filter={filter}")).await.expect(200);
                    totals.push(list["meta"]["results"]["total"].as_u64().unwrap());
                }
            }
            assert!(totals.chunks(2).all(|pair| pair == &totals[..2]), "{totals:?}");
            (totals[0], totals[1])
        };
        let ron = admin.create_customer("ron@x.com", json!({ "tier": "gold" })).await;
        assert_eq!(totals().await, (1, 0));
        let april = second.create_customer("april@x.com", json!({ "tier": "gold" })).await;
        assert_eq!(totals().await, (2, 0));
        let path = |customer: &Value| format!("/v2/customers/{}", customer["id"].as_str().unwrap());
        second.put(&path(&ron), json!({ "data": { "tier": "silver" } })).await.expect(200);
        assert_eq!(totals().await, (1, 1));
        admin.delete(&path(&april)).await.expect(204);
        assert_eq!(totals().await, (0, 1));
    }

    async fn an_operand_of_the_wrong_type_is_named(app: TestApp) {
        let admin = app.admin().await;
        let flow = fields(&admin).await;
        admin.create_relationship(&flow, "wishlists", "one-to-many", "wishlist").await;
        for (filter, reason) in [
            ("eq(points,abc)", "\"points\" is compared with an integer of at most 64 bits, which \"abc\" is not: write digits, such as -12"),
            ("eq(points,9223372036854775808)", "\"points\" is compared with an integer of at most 64 bits, which \"9223372036854775808\" is not: write digits, such as -12"),
            ("gt(ratio,much)", "\"ratio\" is compared with a float, which \"much\" is not: write a number, such as 1.5"),
            ("gt(ratio,inf)", "\"ratio\" is compared with a float, which \"inf\" is not: write a number, such as 1.5"),
            ("eq(vip,1)", "\"vip\" is compared with a boolean, which \"1\" is not: write true or false"),
            ("gt(vip,true)", "\"vip\" does not know gt: use eq, is_null"),
            ("ge(since,soon)", "\"since\" is compared with a date, which \"soon\" is not: write YYYY-MM-DD, RFC 3339, or milliseconds since 1970"),
            ("like(points,1*)", "\"points\" does not know like: use eq, in, gt, ge, lt, le, is_null"),
            ("like(wishlists,a)", "\"wishlists\" does not know like: use eq, in, is_null"),
            ("eq(shoe_size,1)", "\"shoe_size\" cannot be filtered by: use id, name, email, external_ref, created_at, updated_at, tier, points, ratio, vip, since, wishlists"),
            ("not(eq(tier,a)", "at byte 14: expected \":\", \"|\" or \")\""),
        ] {
            let refused = admin.get(&format!("/v2/customers?filter={filter}")).await.errors(400);
            assert_eq!(refused, [format!("Could not parse the supplied filter: {reason}")]);
        }
        let long = "x".repeat(300);
        assert!(admin.get(&format!("/v2/customers?filter=gt(tier,{long})")).await.errors(400)[0].contains("256 bytes"));
        assert_eq!(admin.get("/v2/customers?sort=tier,-points,email,name").await.errors(400), ["a list is sorted by at most 3 keys"]);
        let unsorted = "\"wishlists\" cannot be sorted by: use id, name, email, created_at, updated_at, tier, points, ratio, vip, since, with - in front for descending";
        assert_eq!(admin.get("/v2/customers?sort=wishlists").await.errors(400), [unsorted]);
    }

    async fn long_texts_are_found_whole(app: TestApp) {
        let admin = app.admin().await;
        fields(&admin).await;
        let (long, longer) = (format!("{}END", "Ä".repeat(200)), format!("{}end!", "Ä".repeat(200)));
        let stand_in = "a\u{1}B";
        for (email, tier) in [("a@x.com", &*long), ("b@x.com", &*longer), ("c@x.com", stand_in), ("d@x.com", "a\u{2}B")] {
            admin.create_customer(email, json!({ "tier": tier })).await;
        }
        for (filter, expected) in [
            (format!("eq(tier,{long})"), vec!["a@x.com"]),
            (format!("in(tier,\"{longer}\",{long})"), vec!["a@x.com", "b@x.com"]),
            ("like(tier,*end)".to_owned(), vec!["a@x.com"]),
            ("like(tier,*END*)".to_owned(), vec!["a@x.com", "b@x.com"]),
            (format!("like(tier,{}*)", "ä".repeat(190)), vec!["a@x.com", "b@x.com"]),
            (format!("like(tier,{})", long.to_lowercase()), vec!["a@x.com"]),
            ("like(tier,ääää*)".to_owned(), vec!["a@x.com", "b@x.com"]),
            ("eq(tier,\"a\u{1}B\")".to_owned(), vec!["c@x.com"]),
            ("like(tier,\"a\u{1}*\")".to_owned(), vec!["c@x.com"]),
            ("like(tier,\"*\u{2}b\")".to_owned(), vec!["d@x.com"]),
        ] {
            let (emails, _) = found(&admin, &format!("filter={}&sort=email", encoded(&filter)), "email").await;
            assert_eq!(emails, expected, "{filter}");
        }
    }

    async fn lists_are_sorted_by_fields_with_what_has_none_last(app: TestApp) {
        let admin = app.admin().await;
        fields(&admin).await;
        for (email, more) in [
            ("a@x.com", json!({ "tier": "b", "points": 1 })), ("b@x.com", json!({ "tier": "B", "points": 2 })),
            ("c@x.com", json!({ "tier": "a" })), ("d@x.com", json!({ "points": 2 })), ("e@x.com", json!({})),
            ("f@x.com", json!({ "tier": "b", "points": 3 })),
        ] {
            admin.create_customer(email, more).await;
            app.database.clock.advance(1);
        }
        for (sort, expected) in [
            ("tier", "cbafde"), ("-tier", "fabced"), ("points", "abdfce"), ("-points", "fdbaec"),
            ("tier,-points", "cbfade"), ("-points,tier", "fbdace"), ("name,tier", "abcdef"), ("-tier,-email", "fabced"),
        ] {
            let mut walked = String::new();
            for offset in [0, 2, 4] {
                let (emails, total) = found(&admin, &format!("sort={sort}&page[limit]=2&page[offset]={offset}"), "email").await;
                assert_eq!(total, 6);
                walked.extend(emails.iter().map(|email| email.as_str().unwrap().chars().next().unwrap()));
            }
            assert_eq!(walked, expected, "{sort}");
        }
        let (emails, total) = found(&admin, "sort=-points&filter=like(tier,b)", "email").await;
        assert_eq!((emails, total), (vec![json!("f@x.com"), json!("b@x.com"), json!("a@x.com")], 3));
    }

    async fn a_filter_follows_a_field_through_its_life(app: TestApp) {
        let (admin, second) = (app.admin().await, app.second_node().await.admin().await);
        let flow = fields(&admin).await;
        let field = admin.create_field(&flow, "colour", "string", json!({})).await;
        admin.create_customer("a@x.com", json!({ "colour": "red" })).await;
        let total = async |client: &Client, filter: &str| {
            let answer = client.get(&format!("/v2/customers?filter={filter}")).await;
            (answer.status.as_u16(), answer.json()["meta"]["results"]["total"].as_u64())
        };
        assert_eq!(total(&second, "eq(colour,red)").await, (200, Some(1)));
        let path = format!("/v2/fields/{field}");
        admin.put(&path, json!({ "data": { "slug": "color" } })).await.expect(200);
        assert_eq!(total(&second, "eq(color,red)").await, (200, Some(1)));
        assert_eq!(total(&second, "eq(colour,red)").await, (400, None));
        // Disabled it is out of sight, and right again afterwards.
        admin.put(&path, json!({ "data": { "enabled": false } })).await.expect(200);
        assert_eq!(total(&second, "eq(color,red)").await, (400, None));
        admin.put(&format!("/v2/flows/{flow}"), json!({ "data": { "enabled": false } })).await.expect(200);
        admin.create_customer("b@x.com", json!({})).await;
        admin.put(&path, json!({ "data": { "enabled": true } })).await.expect(200);
        admin.put(&format!("/v2/flows/{flow}"), json!({ "data": { "enabled": true } })).await.expect(200);
        assert_eq!(total(&second, "eq(color,red)").await, (200, Some(1)));
        // The slot of a deleted field is not given to another: it holds old values.
        admin.delete(&path).await.expect(204);
        admin.create_field(&flow, "color", "string", json!({})).await;
        assert_eq!(total(&second, "is_null(color)").await, (200, Some(2)));
        // Another flow that takes the place of the first has values of its own.
        admin.put(&format!("/v2/flows/{flow}"), json!({ "data": { "slug": "old" } })).await.expect(200);
        let other = admin.create_flow("customers").await;
        admin.create_field(&other, "tier", "string", json!({})).await;
        assert_eq!(total(&second, "is_null(tier)").await, (200, Some(2)));
        app.verify().await;
    }

    async fn entries_and_addresses_are_found_in_the_same_way(app: TestApp) {
        let admin = app.admin().await;
        for slug in ["shoes", "products(shoe)"] {
            let flow = admin.create_flow(slug).await;
            admin.create_field(&flow, "size", "integer", json!({})).await;
            admin.create_field(&flow, "colour", "string", json!({})).await;
            for (size, colour) in [(42, "Red"), (38, "blue"), (44, "red")] {
                admin.post_entry(slug, json!({ "id": format!("shoe {size}"), "size": size, "colour": colour })).await.expect(201);
                app.database.clock.advance(1);
            }
            let found = async |query: &str| {
                let answer = admin.get(&format!("/v2/flows/{slug}/entries?{query}")).await.expect(200);
                let sizes: Vec<_> = answer["data"].as_array().unwrap().iter().map(|entry| entry["size"].as_i64().unwrap()).collect();
                assert_eq!(answer["meta"]["results"]["total"], sizes.len(), "{query}");
                sizes
            };
            assert_eq!(found("filter=ge(size,40)").await, [42, 44]);
            assert_eq!(found("filter=like(colour,red)&sort=-size").await, [44, 42]);
            assert_eq!(found("sort=colour,size").await, [38, 42, 44]);
            assert_eq!(found("sort=-created_at").await, [44, 38, 42]);
            assert_eq!(found("filter=not(eq(colour,red)):gt(created_at,2025-12-31)").await, [42, 38]);
            if slug != "shoes" {
                assert_eq!(found("filter=in(id,shoe 38,shoe 44)".replace(' ', "%20").as_str()).await, [38, 44]);
            }
            assert_eq!(admin.get(&format!("/v2/flows/{slug}/entries?sort=shape")).await.errors(400).len(), 1);
        }

        for slug in ["customers", "addresses"] {
            let flow = admin.create_flow(slug).await;
            admin.create_field(&flow, "rank", "integer", json!({})).await;
        }
        let mut addresses = String::new();
        for rank in [3, 1, 2] {
            let ron = admin.create_customer(&format!("{rank}@x.com"), json!({ "rank": rank })).await;
            addresses = format!("/v2/customers/{}/addresses", ron["id"].as_str().unwrap());
        }
        for (rank, city) in [(json!(2), "Pawnee"), (json!(null), "Pawnee"), (json!(1), "Eagleton")] {
            let address = json!({ "data": { "first_name": "a", "last_name": "b", "line_1": "c", "county": "d", "postcode": "e", "country": "f",
                "city": city, "rank": rank } });
            admin.post(&addresses, address).await.expect(201);
            app.database.clock.advance(1);
        }
        let ranks = async |path: &str| {
            let answer = admin.get(path).await.expect(200);
            let ranks: Vec<Value> = answer["data"].as_array().unwrap().iter().map(|record| record["rank"].clone()).collect();
            (json!(ranks), answer["meta"]["results"]["total"].as_u64().unwrap())
        };
        assert_eq!(ranks("/v2/flows/customers/entries?sort=-rank&filter=le(rank,2)").await, (json!([2, 1]), 2));
        assert_eq!(ranks(&format!("{addresses}?sort=rank")).await, (json!([1, 2, null]), 3));
        assert_eq!(ranks(&format!("{addresses}?filter=eq(city,Pawnee)&sort=-created_at")).await, (json!([null, 2]), 2));
        assert_eq!(ranks(&format!("{addresses}?filter=ge(rank,1)&page[limit]=1&page[offset]=1")).await, (json!([1]), 2));
        assert_eq!(ranks("/v2/flows/addresses/entries?filter=is_null(rank)").await, (json!([null]), 1));
        app.verify().await;
    }

    async fn what_differs_from_its_document_is_told(app: TestApp) {
        let admin = app.admin().await;
        fields(&admin).await;
        for number in 0..12 {
            admin.create_customer(&format!("{number}@x.com"), json!({ "tier": "gold" })).await;
        }
        let changes = [
            "UPDATE customers SET t1 = 'gold' WHERE name <> '0@x.com'",
            "UPDATE counters SET n = n + 5 WHERE name = 'customers'",
        ];
        for change in changes {
            let change = Sql::built(change.to_owned());
            let changed = app.database.db.write(async move |tx| tx.execute(&change, &[]).await).await;
            assert!(changed.unwrap() > 0);
        }
        let report = verify(&app.app).await.unwrap();
        assert_eq!((report.records, report.differences.len()), (12, 12));
        assert!(report.differences[0].ends_with("and its counter says 17") || report.differences[0].contains("12 records"), "{report:?}");
        assert!(report.differences[1].contains("the slots of"), "{report:?}");
        assert!(report.differences[11].contains("1 more in customers"), "{report:?}");
    }
}
