//! The second step of an act that is signed. The form before stays in the page, whole; here its sender sees what they
//! sign and proves that it is them. What is wrong with the proof is said here, with what was not done.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{Stop, acts, sign::Typed, sign_in::passkey::Given, stop::Unsigned};
use plantgate_domain::{base::Kind, event::qualify::KeyKind, review::history::changes};
use plantgate_wire::words::Words;
use serde_json::{Map, Value};

use super::telling;
use crate::{
    door::{
        deeds,
        error::Trouble,
        fields::{Fields, done},
        routes::Routes,
        visit::Visit,
    },
    page::{history::Moved, sign::SignPage},
    render,
    view::{Form, Item},
};

/// Facts of the version that is signed, as far as a page shows them; its object has all.
const FACTS: usize = 60;

/// Routes.
pub fn routes() -> Routes {
    Routes::new().act("/sign/{act}", sign)
}

/// Asks for the signature that an act wants: the answer of any door that was told so.
pub async fn ask(
    visit: Visit,
    wanted: &Unsigned,
    body: &Value,
    request: &str,
    form: Form,
) -> Result<Response, Trouble> {
    let mut v = visit.ours()?;
    let on = about(&mut v, wanted).await?;
    let content = content(&mut v, wanted, body).await?;
    let password = v.who.person.has_key(KeyKind::Password);
    let status = if form.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = SignPage {
        act: wanted.act.to_owned(),
        password,
        able: password || v.who.person.has_key(KeyKind::Passkey),
        who: v.ui.person.clone().unwrap_or_else(|| v.ui.t("person-erased").to_string()),
        roles: functions(&v),
        meaning: wanted.meaning.as_str(),
        on,
        kind: wanted.kind.as_str(),
        version: wanted.version,
        digest: wanted.digest.clone().unwrap_or_default(),
        content,
        typed: typed(&v, body),
        body: body.to_string(),
        request: request.to_owned(),
        goes_on: v.state.app.signing_series(v.me(), &v.who.secret).await?,
        passkey_for: passkey_for(&v, request, wanted)?,
        back: back(wanted.act, body),
        form,
        ui: v.ui,
    };
    Ok(render::page(status, &page))
}

/// What the signature is about, where that has a name.
async fn about(v: &mut Visit, wanted: &Unsigned) -> Result<Option<Item>, Stop> {
    let Some(on) = wanted.on else { return Ok(None) };
    let me = v.me();
    let named = v.names.learn(&mut v.look, me, on).await?;
    Ok(Some(Item { text: named.text, href: named.href }))
}

/// What a passkey of the signer is asked for: this request, and what it would sign.
fn passkey_for(v: &Visit, request: &str, wanted: &Unsigned) -> Result<Option<String>, Stop> {
    let has = v.who.person.has_key(KeyKind::Passkey);
    match (v.state.passkeys.is_some() && has, request.parse()) {
        (true, Ok(request)) => v.state.app.subject(v.me(), request, wanted).map(Some),
        (true, Err(_)) | (false, _) => Ok(None),
    }
}

/// The functions of whoever signs, in words.
fn functions(v: &Visit) -> String {
    let roles = v.who.person.roles.iter().map(|r| v.ui.word("power", r.role.as_str()).to_string());
    let mut roles: Vec<String> = roles.collect();
    roles.sort();
    roles.dedup();
    roles.join(", ")
}

/// What stands in the version that is signed. A review signs a range, which its page shows; what an act would make is
/// taken from a look at it.
async fn content(v: &mut Visit, wanted: &Unsigned, body: &Value) -> Result<Vec<Moved>, Trouble> {
    use plantgate_app::read::Memory;
    let (kind, after) = match wanted.on {
        Some(on) if on.kind == Kind::Organisation => return Ok(Vec::new()),
        Some(on) => {
            let kept = v.look.kept(on).await?.ok_or(Stop::NotFound)?;
            (on.kind, kept.thing.to_body().map_err(Stop::from)?)
        }
        None => {
            let seen = acts::preview(&v.state.app, v.caller(), wanted.act, body.clone()).await?;
            let mut all = seen.get("effects").and_then(Value::as_array).into_iter().flatten();
            let made = |e: &&Value| e.get("before").is_some_and(Value::is_null) && of(e, wanted.kind);
            let made = all.find(made);
            (wanted.kind, made.and_then(|e| e.get("after")).cloned().unwrap_or_default())
        }
    };
    let mut all = changes(None, Some(&after));
    // What was decided before is shown on the object's page; it is made anew by this act.
    all.retain(|c| !c.field.contains("/decision/"));
    let mut facts = telling::tell(v, kind, all).await?;
    facts.retain(|f| f.after.as_deref().is_some_and(|a| !a.is_empty()));
    facts.truncate(FACTS);
    Ok(facts)
}

/// Whether an effect is on an object of a kind.
fn of(effect: &Value, kind: Kind) -> bool {
    effect.pointer("/on/kind").and_then(Value::as_str) == Some(kind.as_str())
}

/// What was typed before, by the labels it had.
fn typed(v: &Visit, body: &Value) -> Vec<(String, String)> {
    let said = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(all) => Some(all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")),
        Value::Null | Value::Bool(_) | Value::Object(_) => None,
    };
    let pairs = body.as_object().into_iter().flatten();
    let told = pairs.filter_map(|(name, value)| {
        let label = format!("fld-{}", name.replace('_', "-"));
        let known = Words::find(v.ui.r.lang, &label, &Default::default()).is_some();
        let text = said(value).filter(|t| known && !t.is_empty())?;
        Some((v.ui.t(&label).to_string(), text))
    });
    told.collect()
}

/// The page one came from.
fn back(act: &str, body: &Value) -> String {
    let named = |field: &str| body.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    match act {
        "approve-access" => format!("/access/requests/{}/approve", named("request")),
        "extend-grant" => format!("/access/grants/{}", named("grant")),
        "conclude-trail-review" => "/review/trail".to_owned(),
        act => format!("/do/{act}"),
    }
}

/// Where it led, and what is said there.
fn led(v: &Visit, act: &str, body: &Value, answer: &Value) -> (String, &'static str) {
    let named = |field: &str| body.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    match act {
        "approve-access" => {
            let granted = answer.pointer("/done/grant").is_some_and(|grant| !grant.is_null());
            let what = if granted { "access-granted" } else { "access-agreed" };
            (format!("/access/requests/{}", named("request")), what)
        }
        "extend-grant" => (format!("/access/grants/{}", named("grant")), "grant-extended"),
        "conclude-trail-review" => ("/review/trail".to_owned(), "conclude-trail-review"),
        act => match deeds::find(act) {
            Some(deed) => (deeds::led(v, deed, named, answer), "recorded"),
            None => ("/".to_owned(), "recorded"),
        },
    }
}

async fn sign(visit: Visit, Path(act): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let v = visit.ours()?;
    if !acts::signs(&act) {
        return Err(Stop::NotFound.into());
    }
    let body: Map<String, Value> = serde_json::from_str(&fields.text("body")).map_err(|_| Stop::NotFound)?;
    let body = Value::Object(body);
    let typed = Typed {
        password: fields.maybe("password"),
        code: fields.maybe("code"),
        passkey: v.state.passkeys.clone().zip(Given::read(&fields.text("passkey"))),
        digest: fields.maybe("digest"),
        session: Some(v.who.secret.clone()),
    };
    let request = fields.request()?;
    match acts::signed(&v.state.app, v.caller(), request, (&act, body.clone()), &typed).await {
        Ok(answer) => {
            let entry = answer.get("entry").and_then(Value::as_u64).unwrap_or_default();
            let (path, what) = led(&v, &act, &body, &answer);
            Ok(done(&path, what, entry).into_response())
        }
        Err(stop @ Stop::Invalid(_)) => {
            // Asked again without a proof, the act says once more what it wants signed, or what is wrong with itself.
            let Err(Stop::Unsigned(wanted)) = acts::act(&v.state.app, v.caller(), request, &act, body.clone()).await
            else {
                return Err(stop.into());
            };
            let mut form = fields.wrong(stop, &v.ui.r)?;
            for field in ["password", "code", "passkey"] {
                form.forget(field);
            }
            ask(v, &wanted, &body, &request.to_string(), form).await
        }
        Err(stop) => Err(stop.into()),
    }
}
