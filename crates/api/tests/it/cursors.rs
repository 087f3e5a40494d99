//! Walks by cursor through lists of records, beyond the contract (`docs/filtering.md`).

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use customary_testkit::customary_model::resource::{
    ADDRESSES, CUSTOMERS, ENTRIES, HOSTED_ENTRIES, Resource,
};
use customary_testkit::customary_store::db::Sql;
use customary_testkit::customary_store::error::StoreError;
use customary_testkit::{Client, TestApp, Value, both_engines, json, tokio};

fn ids(list: &Value) -> Vec<String> {
    let data = list["data"].as_array().unwrap().iter();
    data.map(|record| record["id"].as_str().unwrap().to_owned())
        .collect()
}

/// The ids that one gets who follows `links.next` to the end.
async fn follow(client: &Client, start: &str) -> Vec<String> {
    let (mut found, mut next) = (Vec::new(), Some(start.to_owned()));
    while let Some(url) = next {
        let page = client.get(&url).await.expect(200);
        found.extend(ids(&page));
        next = page["links"]["next"].as_str().map(ToOwned::to_owned);
    }
    found
}

/// The address of the second page of a walk.
async fn second_page(client: &Client, list: &str) -> String {
    let separator = if list.contains('?') { '&' } else { '?' };
    let start = format!("{list}{separator}page[limit]=1&page[cursor]=");
    let first = client.get(&start).await.expect(200);
    first["links"]["next"].as_str().unwrap().to_owned()
}

/// The cursor in an address, which stands at its end.
fn cursor(url: &str) -> &str {
    url.split("page[cursor]=").nth(1).unwrap()
}

/// Customers with a text and a number that some of them lack.
async fn shop(app: &TestApp, customers: usize) -> (Client, String) {
    let admin = app.admin().await;
    let flow = admin.create_flow("customers").await;
    admin.create_field(&flow, "tier", "string", json!({})).await;
    admin
        .create_field(&flow, "points", "integer", json!({}))
        .await;
    for number in 0..customers {
        admin
            .create_customer(&format!("c{number}@x.com"), values(number))
            .await;
    }
    (admin, flow)
}

/// Many of the same, and some missing.
fn values(number: usize) -> Value {
    let tier = ["gold", "Gold", "silver", "b"].get(number % 5);
    let points = (!number.is_multiple_of(3)).then_some(number % 4);
    json!({ "name": format!("Name {}", number % 7), "tier": tier, "points": points })
}

/// Walks by all that sorts the list, in both directions, and compares with one page of everything.
async fn walk_in_every_order(client: &Client, list: &str, resource: &Resource, field: &str) {
    let sortable = resource.attributes.iter().filter(|found| found.is_sortable);
    let names = sortable.map(|found| found.name);
    for name in names.chain([
        field,
        &format!("{field},-id"),
        &format!("updated_at,-{field}"),
    ]) {
        for sort in [name.to_owned(), format!("-{name}")] {
            let all = client
                .get(&format!("{list}?sort={sort}&page[limit]=100"))
                .await
                .expect(200);
            let walked = follow(
                client,
                &format!("{list}?sort={sort}&page[limit]=2&page[cursor]="),
            )
            .await;
            assert_eq!(walked, ids(&all), "{list} {sort}");
        }
    }
}

both_engines! {
    async fn every_list_is_walked_in_every_order_that_it_has(app: TestApp) {
        let (admin, _) = shop(&app, 9).await;
        let long = "long ".repeat(20);
        for (number, name) in [format!("{long}b"), format!("{long}B"), format!("{long}a"), "😀".repeat(2048), "É".to_owned()].iter().enumerate() {
            admin.create_customer(&format!("l{number}@x.com"), json!({ "name": name })).await;
        }
        walk_in_every_order(&admin, "/v2/customers", &CUSTOMERS, "tier").await;
        walk_in_every_order(&admin, "/v2/flows/customers/entries", &HOSTED_ENTRIES, "points").await;

        let flow = admin.create_flow("addresses").await;
        admin.create_field(&flow, "floor", "integer", json!({})).await;
        let owner = admin.create_customer("owner@x.com", json!({})).await;
        let addresses = format!("/v2/customers/{}/addresses", owner["id"].as_str().unwrap());
        for number in 0..7 {
            let data = json!({
                "type": "address", "first_name": "a", "last_name": "b", "line_1": "c", "county": "d", "postcode": "e",
                "country": "GB", "floor": (number % 3 != 0).then_some(number % 2),
            });
            admin.post(&addresses, json!({ "data": data })).await.expect(201);
        }
        walk_in_every_order(&admin, &addresses, &ADDRESSES, "floor").await;

        for flow in ["shelves", "products(book)"] {
            let id = admin.create_flow(flow).await;
            admin.create_field(&id, "size", "float", json!({})).await;
            for number in 0..7 {
                let size = (number % 3 != 0).then_some(0.1 * f64::from(number % 2));
                admin.post_entry(&id, json!({ "id": format!("É {number}"), "size": size })).await.expect(201);
            }
            walk_in_every_order(&admin, &format!("/v2/flows/{id}/entries"), &ENTRIES, "size").await;
        }
    }

    async fn a_walk_sees_all_that_is_there_throughout_once_while_others_write(app: TestApp) {
        let (admin, _) = shop(&app, 60).await;
        let stay = ids(&admin.get("/v2/customers?page[limit]=100").await.expect(200));
        let (is_over, rounds) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let mut writers = Vec::new();
        for writer in 0..2 {
            let (admin, stay, is_over, rounds) = (admin.clone(), stay.clone(), Arc::clone(&is_over), Arc::clone(&rounds));
            writers.push(tokio::spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    let round = rounds.fetch_add(1, Ordering::Relaxed);
                    let new = admin.create_customer(&format!("w{writer}-{round}@x.com"), values(round)).await;
                    let change = json!({ "data": { "type": "customer", "external_ref": round.to_string() } });
                    admin.put(&format!("/v2/customers/{}", stay[round % stay.len()]), change).await.expect(200);
                    admin.delete(&format!("/v2/customers/{}", new["id"].as_str().unwrap())).await.expect(204);
                }
            }));
        }
        let sorts = ["created_at", "-created_at", "id", "name", "-email", "tier", "-tier", "-points,tier", "tier,-name", "name,-points"];
        // Until others have written a while.
        loop {
            for sort in sorts {
                let seen = follow(&admin, &format!("/v2/customers?sort={sort}&page[limit]=7&page[cursor]=")).await;
                let distinct: HashSet<&String> = seen.iter().collect();
                assert_eq!(distinct.len(), seen.len(), "{sort}");
                assert!(stay.iter().all(|id| distinct.contains(id)), "{sort}");
            }
            if rounds.load(Ordering::Relaxed) >= 40 {
                break;
            }
        }
        is_over.store(true, Ordering::Relaxed);
        for writer in writers {
            writer.await.unwrap();
        }
        app.verify().await;
    }

    async fn the_links_of_a_walk_lead_forward_only(app: TestApp) {
        let (admin, _) = shop(&app, 5).await;
        let list = "/v2/customers?filter=like(name%2CName*)&sort=-points&page[total_method]=exact&include=x";
        let url = |limit: u32, cursor: &str| {
            let query = "filter=like%28name%2CName%2A%29&sort=-points&page[total_method]=exact&include=x";
            json!(format!("http://shop.example/v2/customers?{query}&page[limit]={limit}&page[cursor]={cursor}"))
        };
        let first = admin.get(&format!("{list}&page[limit]=2&page[cursor]=")).await.expect(200);
        let next = first["links"]["next"].as_str().unwrap().to_owned();
        let second = url(2, cursor(&next));
        assert_eq!(first["links"], json!({ "current": url(2, ""), "first": url(2, ""), "last": null, "next": second, "prev": null }));
        assert_eq!(first["meta"], json!({ "page": { "limit": 2, "offset": 0, "current": 1, "total": 3 }, "results": { "total": 5, "total_method": "exact" } }));
        // A page may have another length than the one before.
        let longer = next.replace("page[limit]=2", "page[limit]=3");
        let rest = admin.get(&longer).await.expect(200);
        assert_eq!(rest["links"], json!({ "current": url(3, cursor(&next)), "first": url(3, ""), "last": null, "next": null, "prev": null }));
        assert_eq!(rest["meta"]["page"], json!({ "limit": 3, "offset": 2, "current": 1, "total": 2 }));
        let observed = next.replace("=exact", "=observed");
        assert_eq!(admin.get(&observed).await.expect(200)["meta"]["results"], json!({ "total": 5, "total_method": "observed" }));

        let nobody = "/v2/customers?filter=eq(name%2Cnobody)&page[cursor]=";
        assert_eq!(admin.get(nobody).await.expect(200)["links"]["next"], Value::Null);
        // What lists flows and fields knows no cursors, and stays as it is.
        let flows = admin.get("/v2/flows?page[cursor]=").await.expect(200);
        assert_eq!(flows["meta"]["page"]["limit"], 25);
        assert!(!flows["links"]["first"].as_str().unwrap().contains("cursor"));
    }

    async fn a_cursor_is_good_for_its_own_list_only(app: TestApp) {
        let (admin, _) = shop(&app, 3).await;
        let list = "/v2/customers?filter=ge(points,0)&sort=tier";
        let next = second_page(&admin, list).await;
        admin.get(&next).await.expect(200);
        let token = cursor(&next);
        let (head, signature) = token.rsplit_once('.').unwrap();
        let tampered = format!("{}.{signature}", head.replacen("ey", "ez", 2));
        let cut = &token[..token.len() - 1];
        let other = app.other_store("Other").await.admin;
        let flow = other.create_flow("customers").await;
        other.create_field(&flow, "tier", "string", json!({})).await;
        other.create_field(&flow, "points", "integer", json!({})).await;
        let owner = admin.create_customer("owner@x.com", json!({})).await;
        let addresses = format!("/v2/customers/{}/addresses", owner["id"].as_str().unwrap());
        let advice = "start with an empty page[cursor], then follow links.next, which repeats filter and sort";
        let no_cursor = "is not a cursor of this server";
        for (client, list, token, reason) in [
            (&admin, list, tampered.as_str(), no_cursor),
            (&admin, list, cut, no_cursor),
            (&admin, list, admin.token().unwrap(), no_cursor),
            (&admin, list, "0", no_cursor),
            (&admin, list, "%F0%9F%98%80.%00.", no_cursor),
            (&admin, list, &"a".repeat(10_240), no_cursor),
            (&admin, list, &"ey".repeat(30_000), no_cursor),
            (&other, list, token, "belongs to another store"),
            (&admin, "/v2/flows/customers/entries?filter=ge(points,0)&sort=tier", token, "belongs to another list"),
            (&admin, &format!("{addresses}?sort=id"), token, "belongs to another list"),
            (&admin, "/v2/customers?sort=tier", token, "belongs to another filter"),
            (&admin, "/v2/customers?filter=ge(points,1)&sort=tier", token, "belongs to another filter"),
            (&admin, "/v2/customers?filter=ge(points,0)&sort=-tier", token, "belongs to another sort"),
            (&admin, "/v2/customers?filter=ge(points,0)", token, "belongs to another sort"),
        ] {
            let refused = client.get(&format!("{list}&page[cursor]={token}")).await;
            assert_eq!(refused.errors(400), [format!("page[cursor] {reason}: {advice}")], "{list}");
        }
        let both = admin.get(&format!("{next}&page[offset]=0")).await.errors(400);
        assert_eq!(both, ["page[cursor] and page[offset] are two ways to find a page: use one of them"]);
        app.with_token(token).get("/v2/customers").await.expect(401);
        app.visitor().await.get(&next).await.expect(403);
        // The same filter and order in other words.
        let same = format!("/v2/customers?filter=ge(%20points%20,%20%220%22)&sort=tier,-tier&page[cursor]={token}");
        admin.get(&same).await.expect(200);
        app.second_node().await.with_token(admin.token().unwrap()).get(&next).await.expect(200);
    }

    async fn a_cursor_outlives_a_new_name_of_a_field_and_names_a_deleted_one(app: TestApp) {
        let (admin, flow) = shop(&app, 0).await;
        let field = admin.create_field(&flow, "size", "integer", json!({})).await;
        for number in 0..4 {
            admin.create_customer(&format!("{number}@x.com"), json!({ "size": number })).await;
        }
        let next = second_page(&admin, "/v2/customers?filter=ge(size,0)&sort=-size").await;
        let before = admin.get(&next).await.data(200);
        let rename = json!({ "data": { "type": "field", "slug": "width" } });
        admin.put(&format!("/v2/fields/{field}"), rename).await.expect(200);
        let old = admin.get(&next).await.errors(400);
        assert!(old[0].contains("\"size\" cannot be filtered by"), "{old:?}");
        let renamed = next.replace("size", "width");
        let after = admin.get(&renamed).await.data(200);
        assert_eq!((before[0]["id"].clone(), &after[0]["width"]), (after[0]["id"].clone(), &json!(2)));
        admin.delete(&format!("/v2/fields/{field}")).await.expect(204);
        let deleted = admin.get(&renamed).await.errors(400);
        assert!(deleted[0].contains("\"width\" cannot be filtered by"), "{deleted:?}");
        // Another field of the same name is another field.
        admin.create_field(&flow, "width", "integer", json!({})).await;
        let another = admin.get(&renamed).await.errors(400);
        assert!(another[0].starts_with("page[cursor] belongs to another filter"), "{another:?}");
    }

    async fn whoever_follows_next_from_an_offset_reads_everything(app: TestApp) {
        let admin = app.admin().await;
        let flow = admin.create_flow("shelves").await;
        admin.post_entry(&flow, json!({})).await.expect(201);
        let double = async |tx: &mut customary_testkit::customary_store::Tx<'_>| {
            for suffix in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"] {
                let copy = "INSERT INTO entries (store_id, id, flow_id, custom, version, created_at, updated_at)
                            SELECT store_id, id || CAST($1 AS TEXT), flow_id, custom, version, created_at, updated_at FROM entries";
                tx.execute(&Sql::built(copy.to_owned()), &[suffix.into()]).await?;
                tx.execute(&Sql::built("UPDATE counters SET n = n * 2".to_owned()), &[]).await?;
            }
            // As either engine does by itself after a while.
            tx.execute(&Sql::built("ANALYZE entries".to_owned()), &[]).await?;
            Ok::<_, StoreError>(())
        };
        app.database.db.write(double).await.unwrap();
        for query in ["", "page[total_method]=lower_bound&", "sort=-id&"] {
            let list = format!("/v2/flows/{flow}/entries?{query}page[limit]=100");
            let start = format!("{list}&page[offset]=9899");
            let seen = follow(&admin, &start).await;
            let distinct: HashSet<&String> = seen.iter().collect();
            assert_eq!((seen.len(), distinct.len()), (16_384 - 9_899, 16_384 - 9_899), "{query}");
            let last = admin.get(&format!("{list}&page[offset]=9999")).await.expect(200);
            assert!(last["links"]["next"].as_str().unwrap().contains("page[limit]=100&page[cursor]=ey"));
            assert!(last["links"]["prev"].as_str().unwrap().ends_with("page[offset]=9899"));
            let before = admin.get(&start).await.expect(200);
            assert!(before["links"]["next"].as_str().unwrap().ends_with("page[limit]=100&page[offset]=9999"));
        }
    }
}
