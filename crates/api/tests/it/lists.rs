//! Filters, sorting and pages of customers (`contract/customers.md` §4, `contract/conventions.md`
//! §4 to §6).

use customary_testkit::{Client, TestApp, Value, both_engines, json};

async fn shop(app: &TestApp) -> Client {
    for (name, email, external_ref) in [
        ("Ron Swanson", "Ron@Swanson.com", json!("r-1")),
        ("Leslie Knope", "leslie+parks@knope.com", json!("r-2")),
        ("april ludgate", "april@dwyer.com", json!("R-1")),
        ("April Ludgate", "april@ludgate.com", Value::Null),
        ("100% Andy_D*", "andy@dwyer.com", json!("")),
        ("Jürgen (Ü)", "jürgen@example.com", json!("r,3")),
    ] {
        let customer = json!({ "name": name, "external_ref": external_ref });
        app.admin().await.create_customer(email, customer).await;
        app.database.clock.advance(86_400);
    }
    app.admin().await
}

fn names(list: &Value) -> Vec<&str> {
    list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| each["name"].as_str().unwrap())
        .collect()
}

async fn find(admin: &Client, filter: &str) -> Vec<String> {
    let answer = admin
        .get(&format!(
            "/v2/customers?sort=created_at&filter={}",
            encode(filter)
        ))
        .await
        .expect(200);
    let found = names(&answer)
        .into_iter()
        .map(ToOwned::to_owned)
        .collect::<Vec<_>>();
    assert_eq!(answer["meta"]["results"]["total"], found.len(), "{filter}");
    found
}

/// What a careful client encodes.
fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

both_engines! {
    async fn filters_find_customers_by_base_attributes(app: TestApp) {
        let admin = shop(&app).await;
        for (filter, found) in [
            ("eq(email,ron@swanson.com)", vec!["Ron Swanson"]),
            ("eq(email,\"leslie+parks@knope.com\")", vec!["Leslie Knope"]),
            ("like(email,*@DWYER.com)", vec!["april ludgate", "100% Andy_D*"]),
            ("like(email,april*)", vec!["april ludgate", "April Ludgate"]),
            ("eq(name,April Ludgate)", vec!["April Ludgate"]),
            ("eq(name,ron swanson)", vec![]),
            ("like(name,*swan*)", vec!["Ron Swanson"]),
            ("like(name,APRIL*)", vec!["april ludgate", "April Ludgate"]),
            ("like(name,*ludgate)", vec!["april ludgate", "April Ludgate"]),
            ("like(name,april ludgate)", vec!["april ludgate", "April Ludgate"]),
            ("like(name,ron)", vec![]),
            ("like(name,\"*%*\")", vec!["100% Andy_D*"]),
            ("like(name,\"*_d\\*\")", vec!["100% Andy_D*"]),
            ("like(name,*__*)", vec![]),
            ("( like(name,*ron*) | eq(name, none ) )", vec!["Ron Swanson"]),
            ("like(name,*JÜRGEN*)", vec!["Jürgen (Ü)"]),
            ("like(name,\"*(ü)\")", vec!["Jürgen (Ü)"]),
            ("eq(external_ref,r-1)", vec!["Ron Swanson"]),
            ("eq(external_ref,\"\")", vec!["100% Andy_D*"]),
            ("eq(external_ref,\"r,3\")", vec!["Jürgen (Ü)"]),
            ("like(name,*)", vec!["Ron Swanson", "Leslie Knope", "april ludgate", "April Ludgate", "100% Andy_D*", "Jürgen (Ü)"]),
            ("like(email,*knope.com):like(name,*ron*)", vec![]),
            ("(like(name,*ron*)|like(name,*leslie*))", vec!["Ron Swanson", "Leslie Knope"]),
            ("(like(name,*ron*)|like(name,*leslie*):eq(external_ref,r-2))", vec!["Ron Swanson", "Leslie Knope"]),
            ("ge(created_at,2026-01-05):lt(created_at,2026-01-06T00:00:00Z)", vec!["100% Andy_D*"]),
            ("eq(created_at,2026-01-03)", vec!["april ludgate"]),
            ("eq(created_at,2026-01-03T00:00:00.000Z)", vec!["april ludgate"]),
            ("le(created_at,1767312000000)", vec!["Ron Swanson", "Leslie Knope"]),
            ("gt(updated_at,\"2026-01-05T01:00:00+01:00\")", vec!["Jürgen (Ü)"]),
            ("gt(id,z)", vec![]),
            ("eq(id,abc)", vec![]),
        ] {
            assert_eq!(find(&admin, filter).await, found, "{filter}");
        }
        let all = admin.get("/v2/customers?sort=id").await.expect(200);
        let ids: Vec<&str> = all["data"].as_array().unwrap().iter().map(|each| each["id"].as_str().unwrap()).collect();
        assert_eq!(find(&admin, &format!("gt(id,{})", ids[3])).await.len(), 2);
        assert_eq!(find(&admin, &format!("le(id,{})", ids[3].to_uppercase())).await.len(), 4);
        assert_eq!(find(&admin, &format!("in(id, \"{}\", {}, nobody)", ids[0], ids[5])).await, ["Ron Swanson", "Jürgen (Ü)"]);
        assert_eq!(find(&admin, "gt(id,0)").await.len(), 6);
    }

    async fn filters_arrive_raw_encoded_and_repeated(app: TestApp) {
        let admin = shop(&app).await;
        for query in [
            "filter=(like(name,*ron*)|eq(name,none))", "filter=like(name,Ron+Swanson)",
            "filter=like(name,*ron*)&filter=like(email,*swanson*)&filter=",
        ] {
            assert_eq!(names(&admin.get(&format!("/v2/customers?{query}")).await.expect(200)), ["Ron Swanson"], "{query}");
        }
        let plus = admin.get("/v2/customers?filter=eq(email,leslie%2Bparks@knope.com)").await.expect(200);
        assert_eq!(names(&plus), ["Leslie Knope"]);
    }

    async fn unusable_filters_are_refused_with_a_reason(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("customers").await;
        admin.create_field(&flow, "tier", "string", json!({})).await;
        for (filter, reason) in [
            ("eq(shoe_size,5)", "\"shoe_size\" cannot be filtered by: use id, name, email, external_ref, created_at, updated_at, tier"),
            ("gt(email,a)", "\"email\" does not know gt: use eq, like"),
            ("is_null(external_ref)", "\"external_ref\" does not know is_null: use eq"),
            ("eq(name", "at byte 7: expected \",\" or \")\""),
            ("eq(name,a)|eq(name,b)", "at byte 10: expected \":\" or the end"),
            ("ge(created_at,soon)", "\"created_at\" is compared with a date, which \"soon\" is not: write YYYY-MM-DD, RFC 3339, or milliseconds since 1970"),
            (&["eq(name,a)"; 11].join(":"), "11 operators are more than the 10 allowed"),
            (&format!("eq(name,{})", "a".repeat(8200)), "the filter is longer than 8192 bytes"),
        ] {
            let answer = admin.get(&format!("/v2/customers?filter={}", encode(filter))).await;
            assert_eq!(answer.errors(400), [format!("Could not parse the supplied filter: {reason}")], "{filter}");
            assert_eq!(answer.json()["errors"][0]["title"], "Bad Request");
        }
        for beyond in ["-9223372036854775", "-300000000000000", "253402300800000", "99999-01-01"] {
            let answer = admin.get(&format!("/v2/customers?filter=gt(created_at,{beyond})")).await;
            assert_eq!(answer.errors(400).len(), 1, "{beyond}");
        }
        let original = admin.clone().with("ep-disable-beta-filtering", "true");
        original.get("/v2/customers?filter=eq(email,ron@swanson.com)").await.expect(200);
        original.get("/v2/customers?filter=eq(email,%22ron%22)").await.expect(400);
    }

    async fn lists_are_sorted_without_regard_to_case_and_ties_by_id(app: TestApp) {
        let admin = shop(&app).await;
        let sorted = async |sort: &str| {
            let list = admin.get(&format!("/v2/customers?sort={sort}")).await.expect(200);
            names(&list).into_iter().map(ToOwned::to_owned).collect::<Vec<_>>()
        };
        let by_name = ["100% Andy_D*", "April Ludgate", "april ludgate", "Jürgen (Ü)", "Leslie Knope", "Ron Swanson"];
        assert_eq!(sorted("name").await, by_name);
        assert_eq!(sorted("-name").await, by_name.iter().rev().copied().collect::<Vec<_>>());
        assert_eq!(sorted("email").await[..2], ["100% Andy_D*", "april ludgate"]);
        assert_eq!(sorted("created_at").await[0], "Ron Swanson");
        assert_eq!(sorted("").await[0], "Jürgen (Ü)");
        assert_eq!(sorted("-id").await, sorted("-created_at").await);
        assert_eq!(sorted("updated_at").await, sorted("created_at").await);
        let refused = admin.get("/v2/customers?sort=tier").await.errors(400);
        assert_eq!(refused, ["\"tier\" cannot be sorted by: use id, name, email, created_at, updated_at, with - in front for descending"]);
        admin.get("/v2/customers?sort=external_ref").await.expect(400);
    }

    async fn pages_say_where_they_stand(app: TestApp) {
        let admin = app.admin().await;
        let empty = admin.get("/v2/customers").await.expect(200);
        assert_eq!(empty["data"], json!([]));
        assert_eq!(empty["meta"], json!({ "page": { "limit": 25, "offset": 0, "current": 1, "total": 0 }, "results": { "total": 0 } }));
        let first = "http://shop.example/v2/customers?page[limit]=25&page[offset]=0";
        assert_eq!(empty["links"], json!({ "current": first, "first": first, "last": null, "next": null, "prev": null }));
        for number in 0..37 {
            admin.create_customer(&format!("c{number}@example.com"), json!({})).await;
        }
        let page = admin.get("/v2/customers?sort=id").await.expect(200);
        assert_eq!(page["data"].as_array().unwrap().len(), 25);
        assert_eq!(page["meta"], json!({ "page": { "limit": 25, "offset": 0, "current": 1, "total": 2 }, "results": { "total": 37 } }));
        let url = |offset: u32| format!("http://shop.example/v2/customers?sort=id&page[limit]=25&page[offset]={offset}");
        assert_eq!(page["links"], json!({ "current": url(0), "first": url(0), "last": url(25), "next": url(25), "prev": null }));
        let second = admin.get(page["links"]["next"].as_str().unwrap()).await.expect(200);
        assert_eq!(second["data"][0]["email"], "c25@example.com");
        assert_eq!(second["links"]["next"], Value::Null);
        assert_eq!(second["links"]["prev"], url(0));
        assert_eq!(admin.get("/v2/customers?page[offset]=100").await.data(200), json!([]));
        for query in ["page[limit]=-1", "page[limit]=x", "page[offset]=10001", "page[offset]=-1", "page[total_method]=guess"] {
            assert_eq!(admin.get(&format!("/v2/customers?{query}")).await.errors(400).len(), 1, "{query}");
        }
    }

    async fn totals_are_counted_as_asked(app: TestApp) {
        let admin = app.admin().await;
        for number in 0..7 {
            admin.create_customer(&format!("c{number}@example.com"), json!({})).await;
        }
        for (query, results) in [
            ("", json!({ "total": 7 })),
            ("page[total_method]=exact", json!({ "total": 7, "total_method": "exact" })),
            ("page[total_method]=observed", json!({ "total": 4, "total_method": "observed" })),
            ("page[total_method]=observed&page[offset]=6", json!({ "total": 7, "total_method": "observed" })),
            ("page[total_method]=lower_bound", json!({ "total": 7, "total_method": "exact" })),
            ("page[total_method]=lower_bound&filter=like(email,c1*)", json!({ "total": 1, "total_method": "exact" })),
            ("filter=like(email,*example.com)", json!({ "total": 7 })),
        ] {
            let list = admin.get(&format!("/v2/customers?page[limit]=3&{query}")).await.expect(200);
            assert_eq!(list["meta"]["results"], results, "{query}");
        }
    }

    async fn an_export_walks_by_id(app: TestApp) {
        let admin = app.admin().await;
        for number in 0..23 {
            admin.create_customer(&format!("c{number}@example.com"), json!({})).await;
        }
        let (mut seen, mut last) = (0, "0".to_owned());
        loop {
            let page = admin.get(&format!("/v2/customers?sort=id&page%5Blimit%5D=10&filter=gt(id,{last})")).await.data(200);
            let page = page.as_array().unwrap();
            seen += page.len();
            match page.last() {
                Some(customer) => last = customer["id"].as_str().unwrap().into(),
                None => break,
            }
        }
        assert_eq!(seen, 23);
    }
}
