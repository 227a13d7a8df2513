//! How an act runs: its keyed canonical digest is the request id's check, its power is asked inside the writer's turn,
//! its answer comes after the commit. A preview is the same act in the same turn, dropped.

use std::{
    collections::HashMap,
    marker::PhantomData,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError, Weak},
};

use plantgate_domain::{
    base::{Actor, Instant, PersonId, Ref, SessionId, auth},
    witness::gate::{Runs, Sight},
};
use plantgate_store::{
    Desk, Stop, Store,
    writer::{Ctx, Receipt, Run},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    bearer,
    power::{May, Place, Power},
    sign::{Proven, Wants},
    witness::jump::Signs,
};

/// One thing a person can do.
pub trait Act: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// Its name in API paths, on the command line and in logs.
    const NAME: &'static str;
    /// Whether it is done even while nobody believes the clock: only what protects people, what closes
    /// something, and the confirmation of the clock. Nobody is hurt because a clock jumped, and nothing stays
    /// open because of it.
    const IN_DOUBT: bool = false;
    /// Whether a session whose last proof of the second factor is old proves it anew first: what opens a way in, gives
    /// or takes rights, changes what holds for everybody, destroys, or lets a part of the record out of the house. An
    /// emergency never waits for it, nor does what stops somebody.
    const STEP_UP: bool = false;
    /// What somebody must be able to do.
    type Power: Power;
    /// What it answers.
    type Done: Serialize + DeserializeOwned + Send;
    /// Where the power is needed: which sites, whose object. Resolving a name somebody may not know is *not found*.
    fn place(&self, desk: &mut Desk) -> impl Future<Output = Result<Place, Stop>> + Send;
    /// Whether it may want a signature: then doors ask for one where they are told that it is missing.
    const SIGNS: bool = false;
    /// What it wants signed, with which meaning, as things stand; `None`: it is attributed and not signed.
    fn signs(
        &self,
        may: &May<Self::Power>,
        desk: &mut Desk,
    ) -> impl Future<Output = Result<Option<Wants>, Stop>> + Send {
        let _ = (may, desk);
        async { Ok(None) }
    }
    /// Does it.
    fn run(self, may: May<Self::Power>, desk: &mut Desk) -> impl Future<Output = Result<Self::Done, Stop>> + Send;
}

/// Who calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    pub actor: Actor,
    /// How they had proven who they are: `password+totp`, `token:…` with its id, `command-line`.
    pub auth: Option<String>,
    /// Whether they come by a session whose last proof of the second factor is older than `Limits::step_up`.
    pub stale: bool,
}

impl Caller {
    /// A person with the way they signed in.
    pub fn person(id: PersonId, auth: &str) -> Caller {
        Caller { actor: Actor::Person(id), auth: Some(auth.to_owned()), stale: false }
    }
    /// The token a program came by.
    pub fn token(&self) -> Option<Uuid> {
        auth::token(self.auth.as_deref())
    }
    /// Refuses a caller whose last proof is old, and a program, which has none.
    pub fn fresh(&self) -> Result<(), Stop> {
        if self.token().is_some() {
            return Err(bearer::never());
        }
        if self.stale { Err(Stop::StepUp) } else { Ok(()) }
    }
    /// Whoever administers the machine: they speak for nobody.
    pub fn host() -> Caller {
        Caller { actor: Actor::Host, auth: None, stale: false }
    }
}

/// What a caller gets after an act is durable.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Answer<T> {
    pub done: T,
    pub request: Uuid,
    /// Index of the first entry it made, and how many.
    pub entry: u64,
    pub entries: u64,
    pub at: Instant,
    /// Whether the same request had been answered before.
    pub repeated: bool,
}

/// One object an act would change.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Effect {
    pub on: Ref,
    pub reference: Option<String>,
    /// Its body before, `null` when it would be new.
    pub before: Value,
    pub after: Value,
}

/// What an act would do.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Previewed<T> {
    pub done: T,
    pub effects: Vec<Effect>,
    pub entries: u64,
    /// What it would want signed.
    #[serde(default)]
    pub signs: Option<Value>,
}

/// The office over an open archive. Cheap to clone.
#[derive(Clone)]
pub struct App {
    store: Store,
    /// Where recordings grow, once a gateway of this process said so.
    grows_in: Arc<OnceLock<PathBuf>>,
    /// Sessions that a gateway of this process holds.
    sights: Arc<Mutex<Sights>>,
    /// Who signs certificates of people.
    signs: Arc<OnceLock<Arc<dyn Signs>>>,
}

/// How to see into each session while it runs.
type Sights = HashMap<SessionId, Weak<dyn Sight>>;

impl App {
    /// Opens the office.
    pub fn new(store: Store) -> App {
        App { store, grows_in: Arc::default(), sights: Arc::default(), signs: Arc::default() }
    }
    /// The archive, for reads.
    pub fn store(&self) -> &Store {
        &self.store
    }
    pub(crate) fn signs(&self) -> &OnceLock<Arc<dyn Signs>> {
        &self.signs
    }
    /// A gateway of this process lets recordings grow in this folder; said once, for all copies of the office.
    pub fn let_grow_in(&self, folder: &Path) {
        let _first = self.grows_in.set(folder.to_owned());
    }
    /// Where recordings grow; nothing where no gateway is open in this process.
    pub fn grows_in(&self) -> Option<&Path> {
        self.grows_in.get().map(PathBuf::as_path)
    }

    /// A gateway of this process holds a session, and this is how to see into it. Those that are over are forgotten.
    pub fn let_see(&self, session: SessionId, sight: Weak<dyn Sight>) {
        let mut all = self.sights.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, sight| sight.strong_count() > 0);
        all.insert(session, sight);
    }
    /// What runs in a session now; nothing where no gateway of this process holds it, which is not *nothing runs*.
    pub fn runs(&self, session: SessionId) -> Option<Vec<Runs>> {
        let all = self.sights.lock().unwrap_or_else(PoisonError::into_inner);
        let sight = all.get(&session).and_then(Weak::upgrade);
        drop(all);
        sight.map(|sight| sight.runs())
    }

    /// Does an act. The same request id again gives the same answer; with other content it is refused.
    pub async fn act<A: Act>(&self, caller: &Caller, request: Uuid, act: A) -> Result<Answer<A::Done>, Stop> {
        self.act_proven(caller, request, act, None).await
    }

    /// The same with the proof that the caller signs it (`crate::sign`).
    pub(crate) async fn act_proven<A: Act>(
        &self,
        caller: &Caller,
        request: Uuid,
        act: A,
        proven: Option<Proven>,
    ) -> Result<Answer<A::Done>, Stop> {
        let receipt = self.send(caller, request, act, (false, proven), |desk, done, _| {
            let _ = desk;
            serde_json::to_value(done).map_err(Stop::fault)
        });
        answer(receipt.await?)
    }

    /// Shows what an act would do, by doing it and leaving no trace.
    pub async fn preview<A: Act>(&self, caller: &Caller, act: A) -> Result<Previewed<A::Done>, Stop> {
        let request = plantgate_store::writer::new_request()?;
        let receipt = self.send(caller, request, act, (true, None), |desk, done, _| {
            let effects = effects(desk)?;
            let done = serde_json::to_value(done).map_err(Stop::fault)?;
            let signs = desk.wanted().map(crate::sign::told);
            Ok(json!({ "done": done, "effects": effects, "entries": desk.entries(), "signs": signs }))
        });
        serde_json::from_value(receipt.await?.reply).map_err(Stop::fault)
    }

    async fn send<A: Act>(
        &self,
        caller: &Caller,
        request: Uuid,
        act: A,
        (preview, proven): (bool, Option<Proven>),
        reply: impl Fn(&mut Desk, A::Done, PhantomData<A>) -> Result<Value, Stop> + Send + Sync + 'static,
    ) -> Result<Receipt, Stop> {
        if caller.token().is_some() && !bearer::may_ever(A::NAME, A::STEP_UP || A::SIGNS) {
            return Err(bearer::never());
        }
        // Looking first at what an act would do needs no proof; doing it does, and who signs it has just given one.
        if A::STEP_UP && !preview && proven.is_none() {
            caller.fresh()?;
        }
        let whole = json!({ "act": A::NAME, "by": caller.actor, "body": act });
        let digest = self.store.keyring().digest(whole.to_string().as_bytes())?;
        let ctx = Ctx { actor: caller.actor, request, auth: caller.auth.clone() };
        let reply = Arc::new(reply);
        let proven = Arc::new(proven);
        let run: Run = Box::new(move |desk| {
            let (act, reply, proven) = (act.clone(), reply.clone(), proven.clone());
            Box::pin(async move {
                bearer::may_do(desk, A::NAME).await?;
                let place = match act.place(desk).await {
                    Ok(place) => place,
                    // Whether a name exists is told only to who could do this somewhere.
                    Err(stop) => return Err(May::<A::Power>::told(desk, stop).await),
                };
                let may = May::<A::Power>::ask(desk, &place).await?;
                // Whether it is signed is asked here, for every door, and after the act: who typed something wrong
                // learns that first, and gives no code away for it.
                if let Some(wants) = act.signs(&may, desk).await? {
                    crate::sign::open(desk, A::NAME, wants, proven.as_ref().as_ref()).await?;
                }
                let done = act.run(may, desk).await?;
                if !preview {
                    desk.signed()?;
                }
                reply(desk, done, PhantomData)
            })
        });
        let done = match A::IN_DOUBT {
            true => self.store.act_in_doubt(ctx, digest, preview, run).await,
            false => self.store.act(ctx, digest, preview, run).await,
        };
        // What somebody was refused is in the log with rule and reason; what they may not know of, as *not found*.
        match &done {
            Err(Stop::Refused(r)) if !preview => {
                tracing::warn!(act = A::NAME, by = ?caller.actor, rule = r.rule, reason = r.say.id, "refused");
            }
            Err(Stop::NotFound) if !preview => {
                tracing::warn!(act = A::NAME, by = ?caller.actor, "refused: not found, or not theirs");
            }
            _ => {}
        }
        done
    }
}

fn answer<T: DeserializeOwned>(r: Receipt) -> Result<Answer<T>, Stop> {
    let done = serde_json::from_value(r.reply).map_err(Stop::fault)?;
    Ok(Answer { done, request: r.request, entry: r.first, entries: r.count, at: r.at, repeated: r.repeated })
}

fn effects(desk: &Desk) -> Result<Vec<Effect>, Stop> {
    desk.changes()
        .into_iter()
        .map(|(on, before, after)| {
            let reference = after.card().reference;
            let before = before.map_or(Ok(Value::Null), |b| b.to_body())?;
            Ok(Effect { on, reference, before, after: after.to_body()? })
        })
        .collect()
}
