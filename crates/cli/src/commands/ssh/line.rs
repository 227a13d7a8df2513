//! The line to the core: HTTPS, against an authority of one's own where a file names it, with a machine's token out of
//! a file. It follows no redirect and waits for nobody long.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args as ClapArgs;
use plantgate_domain::base::Why;
use plantgate_store::Stop;
use plantgate_wire::words::{Lang, Reader};
use reqwest::{Certificate, Client, Method, RequestBuilder, Response, Url, redirect::Policy};
use serde_json::Value;

/// Bytes of the longest answer.
const MOST: usize = 4 * 1024 * 1024;

/// How the core is reached.
#[derive(ClapArgs, Debug)]
pub struct Core {
    /// Address of Plantgate, like https://plantgate.example
    #[arg(long, value_name = "URL")]
    core: String,
    /// The authorities that its certificate is checked against, in place of those of this machine.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// The token of this machine: one line that others cannot read.
    #[arg(long, value_name = "FILE")]
    token_file: PathBuf,
}

/// A line that can be asked.
pub struct Line {
    client: Client,
    base: Url,
    token: String,
    lang: Lang,
}

/// Why the core gave no answer that can be used.
pub enum No {
    /// It decided so. Where it found something wrong with what was asked, `code` says what, in every language.
    Refused { said: String, code: Option<String> },
    /// It cannot be asked, or does not know whoever asks.
    Silent(String),
}

impl No {
    /// In words.
    pub fn said(&self) -> &str {
        match self {
            No::Refused { said, .. } | No::Silent(said) => said,
        }
    }

    /// Whether it was refused for that.
    pub fn is(&self, code: &str) -> bool {
        matches!(self, No::Refused { code: Some(found), .. } if found == code)
    }
}

impl Core {
    /// Opens the line.
    pub fn open(&self, patience: Duration, lang: Lang) -> Result<Line, Stop> {
        let base = Url::parse(&self.core).ok().filter(safe);
        let base = base.ok_or_else(|| Stop::field("--core", Why::of("invalid-ssh-core")))?;
        plantgate_app::choose_tls();
        let mut builder =
            Client::builder().redirect(Policy::none()).no_proxy().user_agent("Plantgate").timeout(patience);
        if let Some(file) = &self.ca_file {
            let wrong = || Stop::field("--ca-file", Why::of("invalid-ssh-ca").with("file", file.display().to_string()));
            let pem = std::fs::read(file).map_err(|_| wrong())?;
            let all = Certificate::from_pem_bundle(&pem).map_err(|_| wrong())?;
            if all.is_empty() {
                return Err(wrong());
            }
            builder = builder.tls_certs_only(all);
        }
        let client = builder.build().map_err(Stop::fault)?;
        Ok(Line { client, base, token: token(&self.token_file)?, lang })
    }
}

/// By TLS, or within this machine: a token does not travel in clear.
fn safe(url: &Url) -> bool {
    let here = |host: &str| host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|a| a.is_loopback());
    match url.scheme() {
        "https" => url.host_str().is_some(),
        "http" => url.host_str().is_some_and(here),
        _ => false,
    }
}

/// The token, out of a file that nobody else can read.
fn token(file: &Path) -> Result<String, Stop> {
    let name = || file.display().to_string();
    let wrong = || Stop::field("--token-file", Why::of("invalid-ssh-token").with("file", name()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(file).map_err(|_| wrong())?.permissions().mode();
        if mode & 0o007 != 0 {
            return Err(Stop::field("--token-file", Why::of("invalid-ssh-token-open").with("file", name())));
        }
    }
    let text = std::fs::read_to_string(file).map_err(|_| wrong())?;
    let token = text.trim();
    let plain = token.bytes().all(|b| b.is_ascii_graphic());
    if token.is_empty() || !plain { Err(wrong()) } else { Ok(token.to_owned()) }
}

impl Line {
    /// Asks, and reads an answer of at most four mebibytes.
    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Vec<u8>, No> {
        let r = Reader { lang: self.lang, zone: plantgate_domain::base::ZoneName::utc() };
        let away = || No::Silent(r.t("ssh-core-away").to_string());
        let url = self.base.join(path).map_err(|_| away())?;
        let request = self.client.request(method, url).bearer_auth(&self.token);
        let request = request.header("Accept-Language", self.lang.tag());
        let response = with(request, body).send().await.map_err(|_| away())?;
        let status = response.status().as_u16();
        let bytes = read(response).await.ok_or_else(away)?;
        match status {
            200 => Ok(bytes),
            401 => Err(No::Silent(r.t("ssh-token-nothing").to_string())),
            403 | 404 | 422 => {
                let said = detail(&bytes).unwrap_or_else(|| r.t("ssh-refused").to_string());
                Err(No::Refused { said, code: code(&bytes) })
            }
            _ => Err(away()),
        }
    }
}

fn with(request: RequestBuilder, body: Option<&Value>) -> RequestBuilder {
    match body {
        Some(body) => request.header("Content-Type", "application/json").body(body.to_string()),
        None => request,
    }
}

async fn read(mut response: Response) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MOST {
            return None;
        }
    }
    Some(bytes)
}

/// The sentence of a problem document.
fn detail(bytes: &[u8]) -> Option<String> {
    let problem: Value = serde_json::from_slice(bytes).ok()?;
    let first = || problem.get("errors")?.get(0)?.get("why")?.as_str();
    let said = problem.get("detail").and_then(Value::as_str).or_else(first);
    said.or_else(|| problem.get("title")?.as_str()).map(str::to_owned)
}

/// What is wrong with what was asked, as a problem document says it to programs.
fn code(bytes: &[u8]) -> Option<String> {
    let problem: Value = serde_json::from_slice(bytes).ok()?;
    problem.get("errors")?.get(0)?.get("code")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_travels_by_tls_or_within_the_machine_alone() {
        for (url, is) in [
            ("https://plantgate.example", true),
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080", true),
            ("http://plantgate.example", false),
            ("http://10.0.0.5:8080", false),
            ("http://localhost.example", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(safe(&Url::parse(url).unwrap()), is, "{url}");
        }
    }

    #[test]
    fn a_refusal_is_said_in_the_words_of_the_core() {
        let said = |text: &str| detail(text.as_bytes());
        assert_eq!(said(r#"{"title":"t","detail":"d"}"#).as_deref(), Some("d"));
        assert_eq!(said(r#"{"title":"t","errors":[{"why":"w"}]}"#).as_deref(), Some("w"));
        assert_eq!(said(r#"{"title":"t"}"#).as_deref(), Some("t"));
        assert_eq!(said("no json"), None);
        assert_eq!(code(br#"{"errors":[{"code":"c","why":"w"}]}"#).as_deref(), Some("c"));
        assert_eq!(code(br#"{"detail":"d"}"#), None);
    }
}
