//! Wrong codes behind a right password, and what a person is told of wrong tries at their next sign-in.
//!
//! Whoever has the password could try a million codes. They are bounded by the person, in baskets: one for all who come
//! from anywhere, one for each machine on which this person signed in before. Somebody who stole the password fills the
//! first basket only: the engineer on night shift comes in from the machine of every night. A basket makes wait, longer
//! each time and a quarter of an hour at most; nobody is locked out for good.

use uuid::Uuid;

use crate::{
    clock::Wall,
    db::{Db, Tx, V},
    limits::Limits,
    stop::Stop,
};

/// The basket of those who come from anywhere.
pub const ANYWHERE: &[u8] = b"";
/// The basket of wrong passwords. It makes nobody wait: it is there so that a wrong password costs the same steps as a
/// right one with a wrong code, and the time of an answer tells neither.
pub const PASSWORDS: &[u8] = b"password";
/// The longest wait, in seconds.
const LONGEST: i64 = 900;
/// Seconds after which a basket is empty again.
const FORGOTTEN: i64 = 86_400;

/// Seconds a basket waits after so many wrong codes, the last one so long ago.
fn wait(count: i64, since: i64, limits: &Limits) -> i64 {
    if count < limits.sign_in_tries || since >= FORGOTTEN {
        return 0;
    }
    let doublings = u32::try_from(count - limits.sign_in_tries).unwrap_or(u32::MAX).min(10);
    let whole = limits.sign_in_wait.saturating_mul(1 << doublings).min(LONGEST);
    // A clock that was set back makes nobody wait longer than the longest.
    (whole - since).clamp(0, LONGEST)
}

/// Takes a try out of a basket before its code is looked at, so that many at once are counted one by one; `false` when
/// the basket waits. A right code gives it back ([`right`]).
pub async fn take(db: &Db, person: Uuid, basket: &[u8], limits: &Limits) -> Result<bool, Stop> {
    let now = Wall::now().0;
    let mut tx = db.write().await?;
    // The row is there and locked before it is read: PostgreSQL would else let two read the same number.
    let sql = "insert into code_try (person, basket, count, last_at) values ($1, $2, 0, $3)
        on conflict (person, basket) do update set count = code_try.count returning count, last_at";
    let values = [V::Id(person), V::Bytes(basket.to_vec()), V::Int(now)];
    let rec = tx.one(sql, &values).await?;
    let (count, last) = rec.map_or(Ok((0, now)), |r| Ok::<_, Stop>((r.int(0)?, r.int(1)?)))?;
    // A clock that was ahead leaves tries in the future; they make nobody wait until then.
    let since = if last - now > LONGEST { FORGOTTEN } else { (now - last).max(0) };
    if wait(count, since, limits) > 0 {
        return Ok(false);
    }
    let count = if since >= FORGOTTEN { 1 } else { count + 1 };
    let sql = "update code_try set count = $3, last_at = $4 where person = $1 and basket = $2";
    tx.run(sql, &[V::Id(person), V::Bytes(basket.to_vec()), V::Int(count), V::Int(now)]).await?;
    tx.commit().await?;
    Ok(true)
}

/// A code was right: the basket it came from is empty; the others are not.
pub async fn right(db: &Db, person: Uuid, basket: &[u8]) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    let sql = "delete from code_try where person = $1 and basket = $2";
    tx.run(sql, &[V::Id(person), V::Bytes(basket.to_vec())]).await?;
    tx.commit().await
}

/// Counts a wrong try for a person, whatever was wrong, so that they are told.
pub async fn note(db: &Db, person: Uuid) -> Result<(), Stop> {
    let mut tx = db.write().await?;
    let sql = "insert into failed_try (person, count) values ($1, 1)
        on conflict (person) do update set count = failed_try.count + 1";
    tx.run(sql, &[V::Id(person)]).await?;
    tx.commit().await
}

/// How many wrong tries there were since the last sign-in; they are told once.
pub async fn told(db: &Db, person: Uuid) -> Result<i64, Stop> {
    let mut tx = db.write().await?;
    let rec = tx.one("delete from failed_try where person = $1 returning count", &[V::Id(person)]).await?;
    tx.commit().await?;
    rec.map_or(Ok(0), |r| r.int(0))
}

/// A new password or a person who is forgotten: what was tried before counts no more.
pub(crate) async fn forget(tx: &mut Tx, person: Uuid) -> Result<(), Stop> {
    for table in ["code_try", "failed_try"] {
        tx.run_built(format!("delete from {table} where person = $1"), &[V::Id(person)]).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_basket_waits_longer_each_time_and_never_for_good() {
        let limits = Limits::standard();
        let after = |count, since| wait(count, since, &limits);
        assert_eq!([after(4, 0), after(5, 0), after(6, 0), after(7, 0)], [0, 60, 120, 240]);
        assert_eq!([after(9, 0), after(5_000, 0), after(5_000, 900), after(9, 86_400)], [900, 900, 0, 0]);
    }
}
