//! One text for two engines.
//!
//! Statements are written in PostgreSQL's spelling: parameters are `$1`, `$2`…, in any order, and a
//! row that is about to be changed is read `FOR NO KEY UPDATE`. SQLite numbers its parameters `?1` and
//! locks the whole database for a writer, so its text is the same with every `$` turned into `?`
//! and the locks blanked out. That keeps the length, and lets the compiler do it.

const LOCKS: [&str; 3] = [" FOR NO KEY UPDATE", " FOR KEY SHARE", " FOR UPDATE"];

/// A statement, in the spelling of either engine.
#[derive(Debug, Clone)]
pub struct Sql(Text);

#[derive(Debug, Clone)]
enum Text {
    Fixed {
        postgres: &'static str,
        sqlite: &'static str,
    },
    Built {
        postgres: String,
        sqlite: String,
    },
}

impl Sql {
    /// Both spellings of a fixed text; made by the macro [`sql!`](crate::sql).
    #[must_use]
    pub const fn fixed(postgres: &'static str, sqlite: &'static str) -> Self {
        Self(Text::Fixed { postgres, sqlite })
    }

    /// A statement that was put together from fixed parts, with every value bound.
    #[must_use]
    pub fn built(postgres: String) -> Self {
        let unlocked = |text: String, lock: &&str| text.replace(lock, "");
        let sqlite = LOCKS.iter().fold(postgres.replace('$', "?"), unlocked);
        Self(Text::Built { postgres, sqlite })
    }

    /// The statement that asks SQLite how it would run this one.
    #[cfg(test)]
    pub(crate) fn explained(&self) -> Self {
        Self::built(format!("EXPLAIN QUERY PLAN {}", self.postgres()))
    }

    /// Whether it changes nothing.
    pub(super) fn is_query(&self) -> bool {
        self.postgres().starts_with("SELECT")
    }

    pub(crate) fn postgres(&self) -> &str {
        match &self.0 {
            Text::Fixed { postgres, .. } => postgres,
            Text::Built { postgres, .. } => postgres,
        }
    }

    pub(super) fn sqlite(&self) -> &str {
        match &self.0 {
            Text::Fixed { sqlite, .. } => sqlite,
            Text::Built { sqlite, .. } => sqlite,
        }
    }
}

/// SQLite's spelling of a statement; made for the macro [`sql!`](crate::sql).
#[must_use]
pub const fn numbered<const LENGTH: usize>(postgres: &str) -> [u8; LENGTH] {
    let text = postgres.as_bytes();
    let mut sqlite = [0; LENGTH];
    let mut position = 0;
    while position < LENGTH {
        sqlite[position] = if text[position] == b'$' {
            b'?'
        } else {
            text[position]
        };
        position += 1;
    }
    let mut lock = 0;
    while lock < LOCKS.len() {
        sqlite = without(sqlite, LOCKS[lock].as_bytes());
        lock += 1;
    }
    sqlite
}

/// The text with blanks in every place where it has the words `lock`.
const fn without<const LENGTH: usize>(mut text: [u8; LENGTH], lock: &[u8]) -> [u8; LENGTH] {
    let mut start = 0;
    while start + lock.len() <= LENGTH {
        let mut matched = 0;
        while matched < lock.len() && text[start + matched] == lock[matched] {
            matched += 1;
        }
        if matched == lock.len() {
            while matched > 0 {
                matched -= 1;
                text[start + matched] = b' ';
            }
        }
        start += 1;
    }
    text
}

/// A fixed statement.
#[macro_export]
macro_rules! sql {
    ($text:expr) => {{
        const POSTGRES: &str = $text;
        const BYTES: [u8; POSTGRES.len()] = $crate::db::numbered::<{ POSTGRES.len() }>(POSTGRES);
        const SQLITE: &str = match std::str::from_utf8(&BYTES) {
            Ok(text) => text,
            Err(_) => panic!("a statement is UTF-8"),
        };
        const { &$crate::db::Sql::fixed(POSTGRES, SQLITE) }
    }};
}

#[cfg(test)]
mod tests {
    #[test]
    fn sqlite_reads_the_same_text_without_the_lock() {
        let sql = sql!("SELECT a FROM b WHERE c = $2 AND d = $1 FOR NO KEY UPDATE");
        assert_eq!(
            sql.sqlite().trim_end(),
            "SELECT a FROM b WHERE c = ?2 AND d = ?1"
        );
        assert_eq!(sql!("SELECT $1").sqlite(), "SELECT ?1");
        let locks = sql!("SELECT (SELECT a FROM b FOR KEY SHARE), c FROM d FOR UPDATE");
        let words: Vec<&str> = locks.sqlite().split_whitespace().collect();
        assert_eq!(words.join(" "), "SELECT (SELECT a FROM b ), c FROM d");
        let built = super::Sql::built("SELECT $1 FOR NO KEY UPDATE".to_owned());
        assert_eq!(built.sqlite(), "SELECT ?1");
        assert_eq!(
            sql.postgres(),
            "SELECT a FROM b WHERE c = $2 AND d = $1 FOR NO KEY UPDATE"
        );
    }
}
