//! A list read page after page, where an act or a report needs all of it: what stands on the second page counts, too.

use plantgate_domain::thing::{AnyThing, Broken};
use plantgate_store::{
    Stop,
    list::{Cursor, Query},
    look::Look,
};

/// Rows of a list in its order, as long as they are wanted.
pub async fn every<T>(look: &mut Look, mut q: Query, mut wanted: impl FnMut(&T) -> bool) -> Result<Vec<T>, Stop>
where
    T: TryFrom<AnyThing, Error = Broken>,
{
    let mut all = Vec::new();
    loop {
        let page = look.page(&q).await?;
        for row in page.rows {
            let thing = T::try_from(row.kept.thing)?;
            if !wanted(&thing) {
                return Ok(all);
            }
            all.push(thing);
        }
        let Some(next) = page.next.as_deref().and_then(Cursor::from_text) else { return Ok(all) };
        q.after = Some(next);
    }
}
