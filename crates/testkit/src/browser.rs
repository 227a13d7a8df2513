//! A real browser: Debian's Chromium behind its own driver, on loopback, with nothing of the network. Pages are used as
//! people use them, by keyboard; axe looks at every one.

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::http::Method;
use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    key::Key,
    wd::WebDriverCompatibleCommand,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use plantgate_store::Limits;

use crate::{
    left_out::left_out,
    world::{World, request},
};

/// The variable the test command sets: where axe-core lies.
pub const AXE: &str = "PLANTGATE_AXE";

/// A server of a world and a browser on it.
pub struct Browser {
    pub client: Client,
    pub base: String,
    driver: Child,
    profile: PathBuf,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its browser is a child of the driver and would outlive it; no other has this profile.
        let _ = Command::new("pkill").args(["-9", "-f", &self.profile.to_string_lossy()]).status();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

fn found(names: &[&str]) -> Option<PathBuf> {
    names.iter().map(PathBuf::from).find(|p| p.exists())
}

/// What WebDriver has no command for, in the words of Chromium's own protocol.
#[derive(Debug)]
struct Own(Value);

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }
    fn method_and_body(&self, _: &url::Url) -> (axum::http::Method, Option<String>) {
        (axum::http::Method::POST, Some(self.0.to_string()))
    }
}

/// How often a page is read until it says what is waited for: ten seconds, which only a busy machine needs.
const READS: usize = 100;
const AGAIN: Duration = Duration::from_millis(100);

/// Serves a world on a free loopback port; the address.
pub async fn serve(world: &World) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    serve_by(world.router(), listener);
    format!("http://{address}")
}

/// The same by the machine's own name, which passkeys are good for: a number they cannot be bound to.
pub async fn serve_by_name(world: &World) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    serve_by(world.router_at(Some(&origin)), listener);
    origin
}

fn serve_by(router: axum::Router, listener: TcpListener) {
    tokio::spawn(plantgate_web::door::serve(listener, router, Limits::standard(), std::future::pending()));
}

impl Browser {
    /// Opens a browser on a served world; `None`, said aloud, when this machine has none.
    pub async fn open(base: &str, scripts: bool, size: (u32, u32)) -> Option<Browser> {
        let driver = found(&["/usr/bin/chromedriver"]);
        let chromium = found(&["/usr/bin/chromium", "/usr/bin/google-chrome"]);
        let (Some(driver), Some(chromium)) = (driver, chromium) else {
            left_out(
                "no Chromium with its driver here: pages are not tested in a browser; `cargo xtask test` installs it",
            );
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let profile = std::env::temp_dir().join(format!("plantgate-browser-{}", request().simple()));
        let mut driver = Command::new(driver);
        driver.args([format!("--port={port}"), "--log-level=SEVERE".to_owned()]);
        #[expect(clippy::zombie_processes, reason = "the browser that is returned kills and waits when it is dropped")]
        let driver = driver.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut prefs = serde_json::Map::new();
        if !scripts {
            prefs.insert("profile.managed_default_content_settings.javascript".to_owned(), json!(2));
        }
        let args = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--lang=en-GB",
            &format!("--user-data-dir={}", profile.display()),
            &format!("--window-size={},{}", size.0, size.1),
        ]
        .map(str::to_owned);
        let options = json!({ "args": args, "binary": chromium, "prefs": prefs });
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        let address = format!("http://127.0.0.1:{port}");
        for _ in 0..100 {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities.clone());
            if let Ok(client) = builder.connect(&address).await {
                return Some(Browser { client, base: base.to_owned(), driver, profile });
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("Chromium's driver did not answer within ten seconds");
    }

    /// Tells Chromium something that WebDriver has no command for.
    pub async fn tell(&self, command: &str, with: Value) {
        self.client.issue_cmd(Own(json!({ "cmd": command, "params": with }))).await.unwrap();
    }
    /// What the reader's machine asks of every page, as `prefers-color-scheme`.
    pub async fn prefers(&self, features: &[(&str, &str)]) {
        let features: Vec<Value> =
            features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.tell("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }
    /// A window of so many CSS pixels: narrower than a browser lets one drag it, as zooming in makes it.
    pub async fn window(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.tell("Emulation.setDeviceMetricsOverride", size).await;
    }
    /// Opens a path.
    pub async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.unwrap();
    }
    /// The path one is at.
    pub async fn at(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        url[url::Position::BeforePath..].to_owned()
    }
    /// Everything a person reads on the page, in one line. A key that was pressed may lead elsewhere between finding
    /// the page and reading it, and between two pages there is none: then it is the next page that is read.
    pub async fn words(&self) -> String {
        for _ in 0..READS {
            if let Some(text) = self.read().await {
                return text;
            }
            tokio::time::sleep(AGAIN).await;
        }
        panic!("no page stays long enough to be read");
    }
    /// The page as it stands, or nothing while another one comes.
    async fn read(&self) -> Option<String> {
        let given = match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await,
            Err(none) => Err(none),
        };
        match given {
            Ok(text) => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
            Err(error) if error.is_stale_element_reference() || error.is_no_such_element() => None,
            // What the driver says of an element whose page went while it was looked at, in words of Chromium's.
            Err(error) if error.to_string().contains("does not belong to the document") => None,
            Err(error) => panic!("{error}"),
        }
    }
    /// Waits until the page says all of it, as somebody who reads it would; what is missing after that is told.
    pub async fn says(&self, wanted: &[&str]) {
        let mut words = String::new();
        for _ in 0..READS {
            words = self.words().await;
            if wanted.iter().all(|want| words.contains(want)) {
                return;
            }
            tokio::time::sleep(AGAIN).await;
        }
        let missing: Vec<_> = wanted.iter().filter(|want| !words.contains(**want)).collect();
        panic!("{} does not say {missing:?}:\n{words}", self.at().await);
    }
    /// What has the focus; while another page comes, nothing has.
    async fn focus(&self) -> fantoccini::elements::Element {
        for _ in 0..READS {
            match self.client.active_element().await {
                Ok(element) => return element,
                Err(error) if error.is_stale_element_reference() || error.is_no_such_element() => {}
                Err(error) => panic!("{error}"),
            }
            tokio::time::sleep(AGAIN).await;
        }
        panic!("nothing has the focus on {}", self.at().await);
    }
    /// Types into a field, in place of what stands there.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.client.find(Locator::Css(&format!("main [name='{name}']"))).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }
    /// Presses a key where the focus is, as a keyboard does: a file field takes text for a path, not for a key.
    pub async fn press(&self, key: Key) {
        let value: char = key.into();
        let keys = KeyActions::new("keyboard".to_owned()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.client.perform_actions(keys).await.unwrap();
    }
    /// Goes by Tab to a field, by name and, for choices, by value.
    pub async fn reach(&self, name: &str, value: Option<&str>) -> fantoccini::elements::Element {
        for _ in 0..200 {
            self.press(Key::Tab).await;
            let focus = self.focus().await;
            let named = focus.attr("name").await.unwrap_or_default().as_deref() == Some(name);
            let is = value.is_none() || focus.attr("value").await.unwrap_or_default().as_deref() == value;
            if named && is {
                return focus;
            }
        }
        panic!("no field ‘{name}’ can be reached by keyboard on {}", self.at().await);
    }
    /// Types into a field reached by keyboard.
    pub async fn write(&self, name: &str, text: &str) {
        let field = self.reach(name, None).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }
    /// Ticks a box reached by keyboard.
    pub async fn tick(&self, name: &str, value: &str) {
        self.reach(name, Some(value)).await.send_keys(" ").await.unwrap();
    }
    /// Goes by Tab to the control whose text begins so, and presses Enter: no pointer, no script.
    pub async fn tab_to(&self, begins: &str) {
        for _ in 0..200 {
            self.press(Key::Tab).await;
            let focus = self.focus().await;
            let text = focus.text().await.unwrap_or_default();
            if text.trim().starts_with(begins) {
                focus.send_keys(&char::from(Key::Enter).to_string()).await.unwrap();
                return;
            }
        }
        panic!("no control ‘{begins}’ can be reached by keyboard on {}: {}", self.at().await, self.words().await);
    }
    /// Signs in on the pages, as people do.
    pub async fn sign_in(&self, handle: &str, password: &str, code: &str) {
        self.go("/sign-in").await;
        self.fill("login", handle).await;
        self.fill("password", password).await;
        self.press(Key::Enter).await;
        self.client.wait().for_element(Locator::Css("main [name='code']")).await.unwrap();
        self.fill("code", code).await;
        self.press(Key::Enter).await;
        self.client.wait().for_element(Locator::Css("nav.rail")).await.unwrap();
    }
    /// What axe finds on the page at WCAG 2.2 AA; `None`, said aloud, when axe is not here.
    pub async fn axe(&self) -> Option<Vec<String>> {
        self.axe_asked(&["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).await
    }
    /// What axe finds by these of its tags or rules.
    pub async fn axe_asked(&self, which: &[&str]) -> Option<Vec<String>> {
        #[expect(clippy::disallowed_methods, reason = "tests are configured by the test command")]
        let Ok(path) = std::env::var(AXE) else {
            left_out(&format!("{AXE} is not set: pages are not checked by axe; `cargo xtask test` fetches it"));
            return None;
        };
        let source = std::fs::read_to_string(path).unwrap();
        let is_here = self.client.execute("return typeof axe === 'object';", Vec::new()).await.unwrap();
        if is_here != json!(true) {
            self.client.execute(&source, Vec::new()).await.unwrap();
        }
        let tags = json!({ "runOnly": which });
        let script = "const done = arguments[arguments.length - 1]; axe.run(document, arguments[0]).then(done);";
        let found = self.client.execute_async(script, vec![tags]).await.unwrap();
        let violations = found["violations"].as_array().cloned().unwrap_or_default();
        Some(violations.iter().map(said).collect())
    }
    /// Whether the page is wider than the window.
    pub async fn overflows(&self) -> bool {
        let script = "return document.documentElement.scrollWidth > document.documentElement.clientWidth + 1;";
        self.client.execute(script, Vec::new()).await.unwrap() == json!(true)
    }
    /// A picture of the window.
    pub async fn picture(&self, file: &std::path::Path) {
        std::fs::write(file, self.client.screenshot().await.unwrap()).unwrap();
    }
}

fn said(v: &Value) -> String {
    let nodes = v["nodes"].as_array().cloned().unwrap_or_default();
    let first = nodes.first().map(|n| n["html"].to_string()).unwrap_or_default();
    format!("{}: {} ({} places, first {first})", v["id"], v["help"], nodes.len())
}

/// What the driver is told of a device that holds passkeys (WebAuthn Level 3 §11).
#[derive(Debug)]
enum Authenticator {
    Add { verifies: bool },
}

impl WebDriverCompatibleCommand for Authenticator {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/webauthn/authenticator", session.unwrap_or_default()))
    }
    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        let Authenticator::Add { verifies } = self;
        let body = json!({ "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
            "hasUserVerification": true, "isUserConsenting": true, "isUserVerified": verifies });
        (Method::POST, Some(body.to_string()))
    }
}

impl Browser {
    /// Gives the browser a device for passkeys, which checks its holder or fails to.
    pub async fn device(&self, verifies: bool) {
        self.client.issue_cmd(Authenticator::Add { verifies }).await.unwrap();
    }
}
