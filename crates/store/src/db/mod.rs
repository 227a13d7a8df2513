//! The waist: two engines, one SQL text, and the only place where they are told apart. SQLite has one writing
//! connection (`BEGIN IMMEDIATE`) and a read-only pool; PostgreSQL's write turn is opened by locking the edge row.

mod ran;
mod rec;
mod tx;
mod value;

use std::{net::IpAddr, path::Path, str::FromStr, time::Duration};

use sqlx::{
    Connection, PgPool, Postgres, SqlitePool, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use ran::ran;
pub use rec::Rec;
pub use tx::Tx;
pub use value::V;

use crate::{
    limits::Limits,
    stop::{Away, Stop},
};

/// An open database.
#[derive(Clone, Debug)]
pub enum Db {
    /// One file; one writer, many readers.
    Lite { write: SqlitePool, read: SqlitePool },
    /// A server; several nodes may share it.
    Pg { pool: PgPool },
}

/// Which engine, in words for people.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The options with the mode of TLS that an address means when it names none.
fn guarded(options: PgConnectOptions, url: &str) -> PgConnectOptions {
    let host = options.get_host();
    let here = host.starts_with('/') || host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let says = |words: [&str; 2]| words.iter().any(|word| url.contains(word));
    if says(["sslmode=", "ssl-mode="]) {
        options
    } else if here && !says(["sslrootcert=", "ssl-root-cert="]) {
        options.ssl_mode(PgSslMode::Disable)
    } else {
        options.ssl_mode(PgSslMode::VerifyFull)
    }
}

impl Db {
    /// Opens a database file, creating it when missing.
    pub async fn sqlite(file: &Path, limits: &Limits) -> Result<Db, Stop> {
        let base = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(false)
            .busy_timeout(Duration::from_secs(20))
            .pragma("cell_size_check", "on")
            // What was erased is overwritten in its page, not only unlinked.
            .pragma("secure_delete", "on")
            .statement_cache_capacity(256);
        // After a full disk SQLite may have rolled back by itself, which the driver does not see: it would count a
        // transaction that is none and never begin another. Such a connection is not taken back.
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            .after_release(|connection, _| {
                Box::pin(async move {
                    connection.ping().await?;
                    Ok(!connection.is_in_transaction())
                })
            })
            .connect_with(base.clone())
            .await?;
        let read = SqlitePoolOptions::new()
            .max_connections(limits.readers)
            .test_before_acquire(false)
            .connect_lazy_with(base.create_if_missing(false).read_only(true));
        Ok(Db::Lite { write, read })
    }

    /// Connects to a server by URL. To another machine it goes by TLS whose certificate is checked, unless the URL says
    /// otherwise (`sslmode=`): what travels are passwords and names.
    pub async fn postgres(url: &str, limits: &Limits) -> Result<Db, Stop> {
        let options = guarded(PgConnectOptions::from_str(url)?, url).application_name("plantgate").options([
            ("synchronous_commit", "on"),
            ("client_min_messages", "warning"),
            ("idle_in_transaction_session_timeout", "30000"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(limits.readers + 2)
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(limits.database_secs))
            .connect_with(options)
            .await?;
        Ok(Db::Pg { pool })
    }

    /// Opens by address: `postgres://…` or a path.
    pub async fn open(address: &str, limits: &Limits) -> Result<Db, Stop> {
        if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            Db::postgres(address, limits).await
        } else {
            Db::sqlite(Path::new(address), limits).await
        }
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        match self {
            Db::Lite { .. } => Engine::Sqlite,
            Db::Pg { .. } => Engine::Postgres,
        }
    }

    /// Begins a write. SQLite: `BEGIN IMMEDIATE`, so that no upgrade can fail later; PostgreSQL: READ COMMITTED, the
    /// caller locks the edge.
    pub async fn write(&self) -> Result<Tx, Stop> {
        Ok(match self {
            Db::Lite { write, .. } => Tx::lite(write.begin_with("BEGIN IMMEDIATE").await?),
            Db::Pg { pool } => Tx::pg(begun(pool, "BEGIN").await?),
        })
    }

    /// Begins a read-only snapshot.
    pub async fn read(&self) -> Result<Tx, Stop> {
        Ok(match self {
            Db::Lite { read, .. } => Tx::lite(read.begin().await?),
            Db::Pg { pool } => {
                Tx::pg(begun(pool, "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        })
    }

    /// The same for what reads rows. A release that makes its rows anew drops the old ones, and a snapshot that began
    /// before sees the new tables empty: whoever reads holds them, and while they are made nobody begins (*busy*).
    /// SQLite's snapshots keep the old tables with their rows.
    pub async fn snapshot(&self) -> Result<Tx, Stop> {
        match self {
            Db::Lite { .. } => self.read().await,
            // A snapshot begins with the first statement that reads: the lock comes before it, in a statement of its
            // own, so that one that is refused ends this transaction and leaves the connection whole. `thing` is the
            // first table that is dropped.
            Db::Pg { .. } => {
                let mut tx = self.read().await?;
                tx.script("lock table thing in access share mode nowait".to_owned()).await?;
                Ok(tx)
            }
        }
    }

    /// A read-only snapshot for work that takes its time between two statements: PostgreSQL would end it as forgotten.
    pub async fn unhurried_read(&self) -> Result<Tx, Stop> {
        self.unhurried(self.read().await?).await
    }

    /// The same of what reads rows; see [`Db::snapshot`].
    pub async fn unhurried_snapshot(&self) -> Result<Tx, Stop> {
        self.unhurried(self.snapshot().await?).await
    }

    async fn unhurried(&self, mut tx: Tx) -> Result<Tx, Stop> {
        if self.engine() == Engine::Postgres {
            tx.script("set local idle_in_transaction_session_timeout = 0".to_owned()).await?;
        }
        Ok(tx)
    }

    /// After values were destroyed: empties SQLite's write-ahead log, which still holds their old pages. Readers that
    /// hold a snapshot put it off to the next time. On PostgreSQL vacuum and the archive of its log are its keeper's.
    pub async fn shred(&self) {
        let Db::Lite { write, .. } = self else { return };
        if let Err(error) = sqlx::query("pragma wal_checkpoint(truncate)").execute(write).await {
            tracing::warn!(%error, "the write-ahead log could not be emptied after an erasure");
        }
    }

    /// What a server does not answer within `secs` is given up. A file answers as long as the machine runs, however
    /// slowly: it is waited for.
    pub async fn in_time<T>(&self, secs: u64, asked: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
        match self {
            Db::Lite { .. } => asked.await,
            Db::Pg { .. } => {
                let answered = tokio::time::timeout(Duration::from_secs(secs), asked).await;
                answered.unwrap_or(Err(Away::Database.into()))
            }
        }
    }

    /// What a commit that failed means. A server may have done it and its answer was lost. A file on a full disk did
    /// not: the frame that commits is written last, and without it there is none.
    pub fn unsaid(&self, stop: Stop) -> Stop {
        match (self, stop) {
            (Db::Lite { .. }, full @ Stop::Away(Away::DiskFull)) => full,
            _ => Stop::OutcomeUnknown,
        }
    }

    /// Closes all connections.
    pub async fn close(&self) {
        match self {
            Db::Lite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Db::Pg { pool } => pool.close().await,
        }
    }
}

/// Begins on a connection that lives. A server that was away leaves dead connections in the pool, and nothing was asked
/// yet: each is tried and dropped, so that the first request after its return is answered.
async fn begun(pool: &PgPool, sql: &'static str) -> Result<Transaction<'static, Postgres>, Stop> {
    let most = pool.options().get_max_connections();
    for _ in 0..most {
        match pool.begin_with(sql).await {
            Err(error) if died(&error) => tracing::debug!(cause = %error, "a connection that was dead"),
            // Nobody else holds the connections we wait for: there are none to be had.
            Err(sqlx::Error::PoolTimedOut) if pool.size() < most => return Err(Away::Database.into()),
            begun => return Ok(begun?),
        }
    }
    Err(Away::Database.into())
}

fn died(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(d) => d.code().is_some_and(|code| code == "57P01"),
        _ => false,
    }
}
