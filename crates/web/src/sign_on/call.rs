//! The line to an identity provider: bounded in seconds and bytes, no redirect followed, no proxy of the environment,
//! nothing asked but what it may lead to (`Target`).

use std::{pin::Pin, sync::Arc};

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http, url::Url};
use plantgate_app::Stop;
use reqwest::{Certificate, Client, redirect::Policy};
use thiserror::Error;

use super::{
    Setting,
    target::{Names, Target},
};

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum Broken {
    #[error("no answer: {0}")]
    Away(#[from] reqwest::Error),
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    #[error("an address that an identity provider may not lead to")]
    Unsafe,
    #[error("an answer that is no answer: {0}")]
    Odd(#[from] http::Error),
}

/// A line to one identity provider.
pub struct Line {
    client: Client,
    target: Arc<Target>,
    most: usize,
}

impl Line {
    pub fn new(setting: &Setting, target: Target) -> Result<Line, Stop> {
        plantgate_app::choose_tls();
        let target = Arc::new(target);
        let mut builder = Client::builder().redirect(Policy::none()).no_proxy().user_agent("Plantgate");
        builder = builder.timeout(setting.patience).dns_resolver(Arc::new(Names(target.clone())));
        if let Some(pem) = &setting.authority {
            let all = Certificate::from_pem_bundle(pem).map_err(|_| setting.wrong("ca_file"))?;
            if all.is_empty() {
                return Err(setting.wrong("ca_file"));
            }
            builder = builder.tls_certs_only(all);
        }
        let client = builder.build().map_err(|_| setting.wrong("ca_file"))?;
        Ok(Line { client, target, most: setting.most })
    }

    /// Whether the provider may lead there.
    pub fn allows(&self, url: &Url) -> bool {
        self.target.allows(url)
    }

    /// Asks, and reads no more than it may.
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Broken> {
        let url = Url::parse(&request.uri().to_string()).map_err(|_| Broken::Unsafe)?;
        if !self.allows(&url) {
            return Err(Broken::Unsafe);
        }
        let mut reply = self.client.execute(reqwest::Request::try_from(request)?).await?;
        let mut answer = http::Response::builder().status(reply.status());
        if let Some(headers) = answer.headers_mut() {
            headers.clone_from(reply.headers());
        }
        let mut body = Vec::new();
        while let Some(chunk) = reply.chunk().await? {
            if body.len() + chunk.len() > self.most {
                return Err(Broken::TooLarge(self.most));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(answer.body(body)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Line {
    type Error = Broken;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Broken>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}
