//! What a stranger sends through the doors: forms, files in forms, JSON, addresses, cookies, all of it to the real
//! router over a plant of its own. A fault of ours, a 500, is no answer.

use std::sync::{LazyLock, Mutex, PoisonError};

use axum::http::{HeaderValue, Method, Uri};
use plantgate_store::verify;
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    world::World,
};
use tokio::runtime::Runtime;

pub struct House {
    pub runtime: Runtime,
    /// Somebody of ours, and somebody of a provider.
    doors: (Door, Door),
    pub demo: Demo,
}

static HOUSE: LazyLock<Mutex<Option<House>>> = LazyLock::new(|| Mutex::new(Some(House::build())));

impl House {
    fn build() -> House {
        let runtime = Runtime::new().unwrap();
        let (demo, doors) = runtime.block_on(async {
            let demo = Demo::on(World::sqlite().await).await;
            let doors = (demo.sign_in("k.brandt").await, demo.sign_in("i.campos").await);
            (demo, doors)
        });
        House { runtime, doors, demo }
    }
}

pub fn inside<T>(ask: impl FnOnce(&House) -> T) -> T {
    let house = HOUSE.lock().unwrap_or_else(PoisonError::into_inner);
    ask(house.as_ref().expect("it stands until the end"))
}

/// Takes the plant down, with its folder.
pub fn close() {
    drop(HOUSE.lock().unwrap_or_else(PoisonError::into_inner).take());
}

/// The first entries of a plant, as they are stored.
pub fn entries() -> Vec<Vec<u8>> {
    inside(|house| {
        house.runtime.block_on(async {
            let mut tx = house.demo.world.app.store().db().read().await.unwrap();
            let mut all = Vec::new();
            for seq in (0..400).step_by(20) {
                all.extend(verify::entry_bytes(&mut tx, seq).await.unwrap());
            }
            all
        })
    })
}

fn kind(reply: &Reply) -> String {
    assert_ne!(reply.status.as_u16(), 500, "a fault of ours: {}", reply.words());
    let code = reply.headers.get("content-type").map(|c| c.to_str().unwrap_or_default().to_owned());
    format!("{} {}", reply.status.as_u16(), code.unwrap_or_default())
}

fn sent(ours: bool, path: &str, content: &str, body: &[u8]) -> String {
    inside(|house| {
        let door = if ours { &house.doors.0 } else { &house.doors.1 };
        kind(&house.runtime.block_on(door.send(Method::POST, path, Some(content), body.to_vec())))
    })
}

/// A file in a form: a sheet to import, and a piece of evidence.
pub fn multipart_of(input: &[u8]) -> String {
    let content = "multipart/form-data; boundary=plantgate";
    let import = sent(true, "/admin/import", content, input);
    format!("{import} {}", sent(false, "/owe/REQ-0577/upload", content, input))
}

/// What the two uploads send.
pub fn parts() -> Vec<Vec<u8>> {
    let part =
        |head: &str, body: &str| format!("--plantgate\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
    let what = part("name=\"what\"", "zones");
    let file = part("name=\"file\"; filename=\"z.csv\"", "site,reference,name,kind\nBRU,BZ-99,Fill,production\n");
    let id = part("name=\"request_id\"", "6f1f0d2e-7a52-4c3b-9d8e-112233445566");
    let typed = part("name=\"file\"; filename=\"../u.csv\"\r\nContent-Type: text/csv", "ortega;engineer\n");
    vec![format!("{what}{file}--plantgate--\r\n").into_bytes(), format!("{id}{typed}--plantgate--\r\n").into_bytes()]
}

/// The body of a form.
pub fn form_of(input: &[u8]) -> String {
    let content = "application/x-www-form-urlencoded";
    format!("{} {}", sent(true, "/do/register-site", content, input), sent(true, "/admin/modes", content, input))
}

/// The body of an act and of a question.
pub fn json_of(input: &[u8]) -> String {
    let act = sent(true, "/api/v1/acts/register-site", "application/json", input);
    format!("{act} {}", sent(false, "/api/v1/access/decisions", "application/json", input))
}

/// What stands behind the question mark of an address.
pub fn query_of(input: &[u8]) -> String {
    let typed = String::from_utf8_lossy(input);
    let pages = ["/providers", "/find", "/access/grants", "/api/v1/objects/system"];
    let said = pages.map(|page| {
        let address = format!("{page}?{typed}");
        if address.parse::<Uri>().is_err() {
            return "no address".to_owned();
        }
        inside(|house| kind(&house.runtime.block_on(house.doors.0.get(&address))))
    });
    said.join(" ")
}

/// The cookies of somebody who may have made them up.
pub fn cookies_of(input: &[u8]) -> String {
    if HeaderValue::from_bytes(input).is_err() {
        return "no header".to_owned();
    }
    let Ok(typed) = std::str::from_utf8(input) else { return "no text".to_owned() };
    inside(|house| {
        let door = house.demo.world.nobody().with_cookies(typed);
        kind(&house.runtime.block_on(door.get("/sign-in")))
    })
}
