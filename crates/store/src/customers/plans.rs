//! How the databases read lists of customers: by indexes, and by id.

use std::sync::Arc;

use customary_model::catalog::Catalog;
use customary_model::field::{FieldKey, NewField};
use customary_model::filter::{Filter, Syntax};
use customary_model::id::{FieldId, FlowId};
use customary_model::json::Object;
use customary_model::page::TotalMethod;
use customary_model::position::{Position, SortValue};
use customary_model::resource::CUSTOMERS;
use customary_model::schema::Schema;
use customary_model::slot::SlotState;
use customary_model::time::Timestamp;
use customary_testkit::{Engine, new_url};

use super::*;
use crate::db::{Counted, DatabaseUrl, Db};
use crate::dialect;
use crate::listing::Wanted;
use crate::migrate::migrate;

/// A flow with a few fields, and their slots.
fn fields() -> (Schema, Slots) {
    let field = |number, slug, field_type| {
        let data = format!(
            r#"{{"type":"field","name":"a","slug":"{slug}","field_type":"{field_type}",
                "relationships":{{"flow":{{"data":{{"id":"{}"}}}}}}}}"#,
            FlowId::generate()
        );
        let new = NewField::parse(&Object::parse(data.as_bytes()).unwrap()).unwrap();
        let key = FieldKey::from_number(number);
        new.into_field(FieldId::generate(), key, Timestamp::from_micros(0))
    };
    let fields = [
        field(1, "tier", "string"),
        field(2, "loyalty_points", "integer"),
        field(3, "discount", "float"),
        field(4, "vip", "boolean"),
        field(5, "member_since", "date"),
    ];
    let fields = fields.map(Arc::new);
    let slots = ["t1", "n1", "n2", "n16", "n15"].map(|slot| slot.parse().unwrap());
    let held = slots.into_iter().zip(&fields);
    let held = held.map(|(slot, field)| (slot, SlotState::Ready, &**field));
    (
        Schema::compile(&fields),
        Slots::new(held, Arc::default(), UniqueFields::default()),
    )
}

/// A page of 25 customers.
fn page(after: Option<Position>) -> PageRequest {
    PageRequest {
        limit: 25,
        offset: 0,
        after,
        needs_end: false,
        total_method: TotalMethod::Exact,
    }
}

/// The statement of a page, alone or with its count, and how many parameters it has.
fn statement(filter: &str, sort: &str, page: &PageRequest, is_counted: bool) -> (Sql, usize) {
    let filter = Filter::parse_all([filter], Syntax::Full).unwrap();
    let (schema, slots) = fields();
    let catalog = Catalog::new(&CUSTOMERS, &schema, &slots);
    let predicate = filter.map(|filter| filter.resolve(catalog).unwrap());
    let sort = Sort::parse(sort, catalog).unwrap();
    let store = [StoreId::generate().into()];
    let wanted = Wanted {
        predicate: predicate.as_ref(),
        sort: &sort,
        page,
    };
    let listing = listing(&store);
    let mut clauses = listing.clauses(wanted.predicate, false, None);
    let sql = if is_counted {
        let count = listing.count_of(&mut clauses, wanted, None);
        listing.counted(&mut clauses, wanted, &count, Some("state"))
    } else {
        listing.sql(&mut clauses, wanted)
    };
    (sql, clauses.params().len())
}

/// How SQLite reads a page of customers, a line for each table.
async fn plan(filter: &str, sort: &str, after: Option<Position>) -> Vec<String> {
    let db = Db::open(&DatabaseUrl::Memory).await.unwrap();
    migrate(&db, Timestamp::from_micros(0)).await.unwrap();
    let (sql, params) = statement(filter, sort, &page(after), false);
    let plan = db.read(async move |tx| explained(tx, &sql, &vec![Param::Null; params]).await);
    plan.await.unwrap()
}

async fn explained(
    tx: &mut Tx<'_>,
    sql: &Sql,
    params: &[Param<'_>],
) -> Result<Vec<String>, StoreError> {
    tx.list(&sql.explained(), params, |row| row.get(3)).await
}

/// A filter and an order of the fields.
fn resolved(filter: &str, sort: &str) -> (Predicate, Sort) {
    let (schema, slots) = fields();
    let catalog = Catalog::new(&CUSTOMERS, &schema, &slots);
    let filter = Filter::parse(filter, Syntax::Full).unwrap();
    (
        filter.resolve(catalog).unwrap(),
        Sort::parse(sort, catalog).unwrap(),
    )
}

/// A database on PostgreSQL with as many customers in each of two stores as make an index worth its while.
async fn postgres() -> Db {
    let (url, _) = new_url(Engine::Postgres).await;
    let db = Db::open(&url.parse().unwrap()).await.unwrap();
    migrate(&db, Timestamp::from_micros(0)).await.unwrap();
    let filled = db.write(async move |tx| {
        tx.batch(
            "INSERT INTO stores (id, name, revision, last_field_number, created_at)
             SELECT gen_random_uuid(), 'store ' || n, 1, 0, now() FROM generate_series(1, 2) AS n;
             INSERT INTO customers (store_id, id, name, name_folded, email, email_folded, custom, version,
                                    created_at, updated_at, t1, n1)
             SELECT s.id, gen_random_uuid(), 'n' || n, 'n' || n, 'e' || n, 'e' || n, '{}', 1,
                    now() - n * INTERVAL '1 minute', now(), 't' || n % 100, NULLIF(n % 1000, 7)
             FROM generate_series(1, 5000) AS n, stores AS s",
        )
        .await
    });
    filled.await.unwrap();
    db
}

/// How PostgreSQL runs a statement, whatever the values are.
async fn postgres_plan(db: &Db, sql: Sql, params: usize) -> Vec<String> {
    let nulls = vec!["NULL"; params].join(", ");
    let plan = db.write(async move |tx| {
        let prepare = format!(
            "SET LOCAL plan_cache_mode = force_generic_plan; PREPARE explained AS {}",
            sql.postgres()
        );
        tx.batch(&prepare).await?;
        let explain = Sql::built(format!("EXPLAIN (COSTS OFF) EXECUTE explained({nulls})"));
        let plan = tx.list(&explain, &[], |row| row.get::<String>(0)).await?;
        tx.batch("DEALLOCATE explained").await?;
        Ok::<_, StoreError>(plan)
    });
    plan.await.unwrap()
}

#[tokio::test]
async fn a_page_is_read_through_an_index_and_its_rows_by_id_or_on_the_way() {
    for (filter, sort, index) in [
        ("", "-created_at", "customers_created_at (store_id=?)"),
        ("", "name", "customers_name (store_id=? AND <expr>>?)"),
        ("", "-name", "customers_name (store_id=? AND <expr>>?)"),
        ("", "-email", "customers_email (store_id=?)"),
        (
            "eq(email,a@b.c)",
            "-created_at",
            "customers_email (store_id=? AND email_folded=?)",
        ),
        (
            "like(email,ron*)",
            "email",
            "customers_email (store_id=? AND email_folded>? AND email_folded<?)",
        ),
        (
            "eq(name,Ron)",
            "name",
            "customers_name (store_id=? AND <expr>=?)",
        ),
        (
            "like(name,ron*)",
            "name",
            "customers_name (store_id=? AND <expr>>? AND <expr><?)",
        ),
        (
            "eq(external_ref,r)",
            "id",
            "customers_external_ref (store_id=? AND <expr>=?)",
        ),
        (
            "ge(created_at,2018-04-16)",
            "created_at",
            "customers_created_at (store_id=? AND created_at>?)",
        ),
        (
            "eq(tier,gold)",
            "-created_at",
            "customers_t1 (store_id=? AND t1=?)",
        ),
        (
            "like(tier,go*)",
            "-created_at",
            "customers_t1 (store_id=? AND t1>? AND t1<?)",
        ),
        (
            "ge(loyalty_points,100):eq(tier,gold)",
            "-loyalty_points",
            "customers_t1 (store_id=? AND t1=?)",
        ),
        (
            "eq(loyalty_points,100)",
            "-tier",
            "customers_n1 (store_id=? AND n1=?)",
        ),
        ("", "-loyalty_points", "customers_n1 (store_id=?"),
        ("", "tier", "customers_t1 (store_id=?"),
        (
            "or(eq(tier,gold),eq(loyalty_points,5))",
            "-created_at",
            "customers_n1 (store_id=? AND n1=?)",
        ),
    ] {
        let plan = plan(filter, sort, None).await;
        assert!(
            plan.iter().any(|line| line.contains(index)),
            "{filter} {sort}: {plan:#?}"
        );
        let by_id = "sqlite_autoindex_customers_1 (store_id=? AND id=?)";
        let is_straight = sort == "-created_at" && ["", "eq(tier,gold)"].contains(&filter);
        assert!(
            if is_straight {
                plan.len() == 1
            } else {
                plan.iter().any(|line| line.contains(by_id))
            },
            "{filter} {sort}: {plan:#?}"
        );
        assert!(
            !plan.iter().any(|line| line.starts_with("SCAN customers")),
            "{filter} {sort}: {plan:#?}"
        );
    }
}

#[tokio::test]
async fn sqlite_counts_by_several_fields_in_one_index() {
    let db = Db::open(&DatabaseUrl::Memory).await.unwrap();
    migrate(&db, Timestamp::from_micros(0)).await.unwrap();
    let counted = db.read(async move |tx| {
        for (filter, index) in [
            (
                "ge(loyalty_points,100):eq(tier,gold)",
                "COVERING INDEX customers_t1 (store_id=? AND t1=?)",
            ),
            (
                "eq(tier,gold):eq(vip,true):ge(member_since,2020-01-01)",
                "COVERING INDEX customers_t1 (store_id=? AND t1=?)",
            ),
            (
                "ge(loyalty_points,100):eq(discount,0.1)",
                "COVERING INDEX customers_n2 (store_id=? AND n2=?)",
            ),
            (
                "eq(loyalty_points,100):ge(discount,0.1)",
                "COVERING INDEX customers_n1 (store_id=? AND n1=?)",
            ),
            (
                "ge(loyalty_points,100):ge(member_since,2020-01-01)",
                "COVERING INDEX customers_n1 (store_id=? AND n1>?)",
            ),
            // A boolean has half of all records, and its index has no integers.
            (
                "eq(vip,false):ge(loyalty_points,100)",
                "COVERING INDEX customers_n1 (store_id=? AND n1>?)",
            ),
            (
                "eq(vip,false):ge(member_since,2020-01-01)",
                "COVERING INDEX customers_n15 (store_id=? AND n15>?)",
            ),
            // Nothing but a boolean leads there.
            (
                "eq(vip,true)",
                "COVERING INDEX customers_n16 (store_id=? AND n16=?)",
            ),
            (
                "eq(vip,true):like(tier,*old)",
                "INDEX customers_n16 (store_id=? AND n16=?)",
            ),
            (
                "eq(vip,true):is_null(loyalty_points)",
                "INDEX customers_n16 (store_id=? AND n16=?)",
            ),
        ] {
            let (predicate, sort) = resolved(filter, "-created_at");
            let scope = [StoreId::generate().into()];
            let listing = listing(&scope);
            let mut clauses = listing.clauses(Some(&predicate), false, dialect::without_index(tx));
            let wanted = Wanted {
                predicate: Some(&predicate),
                sort: &sort,
                page: &page(None),
            };
            let count = listing.count_of(&mut clauses, wanted, None);
            let sql = Sql::built(format!("SELECT {count}"));
            let plan = explained(tx, &sql, &clauses.params()).await?;
            assert!(
                plan.iter().any(|line| line.contains(index)),
                "{filter}: {plan:#?}"
            );
        }
        Ok::<_, StoreError>(())
    });
    counted.await.unwrap();
}

#[tokio::test]
async fn a_walk_goes_on_in_the_range_behind_its_position() {
    let text = || Some(SortValue::Text("gold".to_owned()));
    let number = || Some(SortValue::Number(1.0));
    let time = || Some(SortValue::Micros(1));
    let id = || Some(SortValue::Id(uuid::Uuid::nil()));
    for (filter, sort, position, expected) in [
        (
            "",
            "-created_at",
            vec![time(), id()],
            "customers_created_at (store_id=? AND (created_at,id)<(?,?))",
        ),
        (
            "",
            "id",
            vec![id()],
            "sqlite_autoindex_customers_1 (store_id=? AND id>?)",
        ),
        (
            "",
            "name",
            vec![text(), text(), text(), id()],
            "customers_name (store_id=? AND <expr>>?)",
        ),
        (
            "",
            "-email",
            vec![text(), id()],
            "customers_email (store_id=? AND email_folded<?)",
        ),
        (
            "",
            "tier",
            vec![text(), time(), id()],
            "customers_t1 (store_id=? AND (t1,created_at,id)>(?,?,?))",
        ),
        (
            "",
            "-tier,loyalty_points",
            vec![text(), None, time(), id()],
            "customers_t1 (store_id=? AND t1>? AND t1<?)",
        ),
        (
            "",
            "loyalty_points",
            vec![None, time(), id()],
            "customers_created_at (store_id=? AND (created_at,id)>(?,?))",
        ),
        (
            "like(tier,*old)",
            "-loyalty_points",
            vec![number(), time(), id()],
            "customers_n1 (store_id=? AND n1>? AND (n1,created_at,id)<(?,?,?))",
        ),
        (
            "eq(tier,gold)",
            "-created_at",
            vec![time(), id()],
            "customers_t1 (store_id=? AND t1=? AND (created_at,id)<(?,?))",
        ),
    ] {
        let plan = plan(filter, sort, Some(Position(position))).await;
        assert!(
            plan.iter().any(|line| line.contains(expected)),
            "{filter} {sort}: {plan:#?}"
        );
        assert!(
            !plan.iter().any(|line| line.starts_with("SCAN customers")),
            "{filter} {sort}: {plan:#?}"
        );
    }
}

#[tokio::test]
async fn postgresql_scans_no_table_for_a_page_or_a_count() {
    let text = || Some(SortValue::Text("gold".to_owned()));
    let number = || Some(SortValue::Number(1.0));
    let time = || Some(SortValue::Micros(1));
    let id = || Some(SortValue::Id(uuid::Uuid::nil()));
    let db = postgres().await;
    // Also before anybody has looked what there is.
    for is_analyzed in [false, true] {
        if is_analyzed {
            let analyzed = db.write(async move |tx| tx.batch("ANALYZE customers").await);
            analyzed.await.unwrap();
        }
        for (filter, sort, after) in [
            ("", "-created_at", None),
            ("", "-created_at", Some(vec![time(), id()])),
            ("", "id", Some(vec![id()])),
            ("", "name", None),
            ("", "name", Some(vec![text(), text(), text(), id()])),
            ("eq(email,a@b.c)", "-created_at", None),
            ("like(email,ron*)", "email", None),
            ("eq(name,Ron)", "name", None),
            ("eq(external_ref,r)", "id", None),
            ("ge(created_at,2018-04-16)", "created_at", None),
            ("eq(tier,gold)", "-created_at", None),
            ("eq(tier,gold)", "-created_at", Some(vec![time(), id()])),
            ("in(tier,gold,silver)", "-created_at", None),
            ("like(tier,go*)", "-created_at", None),
            (
                "ge(loyalty_points,100):eq(tier,gold)",
                "-loyalty_points",
                None,
            ),
            (
                "ge(loyalty_points,100):eq(tier,gold)",
                "-loyalty_points",
                Some(vec![number(), time(), id()]),
            ),
            ("eq(loyalty_points,100)", "-tier", None),
            ("", "-loyalty_points", None),
            ("", "-loyalty_points", Some(vec![number(), time(), id()])),
            ("", "-loyalty_points", Some(vec![None, time(), id()])),
            (
                "or(eq(tier,gold),eq(loyalty_points,5))",
                "-created_at",
                None,
            ),
        ] {
            let page = page(after.map(Position));
            let (sql, params) = statement(filter, sort, &page, true);
            let plan = postgres_plan(&db, sql, params).await;
            assert!(
                !plan
                    .iter()
                    .any(|line| line.contains("Seq Scan on customers")),
                "{filter} {sort} {:?} {is_analyzed}: {plan:#?}",
                page.after
            );
        }
    }
}

/// A count that is remembered is another one than the database would come to, which tells who counted.
#[tokio::test]
async fn postgresql_takes_a_remembered_count_in_its_own_state_alone() {
    const PRETENDED: i64 = 77;
    let db = postgres().await;
    let stores = db.read(crate::stores::list).await.unwrap();
    let store = stores[0].id;
    let total = || async {
        let read = db.read_list(async move |tx| {
            let (predicate, sort) = resolved("eq(loyalty_points,100)", "-created_at");
            let request = page(None);
            list(tx, store, Revision(1), Some(&predicate), &sort, request).await
        });
        read.await.unwrap().total.count
    };
    let pretend = || async {
        let pretended = db.read_list(async move |tx| {
            let (predicate, sort) = resolved("eq(loyalty_points,100)", "-created_at");
            let scope = [store.into()];
            let listing = listing(&scope);
            let mut clauses = listing.clauses(Some(&predicate), false, None);
            let wanted = Wanted {
                predicate: Some(&predicate),
                sort: &sort,
                page: &page(None),
            };
            let count = listing.count_of(&mut clauses, wanted, None);
            let key = tx.count_key("", &count, &clauses.params()).unwrap();
            let known = tx.remembered(&key).unwrap();
            let pretended = Counted {
                count: PRETENDED,
                ..known
            };
            tx.remember(key, pretended);
            Ok::<_, StoreError>(())
        });
        pretended.await.unwrap();
    };
    assert_eq!(total().await, 5);
    // Whoever writes to another database of the server makes another state too, so it may take a few times.
    for attempt in 0.. {
        assert!(attempt < 1_000, "it counts every time");
        pretend().await;
        if total().await == PRETENDED.unsigned_abs() {
            break;
        }
    }
    let written = db.write(async move |tx| {
        tx.batch("UPDATE stores SET created_at = created_at + INTERVAL '1 second'")
            .await
    });
    written.await.unwrap();
    assert_eq!(total().await, 5);
}

/// The rows of the table of plans in the guide: a filter and an order, and what each engine says.
fn documented() -> Vec<[String; 4]> {
    let guide = include_str!("../../../../docs/filtering.md");
    let rows = guide.lines().filter(|line| line.starts_with("| `?"));
    let cells = rows.map(|row| {
        let mut cells = row.trim_matches('|').split(" | ");
        let mut cell = || cells.next().unwrap().trim().trim_matches('`').to_owned();
        let (query, sqlite, postgres) = (cell(), cell(), cell());
        let parameter = |name: &str| {
            let mut query = query.trim_start_matches('?').split('&');
            let value = query.find_map(|pair| pair.strip_prefix(name));
            value.unwrap_or_default().to_owned()
        };
        [parameter("filter="), parameter("sort="), sqlite, postgres]
    });
    cells.collect()
}

#[tokio::test]
async fn the_plans_in_the_guide_are_those_of_the_databases() {
    let db = postgres().await;
    let analyzed = db.write(async move |tx| tx.batch("ANALYZE customers").await);
    analyzed.await.unwrap();
    let documented = documented();
    assert!(documented.len() > 5);
    for [filter, sort, sqlite, postgres] in documented {
        let sort = if sort.is_empty() {
            "-created_at"
        } else {
            &sort
        };
        let found = plan(&filter, sort, None).await;
        assert!(
            found.iter().any(|line| line.contains(&sqlite)),
            "{filter} {sort}: {found:#?}"
        );
        let (sql, params) = statement(&filter, sort, &page(None), true);
        let found = postgres_plan(&db, sql, params).await.join(" ");
        let found = found.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(found.contains(&postgres), "{filter} {sort}: {found}");
    }
}

#[tokio::test]
async fn sqlite_goes_through_the_order_when_much_matches() {
    let db = Db::open(&DatabaseUrl::Memory).await.unwrap();
    migrate(&db, Timestamp::from_micros(0)).await.unwrap();
    let store = StoreId::generate();
    let checked = db.write(async move |tx| {
        let row = customary_model::store::Store {
            id: store,
            name: "A".to_owned(),
            created_at: Timestamp::from_micros(0),
        };
        crate::stores::insert(tx, &row).await?;
        let rows = crate::sql!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 6000)
             INSERT INTO customers (store_id, id, name, name_folded, email, email_folded, custom, version,
                                    created_at, updated_at, t1, n1)
             SELECT $1, randomblob(16), 'n' || n, 'n' || n, 'e' || n || '@x.y', 'e' || n || '@x.y', '{}', 1,
                    n % 977, 0, 't' || (n % 2), NULLIF(n % 1000, 7) FROM numbers"
        );
        assert_eq!(tx.execute(rows, &[store.into()]).await?, 6_000);
        crate::counters::add(tx, store, COUNTER, 6_000);
        crate::counters::write(tx).await?;
        for (filter, order, index) in [
            ("ge(loyalty_points,100)", "-created_at", "customers_created_at"),
            ("ge(loyalty_points,100)", "tier", "customers_t1"),
            ("like(tier,t1*)", "-loyalty_points", "customers_n1"),
            ("ge(loyalty_points,100):like(tier,t*)", "name", "customers_name"),
        ] {
            let (predicate, sort) = resolved(filter, order);
            let scope = [store.into()];
            let listing = listing(&scope);
            let mut clauses = listing.clauses(Some(&predicate), true, dialect::without_index(tx));
            let wanted = Wanted {
                predicate: Some(&predicate),
                sort: &sort,
                page: &page(None),
            };
            let sql = listing.sql(&mut clauses, wanted);
            let plan = explained(tx, &sql, &clauses.params()).await?;
            assert!(
                plan.iter().any(|line| line.contains(index)),
                "{filter} {order}: {plan:#?}"
            );
            for offset in [0, 50] {
                let mut found = Vec::new();
                for total_method in [TotalMethod::Exact, TotalMethod::Observed] {
                    let request = PageRequest {
                        offset,
                        total_method,
                        ..page(None)
                    };
                    let seen = Revision(1);
                    let page = list(tx, store, seen, Some(&predicate), &sort, request).await?;
                    found.push(page.items.iter().map(|customer| customer.id).collect());
                }
                let found: [Vec<CustomerId>; 2] = found.try_into().unwrap();
                assert_eq!(found[0].len(), 25, "{filter} {order} {offset}");
                assert_eq!(found[0], found[1], "{filter} {order} {offset}");
            }
        }
        Ok::<_, StoreError>(())
    });
    checked.await.unwrap();
}
