//! A round of the post: mails that wait are written from the record as it stands now and sent. What no longer concerns
//! its reader, or reaches nobody, is done without a mail.

use plantgate_app::{
    App, Stop,
    messages::{Job, audience::seated, digest::DIGEST, message, outbox, tell::MAIL},
    reach,
    read::{Look, Memory},
};
use plantgate_domain::{
    base::{Instant, Kind},
    expect::site::Site,
    qualify::person::Person,
};
use plantgate_wire::words::{Lang, Reader};
use uuid::Uuid;

use super::{
    address, day,
    letter::Letter,
    one,
    smtp::{Mailer, NotSent},
};
use crate::{door::names::Names, view::Ui};

/// Letters one claim takes: with a server that is silent they end before the lease does.
const STEP: u64 = 10;

/// One round; how many letters a server took.
pub async fn round(app: &App, mailer: &Mailer) -> Result<u64, Stop> {
    // An older copy that was put back knows only what was told before.
    if app.store().watermark().behind().is_some() {
        return Ok(0);
    }
    day::begin(app).await?;
    let mut sent = 0;
    for lane in [MAIL, DIGEST] {
        loop {
            let jobs = outbox::claim(app.store().db(), lane, now(app).await?, STEP).await?;
            for job in &jobs {
                sent += u64::from(deliver(app, mailer, job).await?);
            }
            if jobs.is_empty() {
                break;
            }
        }
    }
    Ok(sent)
}

async fn now(app: &App) -> Result<Instant, Stop> {
    Ok(app.store().look().await?.now().0)
}

/// One letter; whether a server took it.
async fn deliver(app: &App, mailer: &Mailer, job: &Job) -> Result<bool, Stop> {
    let db = app.store().db();
    let written = match written(app, mailer, job).await {
        Ok(written) => written,
        Err(stop) => {
            tracing::warn!(%stop, "a mail could not be written");
            outbox::failed(db, job, now(app).await?, "outbox-fault").await?;
            return Ok(false);
        }
    };
    let outcome = match &written {
        Some((letter, to, _)) => mailer.send(letter, to, &job.id.to_string(), now(app).await?).await,
        None => Ok(()),
    };
    match outcome {
        Ok(()) => {
            let mut tx = db.write().await?;
            outbox::done(&mut tx, job).await?;
            if let Some((_, _, told)) = &written {
                message::mailed(&mut tx, told, job.made).await?;
            }
            tx.commit().await?;
            return Ok(written.is_some());
        }
        Err(NotSent::Later(said)) => outbox::failed(db, job, now(app).await?, said).await?,
        Err(NotSent::Never(said)) => outbox::bury(db, job, now(app).await?, said).await?,
    }
    Ok(false)
}

/// What a letter is written with: the reader's words and zone, the names they may know.
pub(super) struct Desk<'m> {
    pub look: Look,
    pub person: Person,
    pub ui: Ui,
    /// Whose house it is, in the subject: the reader's site, for a firm's people the owner.
    pub house: String,
    pub names: Names,
    pub mailer: &'m Mailer,
}

impl Desk<'_> {
    /// What stands under every mail.
    pub fn foot(&self, why: String) -> Vec<String> {
        let zone = self.ui.t("mail-zone").s("zone", self.ui.zone_now()).to_string();
        vec![why, zone, self.ui.t("mail-links").to_string(), self.ui.t("mail-answers").to_string()]
    }
}

/// The letter, where it goes, and the messages it tells.
async fn written(app: &App, mailer: &Mailer, job: &Job) -> Result<Option<(Letter, String, Vec<Uuid>)>, Stop> {
    let mut look = app.store().look().await?;
    let Some(id) = job.person else { return Ok(None) };
    let Some(person) = seated(&mut look, id).await? else { return Ok(None) };
    let Some(to) = address(&mut look, &person, &mailer.way()).await? else { return Ok(None) };
    let desk = desk(look, person, mailer).await?;
    if job.lane == DIGEST {
        return Ok(day::letter(desk, job).await?.map(|(letter, told)| (letter, to, told)));
    }
    Ok(one::letter(desk, job).await?.map(|letter| (letter, to, Vec::new())))
}

async fn desk(look: Look, person: Person, mailer: &Mailer) -> Result<Desk<'_>, Stop> {
    let Around { look, person, ui, house, names } = around(look, person).await?;
    Ok(Desk { look, person, ui, house, names, mailer })
}

/// What a person reads with where no browser says it: the language of the house, the zone of their first site.
pub(crate) struct Around {
    pub look: Look,
    pub person: Person,
    pub ui: Ui,
    pub house: String,
    pub names: Names,
}

pub(crate) async fn around(mut look: Look, person: Person) -> Result<Around, Stop> {
    let organisation = look.organisation().await?;
    let lang = organisation.as_ref().and_then(|o| Lang::of(&o.facts.language)).unwrap_or_default();
    let org = organisation.map_or_else(|| "Plantgate".to_owned(), |o| o.facts.name);
    let home = home(&mut look, &person).await?;
    let zone = home.as_ref().map_or_else(plantgate_domain::base::ZoneName::utc, |s| s.facts.zone.clone());
    let stranger = person.provider().is_some();
    let house = if stranger { org.clone() } else { home.map_or_else(|| org.clone(), |s| s.facts.name) };
    let ui = Ui::bare(Reader { lang, zone }, org, look.now().0);
    let names = if stranger { Names::for_stranger() } else { Names::default() };
    Ok(Around { look, person, ui, house, names })
}

/// The site whose clock a person's day goes by: the first, by its reference, where they could work.
pub(super) async fn home(look: &mut Look, person: &Person) -> Result<Option<Site>, Stop> {
    let theirs = reach::of_person(look, person).await?;
    let mut sites: Vec<Site> = Vec::new();
    for kept in look.every(Kind::Site).await? {
        sites.push(Site::try_from(kept.thing)?);
    }
    sites.sort_by(|a, b| a.facts.reference.cmp(&b.facts.reference));
    Ok(sites.into_iter().find(|s| theirs.contains(&s.id)))
}
