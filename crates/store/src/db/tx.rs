//! An open transaction, and the one match over the two engines for every statement in the house.

use std::borrow::Cow;

use futures_util::TryStreamExt;
use sqlx::{
    AssertSqlSafe, Postgres, SqlSafeStr, Sqlite, Transaction, postgres::PgArguments, query::Query,
    sqlite::SqliteArguments,
};
use uuid::Uuid;

use super::{Engine, Rec, V, ran};
use crate::stop::Stop;

/// A transaction on either engine. Dropped without `commit`, it never happened.
#[derive(Debug)]
pub struct Tx(Inner);

#[derive(Debug)]
enum Inner {
    Lite(Transaction<'static, Sqlite>),
    Pg(Transaction<'static, Postgres>),
}

macro_rules! bind_all {
    ($query:expr, $values:expr, $text:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                V::Id(v) => query.bind(*v),
                V::Int(v) => query.bind(*v),
                V::Text(v) => query.bind($text(v)),
                V::Bytes(v) => query.bind(v.as_slice()),
                V::NoId => query.bind(None::<Uuid>),
                V::NoInt => query.bind(None::<i64>),
                V::NoText => query.bind(None::<&str>),
                V::NoBytes => query.bind(None::<&[u8]>),
            };
        }
        query
    }};
}

fn lite<'q>(sql: impl SqlSafeStr, values: &'q [V]) -> Query<'q, Sqlite, SqliteArguments> {
    bind_all!(sqlx::query::<Sqlite>(sql), values, String::as_str)
}
fn pg<'q>(sql: impl SqlSafeStr, values: &'q [V]) -> Query<'q, Postgres, PgArguments> {
    bind_all!(sqlx::query::<Postgres>(sql), values, String::as_str)
}
/// The same for a question. PostgreSQL holds no NUL in a text and takes a parameter with one for a fault of ours;
/// whoever asks for such a name is told that there is none, as on SQLite.
fn pg_asks<'q>(sql: impl SqlSafeStr, values: &'q [V]) -> Query<'q, Postgres, PgArguments> {
    bind_all!(sqlx::query::<Postgres>(sql), values, without_nul)
}

fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{FFFD}")) } else { Cow::Borrowed(text) }
}

impl Tx {
    pub(super) fn lite(tx: Transaction<'static, Sqlite>) -> Tx {
        Tx(Inner::Lite(tx))
    }
    pub(super) fn pg(tx: Transaction<'static, Postgres>) -> Tx {
        Tx(Inner::Pg(tx))
    }

    fn note(&self, sql: &str) {
        let engine = match &self.0 {
            Inner::Lite(_) => Engine::Sqlite,
            Inner::Pg(_) => Engine::Postgres,
        };
        ran::note(engine, sql);
    }

    /// Runs a statement; how many rows it touched.
    pub async fn run(&mut self, sql: &'static str, values: &[V]) -> Result<u64, Stop> {
        self.note(sql);
        Ok(match &mut self.0 {
            Inner::Lite(tx) => lite(sql, values).execute(&mut **tx).await?.rows_affected(),
            Inner::Pg(tx) => pg(sql, values).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// Runs a statement put together from constant parts and placeholders; never from data.
    pub async fn run_built(&mut self, sql: String, values: &[V]) -> Result<u64, Stop> {
        self.note(&sql);
        Ok(match &mut self.0 {
            Inner::Lite(tx) => lite(AssertSqlSafe(sql), values).execute(&mut **tx).await?.rows_affected(),
            Inner::Pg(tx) => pg(AssertSqlSafe(sql), values).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// All rows of a bounded question.
    pub async fn all(&mut self, sql: &'static str, values: &[V]) -> Result<Vec<Rec>, Stop> {
        self.note(sql);
        Ok(match &mut self.0 {
            Inner::Lite(tx) => lite(sql, values).fetch(&mut **tx).map_ok(Rec::Lite).try_collect().await?,
            Inner::Pg(tx) => pg_asks(sql, values).fetch(&mut **tx).map_ok(Rec::Pg).try_collect().await?,
        })
    }

    /// All rows of a bounded question put together from constant parts and placeholders; never from data.
    pub async fn all_built(&mut self, sql: String, values: &[V]) -> Result<Vec<Rec>, Stop> {
        self.note(&sql);
        let sql = AssertSqlSafe(sql);
        Ok(match &mut self.0 {
            Inner::Lite(tx) => lite(sql, values).fetch(&mut **tx).map_ok(Rec::Lite).try_collect().await?,
            Inner::Pg(tx) => pg_asks(sql, values).fetch(&mut **tx).map_ok(Rec::Pg).try_collect().await?,
        })
    }

    /// The one row, if there is one.
    pub async fn one(&mut self, sql: &'static str, values: &[V]) -> Result<Option<Rec>, Stop> {
        self.note(sql);
        Ok(match &mut self.0 {
            Inner::Lite(tx) => lite(sql, values).fetch_optional(&mut **tx).await?.map(Rec::Lite),
            Inner::Pg(tx) => pg_asks(sql, values).fetch_optional(&mut **tx).await?.map(Rec::Pg),
        })
    }

    /// Several statements without values: the schema.
    pub async fn script(&mut self, sql: String) -> Result<(), Stop> {
        self.note(&sql);
        match &mut self.0 {
            Inner::Lite(tx) => {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await?;
            }
            Inner::Pg(tx) => {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await?;
            }
        }
        Ok(())
    }

    /// Locks the edge row for this turn. SQLite holds the only write lock already.
    pub async fn lock_edge(&mut self) -> Result<Option<Rec>, Stop> {
        let sql = match &self.0 {
            Inner::Lite(_) => "select size, nodes, last_at, generation from edge where id = 1",
            Inner::Pg(_) => "select size, nodes, last_at, generation from edge where id = 1 for update",
        };
        self.one(sql, &[]).await
    }

    /// The engine with its version, as it says of itself.
    pub async fn server(&mut self) -> Result<String, Stop> {
        let sql = match &self.0 {
            Inner::Lite(_) => "select 'SQLite ' || sqlite_version()",
            Inner::Pg(_) => "select version()",
        };
        self.one(sql, &[]).await?.ok_or_else(|| Stop::fault("the engine says nothing of itself"))?.text(0)
    }

    /// Makes it durable. An error means nobody knows: look the request up.
    pub async fn commit(self) -> Result<(), Stop> {
        match self.0 {
            Inner::Lite(tx) => tx.commit().await?,
            Inner::Pg(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Ends it without a trace.
    pub async fn undo(self) -> Result<(), Stop> {
        match self.0 {
            Inner::Lite(tx) => tx.rollback().await?,
            Inner::Pg(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}
