//! Law 7: every SQL statement of the source is prepared and has run on both engines. Statements that stand whole in the
//! source are prepared as they stand; of those put together from pieces, every piece must be found in one that ran.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use plantgate_app::expect::replay::replayed;
use plantgate_app::messages::{
    Filter, message,
    tell::{self, Ways},
};
use plantgate_app::review::pack::{self, Disclose, Wish};
use plantgate_domain::base::{Kind, Now, ProviderId, SiteId};
use plantgate_ledger::{Hash, Note};
use plantgate_store::{
    Db, Limits, Stop, audit, backup,
    clock::Wall,
    db::{Engine, ran},
    list::{Order, Query},
    memory::Memory,
    ops::{
        self,
        cosigner::{Cosigner, Said},
        upload::By,
    },
    schema, transfer, upgrade, verify, witnesses,
};
use plantgate_testkit::{
    demo::Demo,
    door::Door,
    postgres::Scratch,
    story::{Story, steps},
    walk,
    world::{D0, World, at},
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqlSafeStr, SqliteConnection};

#[path = "../../../xtask/src/tidy/scan.rs"]
#[expect(dead_code, reason = "tidy reads more than literals out of a source")]
mod scan;
mod ways_in;

/// A piece of SQL in the source: where it stands, its text with spaces made single.
struct Piece {
    place: String,
    text: String,
}

/// Words that begin a statement, or a piece of one.
const BEGINS: &[&str] = &[
    "select ",
    "insert into ",
    "update ",
    "delete from ",
    "with ",
    "drop table ",
    "exists (",
    "where ",
    "and (",
    "and c.",
    "and exists",
    "pragma ",
];
/// What no test run comes to, and why; prepared it is like all others.
const RARE: &[(&str, &str)] = &[
    ("select data from tile where", "a tile of tiles is full after 65,536 entries"),
    ("pragma ", "no statement of a transaction; an erasure runs it (tests/erasure.rs)"),
    ("insert into upload (sha256, party, size, at, named) values ($1, $2, 0, 0, 0)", DELETED),
    ("update upload set named = 0, at = 0 where sha256 = $1", DELETED),
];
const DELETED: &str = "a recording whose time is over: it takes a gateway (tests/gateway/keeps.rs, on both engines)";
/// The places where engines are told apart: a statement that only one of them has.
const APART: &[(&str, Engine)] = &[
    ("from sqlite_master", Engine::Sqlite),
    ("sqlite_version()", Engine::Sqlite),
    ("select version()", Engine::Postgres),
    ("from information_schema", Engine::Postgres),
    ("for update", Engine::Postgres),
    ("pragma ", Engine::Sqlite),
    (COSIGNER, Engine::Sqlite),
];
/// A cosigner's tables: in a file of their own, on another machine.
const COSIGNER: &str = "witnessed_";

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            files(&entry, found);
        } else if entry.extension().is_some_and(|e| e == "rs") {
            found.push(entry);
        }
    }
}

fn single_spaced(text: &str) -> String {
    let plain = text.replace("\\\\", "\\").replace("\\n", " ").replace("\\\"", "\"");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The SQL of every crate of the product; other crates than `store` have none, which tidy says of writes only.
fn pieces() -> Vec<Piece> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut all = Vec::new();
    for room in ["store", "app", "web", "cli", "domain", "interchange", "ledger", "wire"] {
        files(&crates.join(room).join("src"), &mut all);
    }
    let mut found = Vec::new();
    for file in all {
        let rust = scan::Rust::read(&std::fs::read_to_string(&file).unwrap());
        let name = file.strip_prefix(crates).unwrap().display();
        for literal in rust.literals.iter().filter(|l| !rust.is_test_line(l.line)) {
            let text = single_spaced(&literal.text);
            if is_sql(&text) {
                found.push(Piece { place: format!("{name}:{}", literal.line), text });
            }
        }
    }
    found
}

fn is_sql(text: &str) -> bool {
    let sentence = text.ends_with('.') || text.ends_with('?');
    BEGINS.iter().any(|b| text.starts_with(b)) && !sentence
}

/// Whether a piece stands in a statement: what is between its braces may be anything.
fn within(piece: &str, statement: &str) -> bool {
    let mut rest = statement;
    let mut text = piece;
    loop {
        let (solid, after) = text.split_once('{').unwrap_or((text, ""));
        let Some(at) = rest.find(solid) else { return false };
        rest = &rest[at + solid.len()..];
        match after.split_once('}') {
            Some((_, tail)) => text = tail,
            None => return true,
        }
    }
}

/// All acts, all pages, all filters, and what commands do.
async fn everything_happens(mut story: Story) -> Story {
    let people = [story.door("N-102").await, story.door("M-2").await];
    let last = ["withdraw-qualification", "end-activation"];
    let mut walked = false;
    for step in steps() {
        if last.contains(&step.act.as_str()) && !walked {
            story = walk::pages(story, &people).await;
            walked = true;
        }
        story.does(&step).await.unwrap();
    }
    filters(&story).await;
    working_state(&story, &people[1]).await;
    messages(&story).await;
    // Boxed: a test's thread has a small stack.
    Box::pin(programs(&story)).await;
    let store = story.demo.world.app.store();
    store.checkpoint().await.unwrap();
    store.pulse().await.unwrap();
    store.sweep_uploads(Wall(i64::MAX / 2)).await.unwrap();
    let mut tx = store.db().read().await.unwrap();
    assert_eq!(verify::verify(&mut tx, true).await.unwrap().damage, vec![]);
    let heads = audit::Asked::These(vec![audit::Mode::Heads]);
    assert_eq!(audit::within(&mut tx, &[], &heads).await.unwrap().damage, vec![]);
    let mut damage = Vec::new();
    audit::evidence(&mut tx, store.blobs(), &mut damage).await.unwrap();
    packs(&story).await;
    // What a new release would read differently takes the lock of the record, so it is no mere snapshot.
    let mut locked = store.db().write().await.unwrap();
    let (mut past, at, other) = upgrade::compare(&mut locked).await.unwrap();
    assert!(other.is_empty());
    // And every answer that stands is what this code gives again, whatever the story did.
    let again = replayed(&mut locked, &mut past, Now(at)).await.unwrap();
    assert!(again.moves.is_empty() && again.tiers > 0, "{again:?}");
    locked.undo().await.unwrap();
    cosigned(&story).await;
    let (mut entries, mut private) = (Vec::new(), Vec::new());
    transfer::export_entries(&mut tx, &mut entries).await.unwrap();
    transfer::export_private(&mut tx, &mut private).await.unwrap();
    drop(tx);
    for world in World::both().await {
        let db = world.app.store().db();
        transfer::import(db, &mut entries.as_slice(), &mut private.as_slice()).await.unwrap();
        world.close().await;
    }
    let (folder, keyring) = (story.demo.world.folder.join("saved"), story.demo.world.app.store().keyring());
    backup::make(story.demo.world.app.store(), &folder).await.unwrap();
    let checked = backup::check(&folder, keyring).unwrap();
    for world in World::both().await {
        let store = world.app.store();
        backup::restore(&checked, store.db(), store.blobs(), keyring).await.unwrap();
        world.close().await;
    }
    story
}

/// What happens on other days: a wrong password, a session in use and its end, a provider's upload, other rows.
async fn working_state(story: &Story, door: &Door) {
    let (world, store) = (&story.demo.world, story.demo.world.app.store());
    let provider = story.person("M-2").await;
    ops::credential::failed(store.db(), b"somebody".to_vec(), 60).await.unwrap();
    ops::session::touch(store.db(), door.token(), Wall::now()).await.unwrap();
    ops::session::end(store.db(), door.token()).await.unwrap();
    ways_in::signed_in(store, provider).await;
    ways_in::passkeys(store, provider).await;
    crate::packs::all_of_orders(store, provider).await;
    ops::pulse::note(store.db(), at(D0)).await.unwrap();
    ops::pulse::doubt(store.db(), at(D0)).await.unwrap();
    ops::pulse::believe(store.db()).await.unwrap();
    ops::tries::note(store.db(), provider.0).await.unwrap();
    let file: &[u8] = b"a file";
    store.take_file(file, file.len(), By::Provider(ProviderId(provider.0))).await.unwrap();
    let stored = store.take_file(file, file.len(), By::Import(provider)).await.unwrap();
    assert_eq!(store.import_file(&stored.sha256, provider).await.unwrap(), file);
    // Rows of another shape are made anew by whoever opens the plant next.
    let mut tx = store.db().write().await.unwrap();
    tx.run("update meta set value = 'another' where name = 'rows'", &[]).await.unwrap();
    assert!(verify::entry_bytes(&mut tx, 1).await.unwrap().is_some());
    assert!(tx.server().await.unwrap().contains("SQL"));
    tx.commit().await.unwrap();
    world.again().await.unwrap();
}

/// A token that is bound to a site reads a list, and is listed with its last use.
async fn programs(story: &Story) {
    let world = &story.demo.world;
    let wish = plantgate_testkit::tokens::wish("statements", &[], &["BRU"]);
    let made = world.token(&story.caller("N-102").await, wish).await.unwrap();
    let entered = world.app.enter_by_token(&made.secret).await.unwrap();
    let plantgate_app::sign_in::Came::In(mut entered) = entered else { panic!("a token opens nothing") };
    let reader = entered.person.id;
    assert!(entered.look.page(&Query::new(Kind::Site, reader, 5)).await.unwrap().total > 0);
    let all = world.app.tokens(&mut entered.look, &entered.person).await.unwrap();
    assert!(all.first().unwrap().used.is_some(), "its use was not noted");
}

/// What is told, delivered, read, and what fails.
async fn messages(story: &Story) {
    let store = story.demo.world.app.store();
    let by = story.person("N-100").await;
    let hook = ("https://hooks.plant.example", true);
    ops::hook::make(store.db(), store.keyring(), hook, by, at(D0)).await.unwrap().unwrap();
    tell::round(store, Ways { mail: true, hooks: true }).await.unwrap();
    let now = store.look().await.unwrap().now().0;
    let jobs = ops::outbox::claim(store.db(), tell::MAIL, now, 2).await.unwrap();
    let [first, second] = &jobs[..] else { panic!("the story mails too little: {jobs:?}") };
    ops::outbox::failed(store.db(), first, now, "outbox-fault").await.unwrap();
    ops::outbox::bury(store.db(), second, now, "outbox-fault").await.unwrap();
    assert!(ops::outbox::again(store.db(), second.id, now).await.unwrap());
    let reader = story.person("N-102").await;
    assert!(ops::digest::begin(store.db(), reader, 1, now).await.unwrap());
    assert!(!ops::digest::begin(store.db(), reader, 1, now).await.unwrap());
    let mut look = store.look().await.unwrap();
    let hook = ops::hook::all(look.tx()).await.unwrap().remove(0);
    assert!(ops::hook::end(store.db(), hook.id).await.unwrap());
    assert!(ops::outbox::dead(look.tx(), 10).await.unwrap().is_empty());
    assert!(ops::outbox::waiting(look.tx()).await.unwrap().0 > 0);
    assert_eq!(ops::digest::had(look.tx()).await.unwrap().len(), 1);
    let filter = |read| Filter { what: Some("emergency".to_owned()), read: Some(read), urgent: true };
    for filter in [Filter::default(), filter(true), filter(false)] {
        let (_, next) = message::page(look.tx(), reader, &filter, None, 1).await.unwrap();
        let after = next.and_then(|next| plantgate_store::list::Cursor::from_text(&next));
        message::page(look.tx(), reader, &filter, after.as_ref(), 1).await.unwrap();
        message::count(look.tx(), reader, &filter).await.unwrap();
    }
    message::unmailed(look.tx(), reader, at(D0), 5).await.unwrap();
    drop(look);
    let mut tx = store.db().write().await.unwrap();
    message::mailed(&mut tx, &[first.id], now).await.unwrap();
    tx.commit().await.unwrap();
    message::mark(store.db(), reader, Some(first.id), now).await.unwrap();
    message::mark(store.db(), reader, None, now).await.unwrap();
    tell::sweep(store).await.unwrap();
    let secret = ops::feed::make(store.db(), reader, "queue", now).await.unwrap().unwrap();
    let mut look = store.look().await.unwrap();
    let made = ops::feed::of(look.tx(), &secret).await.unwrap().unwrap();
    assert_eq!(ops::feed::all(look.tx(), reader).await.unwrap(), vec![made.clone()]);
    drop(look);
    assert!(ops::feed::end(store.db(), reader, made.id).await.unwrap());
    ops::outbox::empty(store.db()).await.unwrap();
}

/// A cosigner that vouches, refuses and keeps evidence; its word in the record.
async fn cosigned(story: &Story) {
    let store = story.demo.world.app.store();
    let outside = Cosigner::open(&story.demo.world.folder.join("cosigner"), Some("a.example/cosigner")).await.unwrap();
    let mut tx = store.db().read().await.unwrap();
    let log = witnesses::log_keys(&mut tx, store.keyring()).await.unwrap().remove(0).1;
    outside.trust(&log).await.unwrap();
    let asked = witnesses::request(&mut tx, 0).await.unwrap().unwrap();
    assert!(matches!(outside.answer(&asked).await.unwrap(), Said::Yes(_)));
    let odd = witnesses::Request { old: asked.size().unwrap(), proof: vec![Hash::EMPTY_ROOT], ..asked };
    assert!(matches!(outside.answer(&odd).await.unwrap(), Said::No(_)));
    assert_eq!((outside.all().await.unwrap().len(), outside.splits(log.name()).await.unwrap().len()), (1, 1));
    let (_, handover) = witnesses::handover(&mut tx, store.keyring()).await.unwrap();
    outside.hand_over(handover.as_bytes()).await.unwrap();
    outside.hand_over(handover.as_bytes()).await.unwrap();
    drop(tx);
    let line = outside.latest(log.name()).await.unwrap().unwrap().note;
    // The record names another cosigner; the statements of a taken word are the same.
    assert!(matches!(witnesses::take(store, line.as_bytes()).await, Err(Stop::Invalid(_))));
    let mut tx = store.db().write().await.unwrap();
    let line = Note::parse(line.as_bytes()).unwrap().signatures().last().unwrap().clone();
    let (key, size) = (outside.key(), odd.old);
    ops::cosignature::put(&mut tx, size, &key.to_string(), at(D0), &line).await.unwrap();
    assert_eq!(witnesses::last(&mut tx, key).await.unwrap(), size);
    let policy = witnesses::policy(&mut tx, store.keyring()).await.unwrap();
    assert_eq!(witnesses::newest(&mut tx, &policy).await.unwrap(), None);
    assert_eq!(ops::cosignature::lines(&mut tx, size).await.unwrap().len(), 1);
    tx.undo().await.unwrap();
}

/// Packs of every kind: of a provider, of a stretch of time, at a head that was signed.
async fn packs(story: &Story) {
    let store = story.demo.world.app.store();
    let me = story.person("N-102").await;
    let mut look = store.look().await.unwrap();
    let from = pack::index_at(&mut look, at(D0)).await.unwrap();
    let (provider, size) = (look.every(Kind::Provider).await.unwrap().remove(0), look.size());
    drop(look);
    let name = provider.thing.card().reference.unwrap();
    let of = Wish { providers: vec![name], disclose: Disclose::Everything, evidence: true, ..Wish::default() };
    let (engagements, sites) = (vec!["E-077".to_owned()], vec!["BRU".to_owned()]);
    let around = Wish { engagements, sites, ..Wish::default() };
    let range = Wish { range: Some((from.min(size - 1), size)), size: Some(size), ..Wish::default() };
    for wish in [of, range, around] {
        let drawn = pack::draw(store, me, &wish, "en").await.unwrap();
        assert!(drawn.seal("what".to_owned(), "<html>".to_owned(), b"%PDF".to_vec()).unwrap().made.entries > 0);
    }
}

/// Every filter of a list, in every order, with a second page.
async fn filters(story: &Story) {
    let reader = story.person("N-100").await;
    let mut look = story.demo.world.app.store().look().await.unwrap();
    let engagement = look.named(Kind::Engagement, "E-077").await.unwrap().unwrap();
    let site = look.named(Kind::Site, "BRU").await.unwrap().unwrap().id;
    for order in [Order::Name, Order::Reference, Order::Newest, Order::Oldest] {
        let mut q = Query { order, ..Query::new(Kind::Request, reader, 1) };
        let first = look.page(&q).await.unwrap();
        q.after = plantgate_store::list::Cursor::from_text(&first.next.unwrap());
        look.page(&q).await.unwrap();
        let all = Query {
            pointing: Some(("engagement", engagement)),
            site: Some(site),
            provider: Some(site),
            state: Some("sent".to_owned()),
            line: Some(("grade", "adequate".to_owned())),
            text: Some("a".to_owned()),
            ..q
        };
        look.page(&all).await.unwrap();
    }
    assert_eq!(look.said(reader, &[Kind::AccessRequest], "station rejects", 5).await.unwrap().len(), 1);
    look.word(engagement, site, "standing").await.unwrap();
    look.holders(&["qa"], SiteId(site)).await.unwrap();
    look.overdue(None, 1).await.unwrap();
    look.not_good().await.unwrap();
    let size = look.size();
    assert_eq!(look.entries_named("permit.grant.opened@1", 0..size, 1).await.unwrap().len(), 1);
    let leaf = look.leaf(size - 1).await.unwrap();
    assert!(leaf.is_some_and(|leaf| leaf.len() == 64) && look.leaf(size).await.unwrap().is_none());
}

#[tokio::test]
async fn every_statement_is_prepared_and_ran_on_both_engines() {
    // The tables of an empty server; worlds clone theirs.
    if let Some(empty) = Scratch::create().await.unwrap() {
        let db = Db::open(&empty.url, &Limits::for_testing()).await.unwrap();
        schema::ensure(&db).await.unwrap();
        db.close().await;
        empty.remove().await.unwrap();
    }
    let worlds = World::both().await;
    let both = worlds.len() == 2;
    let mut told = Vec::new();
    for world in worlds {
        told.push(everything_happens(Story::of(Demo::anew(world).await).await).await);
    }
    let engines: &[Engine] = if both { &[Engine::Sqlite, Engine::Postgres] } else { &[Engine::Sqlite] };
    let pieces = pieces();
    assert!(pieces.len() > 80, "the scan finds too little: {}", pieces.len());
    let mut wrong = Vec::new();
    for (engine, story) in engines.iter().zip(&told) {
        let apart = |text: &str| APART.iter().any(|(words, only)| text.contains(words) && only != engine);
        let happened: Vec<String> = ran(*engine).iter().map(|s| single_spaced(s)).collect();
        for piece in pieces.iter().filter(|p| !apart(&p.text)) {
            let rare = RARE.iter().any(|(words, _)| piece.text.starts_with(words));
            if !rare && !happened.iter().any(|s| within(&piece.text, s)) {
                wrong.push(format!("{}: never ran on {engine:?}: {}", piece.place, piece.text));
            }
        }
        let whole = pieces.iter().map(|p| p.text.clone()).filter(|t| is_whole(t) && !apart(t));
        let (outside, texts): (BTreeSet<String>, BTreeSet<String>) = whole.partition(|t| t.contains(COSIGNER));
        wrong.extend(unprepared(*engine, &story.demo.world.address, texts).await);
        if !outside.is_empty() {
            let file = story.demo.world.folder.join("cosigner/cosigner.sqlite");
            wrong.extend(unprepared(*engine, &file.to_string_lossy(), outside).await);
        }
    }
    assert!(wrong.is_empty(), "{} statements:\n{}", wrong.len(), wrong.join("\n"));
    for story in told {
        story.demo.world.close().await;
    }
}

/// Complete as it stands: begins as a statement does and nothing is put into it.
fn is_whole(text: &str) -> bool {
    BEGINS.iter().take(5).any(|b| text.starts_with(b)) && !text.contains('{')
}

/// What the engine does not take.
async fn unprepared(engine: Engine, address: &str, texts: BTreeSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut say = |text: &str, e: sqlx::Error| wrong.push(format!("{engine:?} does not take it ({e}): {text}"));
    match engine {
        Engine::Sqlite => {
            let mut connection = SqliteConnection::connect(address).await.unwrap();
            for text in texts {
                let sql = AssertSqlSafe(text.clone()).into_sql_str();
                if let Err(e) = (&mut connection).prepare(sql).await {
                    say(&text, e);
                }
            }
        }
        Engine::Postgres => {
            let mut connection = PgConnection::connect(address).await.unwrap();
            for text in texts {
                let sql = AssertSqlSafe(text.clone()).into_sql_str();
                if let Err(e) = (&mut connection).prepare(sql).await {
                    say(&text, e);
                }
            }
        }
    }
    wrong
}

#[tokio::test]
async fn a_statement_that_one_engine_does_not_know_is_named() {
    for world in World::both().await {
        let engine = world.app.store().db().engine();
        let other = match engine {
            Engine::Sqlite => "select 1::bigint",
            Engine::Postgres => "select name from sqlite_master",
        };
        let texts = BTreeSet::from(["select size from edge".to_owned(), other.to_owned()]);
        let wrong = unprepared(engine, &world.address, texts).await;
        assert!(matches!(&wrong[..], [one] if one.ends_with(other)), "{wrong:?}");
        world.close().await;
    }
    let ran = single_spaced("select a from b\n        where c in ($1,$2) and d = $3");
    assert!(within("select a from b where c in ({}) and d = {id}", &ran));
    assert!(!within("select a from b where c in ({}) and e = {id}", &ran) && !is_sql("Select a site."));
}
