//! Recovery codes by keyed digest, each set under the fingerprint that the record knows it by. Which are used up is in
//! the record: a row that is put back opens nothing.

use uuid::Uuid;

use crate::{
    db::{Db, Tx, V},
    stop::Stop,
};

/// Keeps the digests of a set, in the order of their numbers. The person's other sets go, but for the one that stands.
pub async fn keep(db: &Db, person: Uuid, made: &str, stands: &str, digests: &[Vec<u8>]) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    let sql = "delete from recovery_code where person = $1 and made <> $2";
    tx.run(sql, &[V::Id(person), V::text(stands)]).await?;
    let sql = "insert into recovery_code (made, n, person, digest) values ($1, $2, $3, $4)";
    for (n, digest) in (1..).zip(digests) {
        tx.run(sql, &[V::text(made), V::Int(n), V::Id(person), V::Bytes(digest.clone())]).await?;
    }
    tx.commit().await
}

/// The digests of a set, in the order of their numbers.
pub async fn of(tx: &mut Tx, person: Uuid, made: &str) -> Result<Vec<Vec<u8>>, Stop> {
    let sql = "select digest from recovery_code where made = $1 and person = $2 order by n";
    tx.all(sql, &[V::text(made), V::Id(person)]).await?.iter().map(|r| r.bytes(0)).collect()
}

/// Notes that a code was used, for the next sign-in with the second factor itself.
pub async fn used(db: &Db, person: Uuid, code: u32) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    let sql = "insert into recovery_told (person, n) values ($1, $2) on conflict (person, n) do nothing";
    tx.run(sql, &[V::Id(person), V::Int(code.into())]).await?;
    tx.commit().await
}

/// How many codes were used since somebody was last told; tells it once.
pub async fn told(db: &Db, person: Uuid) -> Result<u64, Stop> {
    let mut tx = db.write().await?;
    let told = tx.run("delete from recovery_told where person = $1", &[V::Id(person)]).await?;
    tx.commit().await?;
    Ok(told)
}
