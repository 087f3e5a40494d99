//! Keys are taken once, for a time.

use customary_store::StoreError;
use customary_store::idempotency_keys::{Answer, Done, claim, delete_expired, find, note_answer};
use customary_testkit::{TestDatabase, both_engines};

use crate::new_store;

fn done(fingerprint: &str) -> Done {
    Done {
        fingerprint: fingerprint.to_owned(),
        record_id: "r".to_owned(),
        answer: None,
    }
}

both_engines! {
    async fn a_key_is_free_again_when_it_has_expired(database: TestDatabase) {
        let (id, now) = (new_store(&database).await, database.clock.now());
        database.db.write(async move |tx| {
            let day = |number: i64| now.plus_seconds(number * 86_400);
            assert!(claim(tx, id, "a", &done("x"), now, day(-1)).await?);
            assert!(!claim(tx, id, "a", &done("y"), now, day(-1)).await?);
            let answer = |body: &str| Answer { status: 201, etag: None, body: body.to_owned() };
            note_answer(tx, id, "a", "x", &answer("1")).await?;
            // The first answer stays, and only that of the same request is one.
            note_answer(tx, id, "a", "x", &answer("2")).await?;
            note_answer(tx, id, "a", "y", &answer("3")).await?;
            let found = find(tx, id, "a", day(-1)).await?.unwrap();
            assert_eq!((found.record_id.as_str(), found.answer), ("r", Some(answer("1"))));

            assert!(find(tx, id, "a", now).await?.is_none());
            assert!(claim(tx, id, "a", &done("y"), day(1), now).await?);
            let found = find(tx, id, "a", now).await?.unwrap();
            assert_eq!((found.fingerprint.as_str(), found.answer), ("y", None));
            Ok::<_, StoreError>(())
        }).await.unwrap();
    }

    async fn expired_keys_go_a_part_at_a_time_and_by_store(database: TestDatabase) {
        let (one, two, now) = (new_store(&database).await, new_store(&database).await, database.clock.now());
        database.db.write(async move |tx| {
            for (store, name, second) in [(one, "a", 0), (one, "b", 1), (one, "c", 2), (one, "d", 3), (two, "a", 0)] {
                assert!(claim(tx, store, name, &done("x"), now.plus_seconds(second), now).await?);
            }
            let expired = now.plus_seconds(2);
            assert_eq!(delete_expired(tx, one, expired, 2).await?, 2);
            assert_eq!(delete_expired(tx, one, expired, 2).await?, 1);
            assert_eq!(delete_expired(tx, one, expired, 2).await?, 0);
            assert!(find(tx, one, "d", expired).await?.is_some());
            assert!(find(tx, two, "a", now.plus_seconds(-1)).await?.is_some());
            Ok::<_, StoreError>(())
        }).await.unwrap();
    }
}
