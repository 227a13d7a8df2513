//! The tables, once, for both engines: SQLite takes PostgreSQL's type names. Derived tables hold nothing but rows the
//! fold made and are rebuilt, never migrated; the record's own tables are only ever added to.

use crate::{
    book,
    db::{Db, Engine, Tx},
    stop::Stop,
};

/// Changes whenever derived rows change shape or meaning; a difference rebuilds them at start.
pub const ROWS_VERSION: i64 = 23;

/// A derived table: rows are compared whole, keyed by the first `key` columns.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [(&'static str, &'static str)],
    pub key: usize,
    pub indexes: &'static [&'static str],
}

macro_rules! tables {
    ($($name:ident = $key:literal [$($column:literal: $ty:literal),+] $(index $($index:literal),+)?;)+) => {
        $(
            #[doc = concat!("Derived table `", stringify!($name), "`.")]
            #[expect(non_upper_case_globals, reason = "a table's name is written as in SQL")]
            pub static $name: Table = Table {
                name: stringify!($name), columns: &[$(($column, $ty)),+], key: $key,
                indexes: &[$($($index),+)?],
            };
        )+
        /// All derived tables.
        pub static DERIVED: &[&Table] = &[$(&$name),+];
    };
}

tables! {
    thing = 2 ["kind": "text", "id": "uuid", "version": "bigint", "body": "text"];
    card = 2 ["kind": "text", "id": "uuid", "reference": "text", "label": "text", "slot": "uuid", "by_name": "bytea",
        "by_ref": "bytea", "provider": "uuid", "shared": "bigint", "at": "bigint", "state": "text"]
        index "unique (kind, reference)", "(kind, by_name, id)", "(kind, by_ref, id)", "(kind, at, id)",
            "(provider, kind)";
    link = 4 ["kind": "text", "id": "uuid", "rel": "text", "n": "bigint", "to_kind": "text", "to_id": "uuid"]
        index "(to_id, rel, kind)";
    sees = 3 ["kind": "text", "id": "uuid", "party": "uuid"] index "(party, kind, id)";
    role_at = 4 ["kind": "text", "id": "uuid", "party": "uuid", "role": "text"] index "(party, role)";
    reason = 3 ["kind": "text", "id": "uuid", "n": "bigint", "engagement": "uuid", "site": "uuid", "body": "text"]
        index "(engagement, site)";
    hold = 3 ["kind": "text", "id": "uuid", "n": "bigint", "on_id": "uuid", "from_at": "bigint", "until_at": "bigint",
        "body": "text"] index "(on_id)";
    duty = 3 ["kind": "text", "id": "uuid", "n": "bigint", "party": "text", "provider": "uuid", "site": "uuid",
        "due_at": "bigint", "done_at": "bigint", "body": "text"] index "(provider, due_at)", "(due_at)";
    proof = 3 ["kind": "text", "id": "uuid", "n": "bigint", "engagement": "uuid", "requirement": "text", "at": "bigint",
        "body": "text"] index "(engagement, requirement)";
    span = 5 ["kind": "text", "id": "uuid", "site": "uuid", "name": "text", "from_at": "bigint", "until_at": "bigint",
        "word": "text"] index "(name, word, from_at, until_at)";
    word = 3 ["kind": "text", "id": "uuid", "n": "bigint", "text": "text", "slot": "uuid"];
    file = 3 ["kind": "text", "id": "uuid", "sha256": "text"] index "(sha256)";
    counter = 1 ["kind": "text", "last": "bigint"];
}

/// The record itself and what it is worked with; only ever added to.
const RECORD: &str = "
create table if not exists meta (name text primary key, value text not null);
create table if not exists edge (id bigint primary key, size bigint not null, nodes bytea not null,
    last_at bigint not null, generation bigint not null);
create table if not exists entry (seq bigint primary key, at bigint not null, kind text not null, id uuid not null,
    ver bigint not null, name text not null, body bytea not null, leaf bytea not null);
create unique index if not exists entry_stream on entry (kind, id, ver);
create index if not exists entry_at on entry (at);
create table if not exists tile (level bigint not null, n bigint not null, data bytea not null, primary key (level, n));
create table if not exists checkpoint (size bigint primary key, at bigint not null, note text not null);
create table if not exists cosignature (size bigint not null, key text not null, at bigint not null,
    line text not null, primary key (size, key));
create table if not exists receipt (request uuid primary key, digest bytea not null, reply text not null,
    first bigint not null, count bigint not null, at bigint not null);
create table if not exists private (slot uuid primary key, salt bytea, value text, sort bytea, erased_at bigint);
create table if not exists upload (sha256 text not null, party uuid not null, size bigint not null,
    at bigint not null, named bigint not null, primary key (sha256, party));
create table if not exists web_session (id bytea primary key, person uuid not null, made_at bigint not null,
    seen_at bigint not null, step_at bigint not null, step text not null);
create index if not exists web_session_person on web_session (person);
create table if not exists session_machine (id bytea primary key, person uuid not null, machine text not null);
create index if not exists session_machine_person on session_machine (person);
create table if not exists recovery_code (made text not null, n bigint not null, person uuid not null,
    digest bytea not null, primary key (made, n));
create table if not exists recovery_told (person uuid not null, n bigint not null, primary key (person, n));
create table if not exists api_token (hash bytea primary key, token uuid not null, person uuid not null,
    used_at bigint);
create index if not exists api_token_person on api_token (person);
create table if not exists passkey (id bytea primary key, person uuid not null, fingerprint text not null,
    name text not null, public bytea not null, transports bigint not null, state bytea not null,
    made_at bigint not null, used_at bigint, doubted_at bigint);
create index if not exists passkey_person on passkey (person);
create table if not exists passkey_used (ceremony bytea primary key, request uuid not null, until bigint not null);
create table if not exists sign_in_try (name bytea primary key, count bigint not null, last_at bigint not null);
create table if not exists code_try (person uuid not null, basket bytea not null, count bigint not null,
    last_at bigint not null, primary key (person, basket));
create table if not exists failed_try (person uuid primary key, count bigint not null);
create table if not exists handle (digest bytea primary key, person uuid not null);
create index if not exists handle_person on handle (person);
create table if not exists credential (person uuid primary key, password text not null, totp text not null,
    made_at bigint not null);
create table if not exists sign_on (digest bytea primary key, person uuid not null, issuer text not null,
    salt bytea not null, told_at bigint not null);
create index if not exists sign_on_person on sign_on (person);
create table if not exists sign_on_used (state bytea primary key, until bigint not null);
create table if not exists totp_step (person uuid primary key, step bigint not null);
create table if not exists signing (session bytea primary key, person uuid not null, at bigint not null);
create table if not exists outbox (id uuid primary key, lane text not null, what text not null, kind text not null,
    on_id uuid not null, mark bigint not null, person uuid not null, target uuid not null, request uuid not null,
    made_at bigint not null, due_at bigint not null, tries bigint not null, leased_until bigint not null,
    lease uuid not null, dead_at bigint, said text);
create unique index if not exists outbox_once on outbox (lane, what, kind, on_id, mark, person, target);
create index if not exists outbox_due on outbox (lane, due_at);
create index if not exists outbox_person on outbox (person);
create table if not exists message (id uuid primary key, person uuid not null, what text not null, kind text not null,
    on_id uuid not null, mark bigint not null, at bigint not null, urgent bigint not null, read_at bigint,
    mailed_at bigint);
create unique index if not exists message_once on message (person, what, kind, on_id, mark);
create index if not exists message_person on message (person, at, id);
create table if not exists feed (id uuid primary key, secret bytea not null, person uuid not null, kind text not null,
    made_at bigint not null);
create unique index if not exists feed_secret on feed (secret);
create index if not exists feed_person on feed (person);
create table if not exists hook (id uuid primary key, url text not null, urgent bigint not null,
    made_at bigint not null, made_by uuid not null, secret text not null);
create table if not exists digest (person uuid primary key, day bigint not null);
create table if not exists pack_order (request uuid primary key, person uuid not null, holder uuid not null,
    body text not null, step text not null, counted text not null, done bigint not null, total bigint not null,
    lease_until bigint not null, begun bigint not null);
create index if not exists pack_order_person on pack_order (person);
";

/// The text of all tables, as an empty database gets them: two builds with the same text can share one.
pub fn text() -> String {
    format!("{RECORD}{}-- rows {ROWS_VERSION}", derived_ddl())
}

/// Makes the tables of an empty database. Where they stand already, not even a lock is taken: a node that starts must
/// not get in the way of one that writes. Two nodes that meet an empty server both try; one of them tries again.
pub async fn ensure(db: &Db) -> Result<(), Stop> {
    for _ in 0..10 {
        if exists(db).await? {
            return Ok(());
        }
        let made = async {
            let mut tx = db.write().await?;
            tx.script(RECORD.to_owned()).await?;
            tx.script(derived_ddl()).await?;
            book::begin(&mut tx).await?;
            tx.commit().await
        };
        if let Err(stop) = made.await {
            tracing::warn!(%stop, "making the tables failed; another node may have made them");
        }
    }
    if exists(db).await? { Ok(()) } else { Err(Stop::fault("the tables could not be made")) }
}

async fn exists(db: &Db) -> Result<bool, Stop> {
    let mut tx = db.read().await?;
    // The edge row is written last, in the same transaction as all tables.
    let sql = match db.engine() {
        Engine::Sqlite => "select count(*) from sqlite_master where name = 'edge'",
        Engine::Postgres => {
            "select count(*) from information_schema.tables
                where table_schema = current_schema() and table_name = 'edge'"
        }
    };
    let found = tx.one(sql, &[]).await?;
    Ok(found.is_some_and(|r| r.int(0).is_ok_and(|n| n > 0)))
}

/// Adds what a newer release keeps beside the record: its tables are only ever added to.
pub async fn add_to_record(tx: &mut Tx) -> Result<(), Stop> {
    tx.script(RECORD.to_owned()).await
}

/// Drops all derived tables and makes them anew, empty.
pub async fn recreate_derived(tx: &mut Tx) -> Result<(), Stop> {
    let drops: String = DERIVED.iter().map(|t| format!("drop table if exists {};\n", t.name)).collect();
    tx.script(drops).await?;
    tx.script(derived_ddl()).await
}

fn derived_ddl() -> String {
    let mut ddl = String::new();
    for t in DERIVED {
        let columns: Vec<String> = t.columns.iter().map(|(name, ty)| format!("{name} {ty}")).collect();
        let key: Vec<&str> = t.columns.iter().take(t.key).map(|(name, _)| *name).collect();
        let (name, columns, key) = (t.name, columns.join(", "), key.join(", "));
        ddl.push_str(&format!("create table if not exists {name} ({columns}, primary key ({key}));\n"));
        for (n, index) in t.indexes.iter().enumerate() {
            let (unique, on) = index.strip_prefix("unique ").map_or(("", *index), |on| ("unique ", on));
            ddl.push_str(&format!("create {unique}index if not exists {name}_{n} on {name} {on};\n"));
        }
    }
    ddl
}
