//! A mail that goes at once: the fact first, in its subject. Whether it still concerns this person is asked when it is
//! written: a request that somebody decided meanwhile is told nobody.

use plantgate_app::{
    Stop,
    messages::{Job, What, audience::audience},
    read::Memory,
};
use plantgate_domain::expect::site::Site;

use super::{
    deliver::Desk,
    letter::{Letter, Line, Section},
    words,
};

/// The letter; none when it concerns this person no more.
pub(super) async fn letter(mut desk: Desk<'_>, job: &Job) -> Result<Option<Letter>, Stop> {
    let Some(what) = What::of(&job.what) else { return Ok(None) };
    if !audience(&mut desk.look, what, job.on).await?.contains(&desk.person.id) {
        return Ok(None);
    }
    let Some(kept) = desk.look.kept(job.on).await? else { return Ok(None) };
    // Times of one thing are those of its own site.
    if let Some(site) = kept.thing.card().sites.first() {
        desk.ui.r.zone = desk.look.get::<Site>(*site).await?.facts.zone;
    }
    desk.names.learn_all(&mut desk.look, desk.person.id, &words::concerned(&kept.thing)).await?;
    let said = words::say(&desk.ui.r, &desk.names, what, &kept.thing, desk.person.provider().is_some());
    let subject = if said.names.is_empty() { said.title.clone() } else { format!("{} ({})", said.title, said.names) };
    let line = Line {
        title: said.title,
        text: said.names,
        due: desk.ui.t("mail-since").s("at", desk.ui.full(job.made)).to_string(),
        href: desk.mailer.link(&said.href),
    };
    let sections = vec![Section { title: String::new(), lines: vec![line], more: String::new() }];
    Ok(Some(Letter { lang: desk.ui.r.lang.tag(), subject, sections, foot: desk.foot(said.why) }))
}
