//! Which gateways there are: a file of lines with a name and the SHA-256 of a certificate, as openssl prints it. A line
//! that goes is a gateway that asks no more, at its next question.

use std::{io, path::PathBuf};

use plantgate_gateway::recording::hex;
use rustls::{
    client::verify_server_name,
    pki_types::{CertificateDer, ServerName},
    server::ParsedCertificate,
};
use sha2::{Digest, Sha256};

/// The list, in its file.
pub struct List {
    file: PathBuf,
    most: usize,
}

/// A line of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    pub name: String,
    pub fingerprint: String,
}

impl List {
    pub fn new(file: PathBuf, most: usize) -> List {
        List { file, most }
    }

    /// Reads it now.
    pub fn read(&self) -> io::Result<Vec<Listed>> {
        read(&std::fs::read(&self.file)?, self.most)
    }

    /// What a gateway is called, if its certificate is listed at this moment and says that name itself.
    pub async fn name(&self, certificate: &CertificateDer<'_>) -> io::Result<Option<String>> {
        let (bytes, fingerprint) = (tokio::fs::read(&self.file).await?, fingerprint(certificate));
        let listed = read(&bytes, self.most)?.into_iter().find(|l| l.fingerprint == fingerprint);
        Ok(listed.map(|l| l.name).filter(|name| is_called(certificate, name)))
    }
}

fn read(bytes: &[u8], most: usize) -> io::Result<Vec<Listed>> {
    if bytes.len() > most {
        return Err(io::Error::other("the list is too long"));
    }
    let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
    let lines = text.lines().enumerate().map(|(n, line)| (n, line.split('#').next().unwrap_or_default().trim()));
    let named = lines.filter(|(_, line)| !line.is_empty());
    named.map(|(n, line)| listed(line).ok_or_else(|| io::Error::other(format!("line {} is none", n + 1)))).collect()
}

/// One line. A line that is wrong is said, never passed over: it may be the one that somebody means to have taken away.
fn listed(line: &str) -> Option<Listed> {
    let mut words = line.split_whitespace();
    let (name, fingerprint) = (words.next()?, words.next()?);
    let plain = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
    // The names that gateways inside of a server make for themselves are sixteen digits, and theirs alone.
    let own = name.len() == 16 && name.bytes().all(|b| b.is_ascii_hexdigit());
    if name.len() > 64 || own || !name.bytes().all(plain) || words.next().is_some() {
        return None;
    }
    let fingerprint: String = fingerprint.chars().filter(|c| *c != ':').map(|c| c.to_ascii_lowercase()).collect();
    let whole = fingerprint.len() == 64 && fingerprint.bytes().all(|b| b.is_ascii_hexdigit());
    whole.then(|| Listed { name: name.to_owned(), fingerprint })
}

/// SHA-256 of a certificate.
pub fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    hex(&Sha256::digest(certificate.as_ref()))
}

/// Whether the certificate is made for this name: two lines that were mixed up are noticed.
fn is_called(certificate: &CertificateDer<'_>, name: &str) -> bool {
    let (Ok(parsed), Ok(name)) = (ParsedCertificate::try_from(certificate), ServerName::try_from(name)) else {
        return false;
    };
    verify_server_name(&parsed, &name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_openssl_prints_it_and_a_wrong_line_is_said() {
        let (colons, plain) = (["AB"; 32].join(":"), "ab".repeat(32));
        let text = format!("# ours\n\nhall-3  {colons}  # since May\nhall-4.plant.example {plain}\n");
        let all = read(text.as_bytes(), 65_536).unwrap();
        let names: Vec<_> = all.iter().map(|l| (l.name.as_str(), l.fingerprint == plain)).collect();
        assert_eq!(names, [("hall-3", true), ("hall-4.plant.example", true)]);
        assert_eq!(read(b"", 1).unwrap(), []);
        for odd in
            ["hall-3", "hall-3 abcd", &format!("Hall {plain}"), &format!("hall 3 {plain}"), &format!("a {plain}0")]
        {
            assert!(read(odd.as_bytes(), 65_536).is_err(), "{odd}");
        }
        // the name of a gateway inside of a server is nobody else's
        assert!(read(format!("0123456789abcdef {plain}").as_bytes(), 65_536).is_err());
        assert!(read(text.as_bytes(), text.len() - 1).is_err());
        assert!(read(&[0xff], 65_536).is_err());
    }
}
