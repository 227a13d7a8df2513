//! A bucket in a test: on the S3 server that the test command started (`moto`, on loopback), with a line before it that
//! can fail.

use std::{net::SocketAddr, time::Duration};

use plantgate_store::blobs::{Blobs, BucketAt};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    proxy::Proxy,
    world::{World, request},
};

/// The variable `cargo xtask test` sets. Nothing else decides whether an S3 server is part of a run.
pub const VARIABLE: &str = "TEST_S3_ADDRESS";

/// The server's address, or `None` when the run has no S3 server; then it says so: nothing is skipped silently.
pub fn server() -> Option<SocketAddr> {
    #[expect(clippy::disallowed_methods, reason = "tests are configured by the test command, not by cli::config")]
    let address = std::env::var(VARIABLE).ok();
    if address.is_none() {
        crate::left_out::left_out(&format!(
            "{VARIABLE} is not set: no S3-compatible store is tested here; `cargo xtask test` starts one"
        ));
    }
    address.map(|a| a.parse().unwrap_or_else(|e| panic!("{VARIABLE}: {e}")))
}

/// A bucket of its own, and the line to it.
pub struct Bucket {
    pub at: BucketAt,
    pub line: Proxy,
    server: SocketAddr,
}

impl Bucket {
    /// An empty one; `None` when the run has no S3 server.
    pub async fn create() -> Option<Bucket> {
        let server = server()?;
        let bucket = format!("plantgate-{}", request().simple());
        assert!(asked(server, "PUT", &format!("/{bucket}")).await.starts_with("HTTP/1.1 200"), "no bucket was made");
        let line = Proxy::before(server).await;
        let at = at(format!("http://{}", line.address), bucket);
        Some(Bucket { at, line, server })
    }
    /// The blobs of a world in this bucket.
    pub async fn blobs(&self, world: &World) -> Blobs {
        Blobs::in_bucket(&world.folder.join("blobs"), &self.at).await.unwrap()
    }
    /// Names of everything in it, past the line.
    pub async fn names(&self) -> Vec<String> {
        let listed = asked(self.server, "GET", &format!("/{}?list-type=2", self.at.bucket)).await;
        listed.split("<Key>").skip(1).filter_map(|part| part.split_once("</Key>")).map(|(k, _)| k.to_owned()).collect()
    }
    /// What stands under a name, past the line.
    pub async fn bytes(&self, name: &str) -> String {
        let path = format!("/{}/{name}", self.at.bucket);
        let ask = format!("GET {path} HTTP/1.1\r\nHost: s3\r\n{SIGNED}\r\nConnection: close\r\n\r\n");
        let said = sent(self.server, &ask).await;
        assert!(said.starts_with("HTTP/1.1 200"), "{}", said.chars().take(400).collect::<String>());
        said.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
    }
    /// Puts bytes under a name, past the line and past us: what somebody with the key of the bucket can do.
    pub async fn put(&self, name: &str, bytes: &str) {
        let path = format!("/{}/{name}", self.at.bucket);
        let length = format!("Content-Length: {}", bytes.len());
        let head = format!("PUT {path} HTTP/1.1\r\nHost: s3\r\n{SIGNED}\r\n{length}\r\nConnection: close\r\n\r\n");
        let said = sent(self.server, &format!("{head}{bytes}")).await;
        assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    }
}

/// A bucket of the server, as another process finds it too.
pub fn at(endpoint: String, bucket: String) -> BucketAt {
    BucketAt {
        endpoint,
        bucket,
        region: "us-east-1".to_owned(),
        prefix: "veltrane".to_owned(),
        key_id: "key".to_owned(),
        secret: SECRET.to_owned().into(),
        ca_file: None,
        patience: Duration::from_millis(1_500),
    }
}

/// The server wants to see a signature and looks at none.
const SIGNED: &str = "Authorization: AWS4-HMAC-SHA256 Credential=k/20261116/us-east-1/s3/aws4_request, Signature=x";

/// What must stand in no log and no answer.
pub const SECRET: &str = "a-secret-that-nobody-may-read";

async fn asked(server: SocketAddr, method: &str, path: &str) -> String {
    sent(server, &format!("{method} {path} HTTP/1.1\r\nHost: s3\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
        .await
}

async fn sent(server: SocketAddr, request: &str) -> String {
    let mut line = TcpStream::connect(server).await.unwrap();
    line.write_all(request.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    line.read_to_end(&mut said).await.unwrap();
    String::from_utf8_lossy(&said).into_owned()
}
