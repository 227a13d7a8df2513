//! The API's description (OpenAPI 3.1), made from the list of acts and routes, so that it cannot forget one.

use axum::Json;
use plantgate_app::{acts, qualify::token::TokenWish, schema};
use serde_json::{Map, Value, json};

/// `GET /api/v1/openapi.json`
pub async fn show() -> Json<Value> {
    Json(document())
}

/// The description.
pub fn document() -> Value {
    let mut paths = Map::new();
    paths.insert("/api/v1/sessions".to_owned(), json!({ "post": operation("Sign in", "201", true, false) }));
    let end = operation("Sign out", "204", false, true);
    paths.insert("/api/v1/sessions/current".to_owned(), json!({ "delete": end }));
    let anew = operation("Prove anew who you are; the answer is the token from now on", "200", true, true);
    paths.insert("/api/v1/sessions/current/proof".to_owned(), json!({ "post": anew }));
    paths.insert("/api/v1/openapi.json".to_owned(), json!({ "get": operation("This document", "200", false, false) }));
    let mut decide = operation("Would this access be granted, and why?", "200", true, true);
    if let Some(schema) = decide.pointer_mut("/requestBody/content/application~1json/schema") {
        *schema = json!({ "$ref": "#/components/schemas/request-access" });
    }
    paths.insert("/api/v1/access/decisions".to_owned(), json!({ "post": decide }));
    paths.extend(jump());
    for name in acts::NAMES {
        paths.insert(format!("/api/v1/acts/{name}"), json!({ "post": act(name) }));
    }
    for (path, summary) in [
        ("/api/v1/objects/{kind}", "A page of a list"),
        ("/api/v1/objects/{kind}/{name}", "One object"),
        ("/api/v1/objects/{kind}/{name}/history", "Who changed it, when and how, with proof"),
    ] {
        let mut show = operation(summary, "200", false, true);
        let in_path = path.split('{').skip(1).filter_map(|p| p.split('}').next());
        let mut parameters: Vec<Value> = in_path
            .map(|n| json!({ "name": n, "in": "path", "required": true, "schema": { "type": "string" } }))
            .collect();
        if path.ends_with("{kind}") {
            parameters.extend(filters());
        }
        if let Some(o) = show.as_object_mut() {
            o.insert("parameters".to_owned(), json!(parameters));
        }
        paths.insert(path.to_owned(), json!({ "get": show }));
    }
    paths.insert("/api/v1/tokens".to_owned(), tokens());
    paths.insert("/api/v1/sheets".to_owned(), json!({ "post": sheet() }));
    paths.insert("/api/v1/evidence/uploads".to_owned(), json!({ "post": upload() }));
    paths.insert("/api/v1/recordings".to_owned(), json!({ "post": recording() }));
    paths.insert("/api/v1/access/accounts".to_owned(), turns());
    let packs = json!({
        "get": operation("Packs that were made", "200", false, true),
        "post": operation("Make a pack; the answer is the file", "200", true, true),
    });
    paths.insert("/api/v1/packs".to_owned(), packs);
    paths.extend(directory());
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Plantgate", "version": env!("CARGO_PKG_VERSION"), "license": { "name": "Apache-2.0" } },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "session": { "type": "http", "scheme": "bearer",
                    "description": "The answer of POST /api/v1/sessions; ends by itself." },
                "token": { "type": "http", "scheme": "bearer", "bearerFormat": "pgt_…",
                    "description": "Made by a person for a program; does what it names, as long as its holder may." },
            },
            "schemas": schemas(),
        },
    })
}

/// What stock sshds ask (`docs/jump-hosts.md`).
fn jump() -> Map<String, Value> {
    let text = json!({ "type": "string" });
    let number = json!({ "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_u64 });
    let mut entry = operation("May the holder of a certificate log in at this system now?", "200", true, true);
    if let Some(schema) = entry.pointer_mut("/requestBody/content/application~1json/schema") {
        *schema = json!({ "type": "object", "additionalProperties": false,
            "required": ["grant", "fingerprint", "serial", "login", "system"],
            "properties": { "grant": text, "fingerprint": text, "serial": number, "login": text, "system": text } });
    }
    let parameters = |mut operation: Value, place: &str, all: &[(&str, &Value)]| {
        let named = all
            .iter()
            .map(|(name, schema)| json!({ "name": name, "in": place, "required": place == "path", "schema": schema }));
        let named: Vec<Value> = named.collect();
        if let Some(o) = operation.as_object_mut() {
            o.insert("parameters".to_owned(), json!(named));
        }
        operation
    };
    let ends = operation("Grants that were taken away since a position of the record", "200", false, true);
    let own = operation("A certificate of one's own, as OpenSSH reads it", "200", false, true);
    let krl = operation("Revoked certificates, as OpenSSH reads them", "200", false, true);
    [
        ("entries", json!({ "post": entry })),
        ("krl", json!({ "get": krl })),
        ("ends", json!({ "get": parameters(ends, "query", &[("from", &number), ("leaf", &text), ("wait", &number)]) })),
        (
            "certificates/{grant}/{serial}",
            json!({ "get": parameters(own, "path", &[("grant", &text), ("serial", &number)]) }),
        ),
    ]
    .map(|(path, of)| (format!("/api/v1/access/ssh/{path}"), of))
    .into_iter()
    .collect()
}

/// What a machine that turns accounts has to do (`docs/accounts.md`).
fn turns() -> Value {
    let mut asks = operation("Accounts that this machine has to turn on or off now", "200", false, true);
    if let Some(o) = asks.as_object_mut() {
        let wait = json!({ "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_u64 });
        let named = json!([{ "name": "wait", "in": "query", "required": false, "schema": wait }]);
        o.insert("parameters".to_owned(), named);
    }
    json!({ "get": asks })
}

/// Tokens of programs: only who signed in makes one.
fn tokens() -> Value {
    let mut make = operation("Make a token; its secret is in this answer only", "201", true, true);
    if let Some(schema) = make.pointer_mut("/requestBody/content/application~1json/schema") {
        *schema = json!({ "$ref": "#/components/schemas/TokenWish" });
    }
    if let Some(o) = make.as_object_mut() {
        o.insert("security".to_owned(), json!([{ "session": [] }]));
    }
    json!({ "get": operation("One's own tokens, without their secrets", "200", false, true), "post": make })
}

/// What a directory tells by SCIM 2.0. Its bodies are those of RFC 7643; what they may hold stands in
/// `docs/directory.md`.
fn directory() -> Map<String, Value> {
    let scim = |mut operation: Value, ok: &str, place: bool| {
        let media = "application/scim+json";
        let content = json!({ media: { "schema": { "type": "object" } } });
        if let Some(body) = operation.pointer_mut("/requestBody/content") {
            *body = content;
        }
        if let Some(responses) = operation.pointer_mut("/responses").and_then(Value::as_object_mut) {
            responses.insert("400".to_owned(), json!({ "description": "It cannot be read (RFC 7644, table 9)" }));
            for (status, response) in responses.iter_mut() {
                let words = response["description"].clone();
                let told = json!({ "description": words, "content": { media: {} , "application/problem+json": {} } });
                *response = if status == "204" { json!({ "description": words }) } else { told };
            }
            responses.entry(ok).or_insert(json!({ "description": "Done" }));
        }
        if place && let Some(o) = operation.as_object_mut() {
            let id = json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } });
            o.insert("parameters".to_owned(), json!([id]));
        }
        operation
    };
    let get = |summary: &str, place| scim(operation(summary, "200", false, true), "200", place);
    let put = |summary: &str| scim(operation(summary, "200", true, true), "200", true);
    let one = json!({ "get": get("One person of ours, for a directory", true), "put": put("What a person is called"),
        "patch": put("What changed about a person"),
        "delete": scim(operation("A person left", "204", false, true), "204", true) });
    let all = json!({ "get": get("Our people, for a directory", false),
        "post": scim(operation("Somebody came", "201", true, true), "201", false) });
    [
        ("ServiceProviderConfig", json!({ "get": get("What this door for directories can do", false) })),
        ("ResourceTypes", json!({ "get": get("What it tells of", false) })),
        ("Schemas", json!({ "get": get("What it knows of them", false) })),
        ("Users", all),
        ("Users/{id}", one),
    ]
    .map(|(path, of)| (format!("/api/v1/scim/v2/{path}"), of))
    .into_iter()
    .collect()
}

/// A file as it is.
fn bytes(mut operation: Value, media: &str, parameters: &Value) -> Value {
    if let Some(o) = operation.as_object_mut() {
        let content = json!({ media: { "schema": { "type": "string", "format": "binary" } } });
        o.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
        o.insert("parameters".to_owned(), parameters.clone());
    }
    operation
}

fn sheet() -> Value {
    let reads = operation("Read a sheet; the answer is the body of the act `import-sheet`", "200", true, true);
    let name = |name: &str, must: bool, schema: Value| {
        let place = "query";
        json!({ "name": name, "in": place, "required": must, "schema": schema })
    };
    let asked = json!([
        name("name", true, json!({ "type": "string" })),
        name("sheet", false, json!({ "type": "string" })),
        name("header", false, json!({ "type": "integer", "minimum": 0 })),
        name("down", false, json!({ "type": "boolean" })),
    ]);
    bytes(reads, "application/octet-stream", &asked)
}

fn upload() -> Value {
    let takes = operation("Take the bytes of a file, for an act that names their digest", "200", true, true);
    bytes(takes, "application/octet-stream", &json!([]))
}

fn recording() -> Value {
    let takes = "Take a recording that another machine made; the answer has what `bring-recording` names";
    let asked = |name: &str, must: bool, kind: &str| {
        let schema = json!({ "type": kind });
        json!({ "name": name, "in": "query", "required": must, "schema": schema })
    };
    let all = [
        asked("session", true, "string"),
        asked("name", false, "string"),
        asked("gaps", false, "boolean"),
        asked("typed", false, "boolean"),
    ];
    let asked = json!(all);
    bytes(operation(takes, "200", true, true), "application/octet-stream", &asked)
}

/// What narrows and orders a list.
fn filters() -> Vec<Value> {
    let text = |name: &str, words: &str| {
        let schema = json!({ "type": "string" });
        json!({ "name": name, "in": "query", "description": words, "schema": schema })
    };
    let sort = json!({ "type": "string", "enum": ["name", "reference", "newest"] });
    vec![
        text("site", "Only at this site: reference or id"),
        text("provider", "Only of this provider: reference or id"),
        text("state", "Only in this state"),
        text("is", "A line and the word it must have now, for instance `standing:restricted`"),
        text("after", "Where the page before ended"),
        json!({ "name": "sort", "in": "query", "schema": sort }),
        json!({ "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1 } }),
    ]
}

/// What an act reads and answers; the schema of its body is under its name.
fn act(name: &str) -> Value {
    let mut act = operation(&format!("Act: {}", name.replace('-', " ")), "200", true, true);
    let key = json!({ "name": "Idempotency-Key", "in": "header", "schema": { "type": "string", "format": "uuid" },
        "description": "The same key gives the same answer." });
    let preview = json!({ "name": "preview", "in": "query", "schema": { "type": "boolean" },
        "description": "Shows the effects and leaves no trace." });
    let body = json!({ "$ref": format!("#/components/schemas/{name}") });
    let answer = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Answer" } } });
    if let Some(o) = act.as_object_mut() {
        o.insert("parameters".to_owned(), json!([key, preview]));
        o.insert("operationId".to_owned(), json!(name));
        if acts::steps_up(name) {
            let words = "Takes a proof of the second factor that is not old; otherwise 403 with the code `step-up`.";
            o.insert("description".to_owned(), json!(words));
        }
        o.insert(
            "requestBody".to_owned(),
            json!({ "required": true, "content": { "application/json": {
            "schema": body } } }),
        );
    }
    if let Some(done) = act.pointer_mut("/responses/200").and_then(Value::as_object_mut) {
        done.insert("content".to_owned(), answer);
    }
    act
}

/// The bodies of all acts, read from the code that reads them, and what every answer has.
fn schemas() -> Value {
    let mut all = Map::new();
    for name in acts::NAMES {
        if let Some(mut schema) = acts::schema(name) {
            if acts::signs(name)
                && let Some(fields) = schema.pointer_mut("/properties").and_then(Value::as_object_mut)
            {
                fields.insert("signature".to_owned(), json!({ "$ref": "#/components/schemas/Signature" }));
            }
            all.insert((*name).to_owned(), schema);
        }
    }
    if let Some(wish) = schema::of::<TokenWish>() {
        all.insert("TokenWish".to_owned(), wish);
    }
    all.insert("Problem".to_owned(), problem());
    all.insert("Answer".to_owned(), answer());
    all.insert("Signature".to_owned(), signature());
    Value::Object(all)
}

/// Of an act that was done, and of one that was only shown.
fn answer() -> Value {
    let count = json!({ "type": "integer", "minimum": 0 });
    json!({ "type": "object", "required": ["done", "entries"], "properties": {
        "done": { "description": "What the act answers: ids, references, decisions." },
        "request": { "type": "string", "format": "uuid" }, "entry": count, "entries": count,
        "at": { "type": "string", "format": "date-time" }, "repeated": { "type": "boolean" },
        "effects": { "type": "array", "items": { "type": "object" } } } })
}

/// The proof that goes with an act that is signed. Whether one wants it depends on what it is about; the answer of type
/// `urn:plantgate:problem:signature` says what would be signed, and so does a preview.
fn signature() -> Value {
    let text = json!({ "type": ["string", "null"] });
    json!({ "type": "object", "additionalProperties": false, "properties": {
        "digest": { "type": ["string", "null"], "description": "Of the version that was shown; `signs.digest`." },
        "password": text, "code": text } })
}

fn problem() -> Value {
    json!({ "type": "object", "required": ["type", "title", "status"], "properties": {
        "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" },
        "errors": { "type": "array", "items": wrong() } } })
}

/// One thing that is wrong with the input. The code stays; the sentence is in the language of `Accept-Language`.
fn wrong() -> Value {
    let text = json!({ "type": ["string", "null"] });
    json!({ "type": "object", "required": ["code", "why"], "properties": {
        "file": text, "line": { "type": ["integer", "null"] }, "field": text,
        "code": { "type": "string" }, "why": { "type": "string" } } })
}

fn operation(summary: &str, ok: &str, body: bool, signed_in: bool) -> Value {
    let schema = json!({ "$ref": "#/components/schemas/Problem" });
    let problem =
        |words: &str| json!({ "description": words, "content": { "application/problem+json": { "schema": schema } } });
    let mut responses = Map::new();
    responses.insert(ok.to_owned(), json!({ "description": summary }));
    for (status, words) in [
        ("401", "Nobody is signed in"),
        ("403", "The rules do not allow it"),
        ("404", "No such thing, or not yours"),
        ("409", "Changed meanwhile"),
        ("413", "Too large"),
        ("422", "The input cannot be used"),
        ("429", "Too many unknown tokens; one that stands is never answered so"),
        ("500", "A fault of ours"),
        ("503", "Busy, or the outcome is unknown"),
    ] {
        responses.insert(status.to_owned(), problem(words));
    }
    let mut operation = json!({ "summary": summary, "responses": responses });
    if let Some(o) = operation.as_object_mut() {
        if body {
            let content = json!({ "application/json": { "schema": { "type": "object" } } });
            o.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
        }
        if signed_in {
            o.insert("security".to_owned(), json!([{ "token": [] }, { "session": [] }]));
        }
    }
    operation
}
