//! Who may what: walked on both engines, held against the laws and against the page that people read.

use axum::http::StatusCode;
use plantgate_app::acts;
use plantgate_domain::event::qualify::OwnerRole;
use plantgate_testkit::{
    door::Reply,
    story::Story,
    walk::{Line, Matrix, PROGRAMS, walk},
};

/// Routes whose forms need nobody signed in: signing in itself, the browser's own settings, the first hour.
const OPEN: &[&str] = &[
    "POST /sign-in",
    "POST /sign-in/code",
    "POST /sign-in/passkey",
    "POST /sign-in/passkey/ask",
    "POST /sign-out",
    "POST /first-run",
    "POST /welcome/{token}",
    "POST /welcome/{token}/passkey",
    "POST /welcome/{token}/passkey/ask",
    "POST /attest/{token}",
    "POST /settings/language",
    "POST /settings/theme",
    "POST /settings/site",
    "POST /settings/keys",
    "POST /settings/density",
    "POST /api/v1/sessions",
    "GET /sign-in/with/{provider}/back",
];

fn nobody_is_kept_out(line: &Line) {
    let reply: &Reply = &line.answers[0];
    if line.kind == "public" || OPEN.contains(&line.what.as_str()) {
        return;
    }
    if line.what.contains("/api/v1/") || line.kind == "act" && !line.what.contains('/') {
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "nobody: {}", line.what);
    } else {
        // A page may say where it lives now; there it asks who is there.
        let moved = ["GET /admin", "GET /emergency", "GET /access/request"].contains(&line.what.as_str());
        let asked = reply.status == StatusCode::SEE_OTHER && (moved || reply.location() == "/sign-in");
        assert!(asked, "nobody: {} {} {}", line.what, reply.status, reply.location());
    }
}

fn a_stranger_learns_nothing(matrix: &Matrix) {
    let unknown = matrix.routes.iter().find(|l| l.what == "GET /api/v1/objects/{kind}/{name}").unwrap();
    let unknown = &unknown.invented.as_ref().unwrap().body;
    for line in &matrix.acts {
        let stranger = &line.answers[1];
        assert_eq!((stranger.status, &stranger.body), (StatusCode::NOT_FOUND, unknown), "stranger: {}", line.what);
    }
    for line in &matrix.routes {
        if let Some(none) = &line.invented {
            let stranger = &line.answers[1];
            assert_eq!(stranger.status, StatusCode::NOT_FOUND, "stranger: {}", line.what);
            assert_eq!((stranger.status, &stranger.body), (none.status, &none.body), "stranger: {}", line.what);
        }
    }
}

/// Acts about what all of ours see wherever they work: people, holds on people and providers, and that a file was
/// imported. There a role at another site is told that it lacks the power here.
const SEEN_BY_ALL: &[&str] = &[
    "withdraw-notice",
    "lift-hold",
    "erase-person",
    "hand-over-service",
    "ask-people",
    "close-people-ask",
    "undo-import",
];

/// A stranger among our own: who has the function at another site is answered as if nothing was here.
fn elsewhere_learns_nothing(matrix: &Matrix) {
    let mut held = 0;
    for line in matrix.acts.iter().filter(|l| !SEEN_BY_ALL.contains(&l.what.as_str())) {
        // Behind the roles stand programs; the last two are of one site, with and without acts.
        let roles = line.answers.len() - 2;
        for pair in line.answers.get(4..roles).unwrap_or_default().chunks(2) {
            let [here, there] = pair else { continue };
            if here.status != StatusCode::OK || there.status == StatusCode::OK {
                continue;
            }
            let as_if_not = there.status == StatusCode::UNPROCESSABLE_ENTITY && there.body.contains("There is no ");
            assert!(as_if_not, "elsewhere: {} {} {}", line.what, there.status, there.body);
            held += 1;
        }
    }
    assert!(held > 60, "too few acts were tried from elsewhere to prove anything: {held}");
}

/// By the numbers of the last answers: what a program may is never more than its holder, and no page is for it.
fn programs_may_no_more_than_their_holders(matrix: &Matrix) {
    let (mut acts, mut read) = (0, 0);
    let holder = |line: &Line| {
        let at = OwnerRole::of_people().position(|role| role == OwnerRole::OtSecurity).unwrap();
        line.answers[4 + 2 * at].clone()
    };
    for line in &matrix.acts {
        let [.., machine, _, token, reads] = &line.answers[..] else { panic!("{}", line.what) };
        let (here, who) = (StatusCode::OK, holder(line));
        assert!(token.status != here || who.status == here, "{}: a token may more than its holder", line.what);
        assert_eq!(reads.status, StatusCode::FORBIDDEN, "{}: a token that only reads", line.what);
        let never = acts::steps_up(&line.what) || line.what.contains("approve") || line.what.contains("decide");
        assert!(!(never && token.status == here), "{}: a token does what only people do", line.what);
        assert!(!(never && machine.status == here), "{}: a machine does what only people do", line.what);
        acts += usize::from(token.status == here);
    }
    for line in matrix.routes.iter().filter(|l| l.answers.len() > 4) {
        for program in line.answers.iter().rev().take(PROGRAMS.len()) {
            let nobody = &line.answers[0];
            if line.what.contains("/api/v1/") {
                read += usize::from(program.status == StatusCode::OK && nobody.status == StatusCode::UNAUTHORIZED);
            } else {
                // Whoever tries links too often waits, with a token as without one: then there is nothing to compare.
                if [program, nobody].iter().any(|reply| reply.status == StatusCode::TOO_MANY_REQUESTS) {
                    continue;
                }
                assert_eq!(program.still(), nobody.still(), "a page knows a token: {}", line.what);
            }
        }
    }
    assert!(acts > 20 && read > 10, "programs were let in too seldom to prove anything: {acts} {read}");
}

#[tokio::test]
async fn who_may_is_what_the_page_says() {
    for story in Story::both().await {
        let engine = story.demo.world.engine;
        let (story, matrix) = walk(story).await;
        for line in matrix.routes.iter().chain(&matrix.acts) {
            for reply in &line.answers {
                assert!(reply.status.as_u16() < 500, "{engine}: {} {} {}", line.what, reply.status, reply.body);
            }
            nobody_is_kept_out(line);
        }
        a_stranger_learns_nothing(&matrix);
        elsewhere_learns_nothing(&matrix);
        programs_may_no_more_than_their_holders(&matrix);
        let page = include_str!("../../../../docs/who-may.md");
        let text = matrix.text();
        let differs = text.lines().zip(page.lines()).find(|(a, b)| a != b);
        assert!(text == page, "{engine}: docs/who-may.md is not what is walked; `cargo xtask generate`: {differs:?}");
        story.demo.world.close().await;
    }
}
