//! A core and gateways that stand elsewhere: certificates as an administrator makes them with openssl, the lodge of a
//! demo plant, and a line between that a test can cut.

use std::{net::SocketAddr, path::PathBuf, process::Command};

use plantgate_gateway::{
    Bounds, Limits, Remote,
    remote::{
        call::{Core, Line},
        says::Who,
    },
    russh::keys::PublicKey,
};
use plantgate_porter::lodge::{Lodge, Setting};
use plantgate_wire::words::Lang;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::{demo::Demo, proxy::Proxy};

/// Two authorities; a core, two gateways of ours (one of them made anew once), and one that another authority signed.
const CERTIFY: &str = r#"
set -e
cd "$DIR"
new="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
for one in ours theirs; do
  openssl req -x509 $new -days 2 -keyout $one.key -out $one.crt -subj "/CN=$one" > certify.log 2>&1
done
sign() {
  openssl req $new -keyout $1.key -out $1.csr -subj "/CN=$1" >> certify.log 2>&1
  printf "subjectAltName=DNS:$2\nbasicConstraints=CA:FALSE\nextendedKeyUsage=$4\n" > $1.ext
  openssl x509 -req -in $1.csr -CA $3.crt -CAkey $3.key -CAcreateserial -days 2 -extfile $1.ext -out $1.crt \
    >> certify.log 2>&1
  chmod 600 $1.key
}
sign core localhost ours serverAuth
sign hall-3 hall-3 ours clientAuth
sign hall-3-new hall-3 ours clientAuth
sign hall-4 hall-4 ours clientAuth
sign stranger hall-3 theirs clientAuth
"#;

/// The lodge of a plant, and the line to it.
pub struct Afar {
    folder: PathBuf,
    /// Where the lodge itself is.
    pub lodge: SocketAddr,
    /// What stands between.
    pub line: Proxy,
    bounds: Bounds,
    /// Whose signature is on what gateways hold for when they cannot ask.
    signs: PublicKey,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Afar {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Afar {
    /// Opens a lodge in which the gateways `hall-3` and `hall-4` are listed.
    pub async fn open(demo: &Demo, bounds: Bounds) -> Afar {
        let folder = certified(demo);
        let (lodge, serving) = serve(demo, &folder, bounds).await;
        let line = Proxy::before(lodge).await;
        let (_, signs) = plantgate_porter::keys(&demo.world.app).unwrap();
        Afar { folder, lodge, line, bounds, signs: signs.public_key().clone(), serving }
    }

    /// A file of it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Which gateways are listed from now on, each by the certificate of that name.
    pub fn lists(&self, all: &[(&str, &str)]) {
        std::fs::write(self.folder.join("list"), listed(&self.folder, all)).unwrap();
    }

    /// How somebody with this certificate goes to the core, by the line that can be cut.
    pub fn core(&self, certificate: &str) -> Core {
        Core {
            address: format!("https://localhost:{}", self.line.address.port()),
            authority: self.folder.join("ours.crt"),
            certificate: self.folder.join(format!("{certificate}.crt")),
            key: self.folder.join(format!("{certificate}.key")),
            signs: Some(self.signs.clone()),
        }
    }

    /// A line of its own, for single questions: of the gateway's own folder where it has one, from another process.
    pub fn asks(&self, certificate: &str) -> Line {
        let file = self.recordings(certificate).join("gateway");
        let own = std::fs::read_to_string(file).ok().map(|text| text.parse().unwrap());
        self.asks_as(certificate, own.unwrap_or(Uuid::from_u128(7)))
    }

    /// The same of a machine with this folder.
    pub fn asks_as(&self, certificate: &str, instance: Uuid) -> Line {
        let who = Who { instance, epoch: Uuid::from_u128(8) };
        Line::new(&self.core(certificate), who, self.bounds).unwrap()
    }

    /// Where recordings of a gateway grow.
    pub fn recordings(&self, gateway: &str) -> PathBuf {
        self.folder.join(format!("recordings-{gateway}"))
    }

    /// The authority of a gateway that stands elsewhere.
    pub fn remote(&self, gateway: &str) -> Remote {
        Remote::open(&self.core(gateway), &self.recordings(gateway), Lang::En, self.bounds).unwrap()
    }
}

/// The folder with all certificates, keys and the list, as both sides need them.
pub fn certified(demo: &Demo) -> PathBuf {
    let folder = demo.world.folder.join("afar");
    std::fs::create_dir_all(&folder).unwrap();
    let made = Command::new("sh").args(["-c", CERTIFY]).env("DIR", &folder).status().unwrap();
    assert!(made.success(), "see {}", folder.join("certify.log").display());
    std::fs::write(folder.join("list"), listed(&folder, &[("hall-3", "hall-3"), ("hall-4", "hall-4")])).unwrap();
    folder
}

fn listed(folder: &std::path::Path, all: &[(&str, &str)]) -> String {
    let line = |(name, certificate): &(&str, &str)| {
        let file = folder.join(format!("{certificate}.crt"));
        let der = Command::new("openssl").args(["x509", "-outform", "DER", "-in"]).arg(file).output().unwrap().stdout;
        let hex: String = Sha256::digest(&der).iter().map(|b| format!("{b:02X}:")).collect();
        format!("{name} {}\n", hex.trim_end_matches(':'))
    };
    all.iter().map(line).collect()
}

async fn serve(demo: &Demo, folder: &std::path::Path, bounds: Bounds) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let file = |name: &str| folder.join(name);
    let setting = Setting {
        authority: file("ours.crt"),
        certificate: file("core.crt"),
        key: file("core.key"),
        list: file("list"),
    };
    let lodge = Lodge::open(demo.world.app.clone(), &setting, Limits::standard(), bounds).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (address, tokio::spawn(lodge.serve(listener, std::future::pending())))
}
