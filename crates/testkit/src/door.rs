//! A browser and a program in a test: the real router, called in process, with the cookie or token of somebody who
//! signed in as everybody does.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use http_body_util::BodyExt;
use plantgate_app::Caller;
use plantgate_app::sign_in::{Enrolment, passkey::Site};
use plantgate_domain::base::PersonId;
use plantgate_store::clock::Wall;
use plantgate_web::door::{Live, State, router};
use serde_json::Value;
use tower::ServiceExt;

use crate::{
    signer::{PASSWORD, Pocket, proof},
    world::World,
};

/// The address by which browsers reach a world of a test.
pub const ORIGIN: &str = "https://plantgate.example";

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    /// The body as it came, for files that are no text.
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
    /// Where it leads.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |v| v.to_str().unwrap())
    }
    /// The cookies it sets, as a browser sends them back.
    pub fn cookies(&self) -> String {
        let set = self.headers.get_all(header::SET_COOKIE).iter().filter_map(|v| v.to_str().ok());
        set.filter_map(|v| v.split(';').next()).collect::<Vec<_>>().join("; ")
    }
    /// The text a person reads: tags gone, spaces single.
    pub fn words(&self) -> String {
        let mut text = String::new();
        let mut inside = false;
        for c in self.body.chars() {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    text.push(' ');
                }
                c if !inside => text.push(c),
                _ => {}
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
    /// What a reader gets, without what is random on every page: the request id of its forms.
    pub fn still(&self) -> String {
        let mut out = format!("{} {}\n", self.status, self.location());
        let mut rest = self.body.as_str();
        while let Some((before, after)) = rest.split_once("name=\"request_id\" value=\"") {
            out += before;
            rest = after.split_once('"').map_or("", |(_, tail)| tail);
        }
        out + rest
    }
    /// The value of a hidden field of the page's forms.
    pub fn hidden(&self, name: &str) -> String {
        let key = format!("name=\"{name}\" value=\"");
        // Attributes of a long field stand on lines of their own.
        let body = self.body.replace('\n', " ");
        let at = body.find(&key).unwrap_or_else(|| panic!("no field {name} on the page"));
        body[at + key.len()..].split('"').next().unwrap_or_default().to_owned()
    }
}

/// The text of an attribute.
pub fn plain(text: &str) -> String {
    let marks = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    marks.into_iter().fold(text.to_owned(), |text, (mark, c)| text.replace(mark, c))
}

/// One person's way in.
#[derive(Clone)]
pub struct Door {
    router: Router,
    token: Option<String>,
    /// Whether it sends its secret as a program does, wherever it asks.
    program: bool,
    /// What the person signs with.
    pocket: Option<Pocket>,
    /// Cookies besides the session.
    kept: Option<String>,
    language: &'static str,
    /// Where the browser says that a page sent it here from (Fetch Metadata).
    site: Option<&'static str>,
}

impl World {
    /// The server's router over this world.
    pub fn router(&self) -> Router {
        self.router_at(Some(ORIGIN))
    }
    /// The same, reached by an address that passkeys are good for.
    pub fn router_at(&self, origin: Option<&str>) -> Router {
        router(State {
            app: self.app.clone(),
            https: false,
            passkeys: origin.map(|origin| Site::at(origin).unwrap()),
            demo: std::sync::Arc::default(),
            workshop: self.workshop.clone(),
            live: Live::default(),
            way: self.way.clone(),
            sign_on: self.sign_on.clone(),
        })
    }
    /// Nobody's way in.
    pub fn nobody(&self) -> Door {
        Door {
            router: self.router(),
            token: None,
            program: false,
            pocket: None,
            kept: None,
            language: "en",
            site: None,
        }
    }
    /// A program that sends this secret with everything it asks.
    pub fn program(&self, secret: &str) -> Door {
        Door { token: Some(secret.to_owned()), program: true, ..self.nobody() }
    }
    /// Gives a person a password and signs in with it.
    pub async fn sign_in(&self, person: PersonId, handle: &str) -> Door {
        let seed = Enrolment::new().unwrap();
        let password = PASSWORD.to_owned();
        let caller = Caller::person(person, "test");
        self.app.set_credential(&caller, person, handle, &password, &seed).await.unwrap();
        // By reckoned time, as the door reads it: a watched clock is not the machine's.
        let store = self.app.store();
        let code = seed.code_at(store.wall(&store.look().await.unwrap())).unwrap();
        let proof = proof(handle.to_owned(), password.clone(), code);
        let token = self.app.sign_in(&proof).await.unwrap().unwrap().secret;
        let pocket = Pocket { password, seed, session: token.clone() };
        self.pockets.keep(person, pocket.clone());
        Door { token: Some(token), pocket: Some(pocket), ..self.nobody() }
    }
}

impl Door {
    /// The same person reading another language.
    #[must_use]
    pub fn in_language(mut self, tag: &'static str) -> Door {
        self.language = tag;
        self
    }
    /// The same browser with the cookies of an answer.
    #[must_use]
    pub fn keeping(mut self, reply: &Reply) -> Door {
        self.kept = Some(reply.cookies());
        self
    }
    /// A browser with cookies that somebody typed.
    #[must_use]
    pub fn with_cookies(mut self, typed: &str) -> Door {
        self.kept = Some(typed.to_owned());
        self
    }
    /// The same browser, sent here by a page of this site.
    #[must_use]
    pub fn sent_from(mut self, site: &'static str) -> Door {
        self.site = Some(site);
        self
    }
    /// The same browser before another server.
    #[must_use]
    pub fn at(mut self, router: Router) -> Door {
        self.router = router;
        self
    }
    /// The session's secret.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }
    /// Any request.
    pub async fn send(&self, method: Method, path: &str, kind: Option<&str>, body: Vec<u8>) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header(header::ACCEPT_LANGUAGE, self.language);
        if let Some(token) = &self.token {
            let bearer = self.program || path.starts_with("/api/");
            let name = if bearer { header::AUTHORIZATION } else { header::COOKIE };
            let value = if bearer { format!("Bearer {token}") } else { format!("plantgate={token}") };
            request = request.header(name, value);
        }
        if let Some(kept) = &self.kept {
            request = request.header(header::COOKIE, kept);
        }
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        if let Some(site) = self.site {
            request = request.header("sec-fetch-site", site);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Reply { status, headers, body: String::from_utf8_lossy(&bytes).into_owned(), bytes: bytes.to_vec() }
    }
    /// Reads a page.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None, Vec::new()).await
    }
    /// Sends a form.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let encode = |s: &str| s.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        let pairs: Vec<String> = fields.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
        let kind = Some("application/x-www-form-urlencoded");
        self.send(Method::POST, path, kind, pairs.join("&").into_bytes()).await
    }
    /// Sends a form with a file.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], file: (&str, &str)) -> Reply {
        let mut body = String::new();
        for (name, value) in fields {
            let head = format!("--plantgate\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.push_str(&format!("{head}{value}\r\n"));
        }
        let head = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{}\"", file.0);
        let end = format!("--plantgate\r\n{head}\r\nContent-Type: text/csv\r\n\r\n{}\r\n--plantgate--\r\n", file.1);
        let kind = Some("multipart/form-data; boundary=plantgate");
        self.send(Method::POST, path, kind, (body + &end).into_bytes()).await
    }
    /// What the person signs with.
    pub fn pocket(&self) -> &Pocket {
        self.pocket.as_ref().unwrap_or_else(|| panic!("nobody's door signs nothing"))
    }
    /// Signs on the page that asks for it, by the machine's clock; any other answer stays what it is.
    pub async fn signs(&self, reply: Reply) -> Reply {
        let Some((_, rest)) = reply.body.split_once("action=\"/sign/") else { return reply };
        let path = format!("/sign/{}", rest.split('"').next().unwrap_or_default());
        let pocket = self.pocket();
        // A code works once, and in a series the page wants one of the two: there the password alone, as people do it.
        let code = match reply.words().contains("your password or a code is enough") {
            true => String::new(),
            false => pocket.seed.code_at(Wall(Wall::now().0 + 30)).unwrap(),
        };
        let [request, body, digest] = ["request_id", "body", "digest"].map(|name| plain(&reply.hidden(name)));
        let fields = [
            ("request_id", request.as_str()),
            ("body", &body),
            ("digest", &digest),
            ("password", &pocket.password),
            ("code", &code),
        ];
        self.form(&path, &fields).await
    }
    /// Sends JSON.
    pub async fn json(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, Some("application/json"), body.to_string().into_bytes()).await
    }
}
