//! A database with the tables of this build and nothing in them, made once for a server and cloned for each test: to
//! copy files is cheaper than to make forty tables and indexes with their catalogue entries every time.
//!
//! Its name is a digest of everything that is in it, so builds with other tables never share one, and it has its name
//! only when it is finished: whoever dies while making it leaves nothing that somebody would clone.

use plantgate_store::{Db, Limits, Stop, schema};
use sqlx::{AssertSqlSafe, Connection, Error, PgConnection};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::postgres::with_database;

/// What this process found or made; other processes find the same by its name.
static MADE: OnceCell<String> = OnceCell::const_new();

/// The name of the template on this server, which is there when this returns.
pub async fn ready(server: &str) -> Result<&'static str, Error> {
    let name = named(&schema::text());
    MADE.get_or_try_init(|| async { made(server, name, tables).await }).await.map(String::as_str)
}

/// Name of the template with this text of tables.
fn named(text: &str) -> String {
    format!("template_{}", Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()).simple())
}

/// A database of that name, filled by whoever comes first. Test processes run side by side: one makes it, the others
/// wait at an advisory lock, which ends with the connection of whoever holds it.
///
/// # Errors
/// What the server says, and what filling it ends with.
pub async fn made(
    server: &str,
    name: String,
    fill: impl AsyncFnOnce(String) -> Result<(), Stop>,
) -> Result<String, Error> {
    let mut connection = PgConnection::connect(server).await?;
    sqlx::query("select pg_advisory_lock(hashtext($1))").bind(&name).execute(&mut connection).await?;
    let there = "select count(*) from pg_database where datname = $1";
    if sqlx::query_scalar::<_, i64>(there).bind(&name).fetch_one(&mut connection).await? == 0 {
        let making = format!("making_{name}");
        run(&mut connection, format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)")).await?;
        run(&mut connection, format!("CREATE DATABASE {making}")).await?;
        fill(with_database(server, &making)).await.map_err(|stop| Error::AnyDriverError(Box::new(stop)))?;
        // A template that somebody is connected to cannot be cloned: from here on nobody can connect.
        run(&mut connection, format!("ALTER DATABASE {making} WITH ALLOW_CONNECTIONS false")).await?;
        run(&mut connection, format!("ALTER DATABASE {making} RENAME TO {name}")).await?;
    }
    connection.close().await?;
    Ok(name)
}

async fn tables(url: String) -> Result<(), Stop> {
    let db = Db::open(&url, &Limits::for_testing()).await?;
    schema::ensure(&db).await?;
    db.close().await;
    Ok(())
}

async fn run(connection: &mut PgConnection, sql: String) -> Result<(), Error> {
    // A database's name cannot be bound; ours are made of letters and hex digits above.
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;
    use crate::{
        postgres::{Scratch, server},
        world::request,
    };

    #[tokio::test]
    async fn many_processes_make_one_template_and_clone_it_at_once() {
        let Some(server) = server() else { return };
        // Each of these is what a process does, beside its cell.
        let name = named(&format!("{} {}", schema::text(), request()));
        let made = join_all((0..6).map(|_| made(&server, name.clone(), tables))).await;
        assert!(made.iter().all(|m| m.as_ref().is_ok_and(|m| *m == name)), "{made:?}");
        let clones = join_all((0..4).map(|_| Scratch::cloned())).await;
        for clone in clones {
            let clone = clone.unwrap().unwrap();
            let mut connection = PgConnection::connect(&clone.url).await.unwrap();
            let sql = "select count(*) from edge where size = 0";
            assert_eq!(sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut connection).await.unwrap(), 1);
            connection.close().await.unwrap();
            clone.remove().await.unwrap();
        }
        let mut connection = PgConnection::connect(&server).await.unwrap();
        run(&mut connection, format!("DROP DATABASE {name}")).await.unwrap();
    }

    #[test]
    fn other_tables_are_another_template() {
        assert_eq!(named("a"), named("a"));
        assert_ne!(named("a"), named("b"));
    }
}
