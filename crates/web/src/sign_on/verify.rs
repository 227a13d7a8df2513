//! What is asked of an identity provider and what of its answer is believed: OpenID Connect Core 1.0 §3.1, with PKCE
//! (RFC 7636) and the issuer in the answer (RFC 9207). The library checks signature, issuer, audience, nonce; times are
//! held against the house's clock with the skew that is configured.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, AuthType, AuthenticationContextClass, AuthenticationFlow,
    AuthorizationCode, ClaimsVerificationError, Client, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IdToken, IdTokenClaims, IdTokenFields, ProviderMetadata, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreErrorResponseType,
        CoreGenderClaim, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
        CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
    },
    url::Url,
};
use plantgate_app::sign_in::Vouched;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::{Ceremony, Provider, Purpose};

/// Claims beyond the standard ones, for the groups.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct More {
    #[serde(flatten)]
    all: BTreeMap<String, Value>,
}
impl AdditionalClaims for More {}

/// What providers say of themselves beyond the standard, as far as we look at it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Says {
    /// RFC 9207 §3: whether its answers name their issuer.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}
impl AdditionalProviderMetadata for Says {}

type Metadata = ProviderMetadata<
    Says,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;
type Fields = IdTokenFields<
    More,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Relying = Client<
    More,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;
type Token = IdToken<More, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Claims = IdTokenClaims<More, CoreGenderClaim>;

/// Signatures that are believed: public keys only. A shared secret or no signature proves nothing.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];
/// Seconds for which what a provider said of itself, its keys too, is believed without asking again.
const FRESH: i64 = 300;
/// Seconds between two questions for keys because of a key that nobody knows: whoever makes up key names makes us ask
/// no more often.
const ASK_AGAIN: i64 = 30;
/// Longest subject (OpenID Connect Core §2).
const SUBJECT: usize = 255;
/// Longest code of an answer, in bytes.
const CODE: usize = 4_096;
/// Groups of one person that are looked at.
const GROUPS: usize = 2_000;

/// What is known of a provider.
#[derive(Default)]
pub(super) struct Known {
    metadata: Option<(Arc<Metadata>, i64)>,
    /// When keys were last asked for because of one that was not among them.
    missed: Option<i64>,
}

/// What a provider gave for a code, not looked at yet.
pub struct Exchanged {
    token: Token,
    /// Of the keys that were known then.
    metadata: Arc<Metadata>,
}

/// Why an answer is not believed. For the log: whoever signs on is told less.
#[derive(Debug, Error)]
pub enum NotVerified {
    /// The provider cannot be asked now.
    #[error("the identity provider does not answer: {0}")]
    Away(String),
    /// What it answered is not believed.
    #[error("not believed: {0}")]
    Refused(String),
}

/// What a browser brought back.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Answer {
    pub code: Option<String>,
    pub state: Option<String>,
    pub iss: Option<String>,
    pub error: Option<String>,
}

fn refused(why: impl std::fmt::Display) -> NotVerified {
    NotVerified::Refused(plain(&why.to_string()))
}

/// Characters of what a provider said that the log keeps.
const SAID: usize = 300;

/// What a provider said is its own choice: in one line, and not for ever.
fn plain(said: &str) -> String {
    said.chars().take(SAID).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl Provider {
    /// Where a browser goes to sign on; the ceremony is what it must bring back.
    pub async fn ask(&self, purpose: Purpose, now: i64) -> Result<(Url, Ceremony), NotVerified> {
        let metadata = self.metadata(now).await?;
        let (ceremony, challenge) = Ceremony::begin(&self.setting.id, purpose, now);
        let (state, nonce) = (ceremony.state.clone(), ceremony.nonce.clone());
        let relying = self.relying(&metadata);
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = relying
            .authorize_url(flow, move || CsrfToken::new(state), move || nonce)
            .set_pkce_challenge(challenge)
            .add_scopes(self.setting.scopes.iter().cloned().map(Scope::new));
        for acr in &self.setting.acr {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        if ceremony.purpose.wants_anew() {
            // Both: some providers know only the one.
            request = request.add_prompt(CoreAuthPrompt::Login).set_max_age(std::time::Duration::ZERO);
        }
        let (url, _, _) = request.url();
        if !self.line.allows(&url) {
            return Err(refused("its page to sign on is where it may not lead"));
        }
        Ok((url, ceremony))
    }

    /// Whether an answer could be ours, before anything is used up by it or asked because of it.
    pub fn could_be(&self, answer: &Answer) -> bool {
        let theirs = answer.iss.as_ref().is_none_or(|iss| *iss == self.setting.issuer);
        theirs && (answer.error.is_some() || answer.code.as_ref().is_some_and(|code| (1..=CODE).contains(&code.len())))
    }

    /// Exchanges the code of an answer.
    pub async fn exchanged(&self, answer: &Answer, ceremony: &Ceremony, now: i64) -> Result<Exchanged, NotVerified> {
        let line = tokio::time::timeout(self.setting.patience, self.lines.acquire()).await;
        let _line = line.map_err(|_late| NotVerified::Away("all lines to it are busy".to_owned()))?;
        let metadata = self.metadata(now).await?;
        self.is_ours(answer, &metadata)?;
        let code = answer.code.clone().ok_or_else(|| refused("no code"))?;
        let relying = self.relying(&metadata);
        let exchange = relying.exchange_code(AuthorizationCode::new(code)).map_err(refused)?;
        let tokens = exchange.set_pkce_verifier(ceremony.verifier()).request_async(&self.line).await;
        let tokens = tokens.map_err(|error| failed(&error))?;
        let token = tokens.id_token().ok_or_else(|| refused("no ID token"))?.clone();
        Ok(Exchanged { token, metadata })
    }

    /// Believes what can be believed of it, by the clock behind the exchange.
    pub async fn verified(&self, got: Exchanged, ceremony: &Ceremony, now: i64) -> Result<Vouched, NotVerified> {
        let Exchanged { token, metadata } = got;
        let claims = match self.claims(&self.relying(&metadata), &token, ceremony, now) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let metadata = self.keys_again(&metadata, now).await?;
                self.claims(&self.relying(&metadata), &token, ceremony, now).map_err(refused)?
            }
            claims => claims.map_err(refused)?,
        };
        self.vouched(&claims)
    }

    /// RFC 9207: an answer that names its issuer names this one, and it names one where the provider says that it does.
    fn is_ours(&self, answer: &Answer, metadata: &Metadata) -> Result<(), NotVerified> {
        match &answer.iss {
            Some(iss) if *iss == self.setting.issuer => Ok(()),
            Some(_) => Err(refused("the answer is another issuer's")),
            None if metadata.additional_metadata().authorization_response_iss_parameter_supported => {
                Err(refused("the answer names no issuer"))
            }
            None => Ok(()),
        }
    }

    fn relying(&self, metadata: &Metadata) -> Relying {
        let secret = Some(self.setting.secret.clone());
        let relying = Relying::from_provider_metadata(metadata.clone(), self.client.clone(), secret);
        let methods = metadata.token_endpoint_auth_methods_supported();
        let knows = |method| methods.is_some_and(|all| all.contains(&method));
        let by_body = knows(CoreClientAuthMethod::ClientSecretPost) && !knows(CoreClientAuthMethod::ClientSecretBasic);
        let auth = if by_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        relying.set_redirect_uri(self.back.clone()).set_auth_type(auth)
    }

    /// What the provider says of itself, its keys too: asked anew when it is some minutes old. Where it does not answer
    /// then, nobody signs on by it: a key that was withdrawn there must not go on here.
    async fn metadata(&self, now: i64) -> Result<Arc<Metadata>, NotVerified> {
        let known = tokio::time::timeout(self.setting.patience, self.known.lock()).await;
        let mut known = known.map_err(|_late| NotVerified::Away("others wait for it already".to_owned()))?;
        if let Some((metadata, at)) = &known.metadata
            && (0..FRESH).contains(&(now - at))
        {
            return Ok(metadata.clone());
        }
        if self.is_away(now) {
            return Err(NotVerified::Away("a moment ago".to_owned()));
        }
        self.discovered(&mut known, now).await
    }

    async fn discovered(&self, known: &mut Known, now: i64) -> Result<Arc<Metadata>, NotVerified> {
        match Metadata::discover_async(self.issuer.clone(), &self.line).await {
            Ok(metadata) => {
                self.note_away(None);
                let metadata = Arc::new(metadata);
                known.metadata = Some((metadata.clone(), now));
                Ok(metadata)
            }
            Err(error) => {
                known.metadata = None;
                // From when it is known at the latest, not from when it was asked: that may be long ago.
                self.note_away(Some(now + i64::try_from(self.setting.patience.as_secs()).unwrap_or(0)));
                Err(NotVerified::Away(deep(&error)))
            }
        }
    }

    /// The keys once more, because of one that was not among them; not more often than every half minute. Who waited
    /// while somebody else asked takes what that one got.
    async fn keys_again(&self, before: &Arc<Metadata>, now: i64) -> Result<Arc<Metadata>, NotVerified> {
        let mut known = self.known.lock().await;
        if let Some((newer, _)) = known.metadata.as_ref().filter(|(now, _)| !Arc::ptr_eq(now, before)) {
            return Ok(newer.clone());
        }
        if known.missed.is_some_and(|at| (0..ASK_AGAIN).contains(&(now - at))) {
            return Err(refused("a key that the provider did not have a moment ago"));
        }
        known.missed = Some(now);
        self.discovered(&mut known, now).await
    }

    fn claims(
        &self,
        relying: &Relying,
        token: &Token,
        ceremony: &Ceremony,
        now: i64,
    ) -> Result<Claims, ClaimsVerificationError> {
        let skew = self.setting.skew;
        let long_ago: DateTime<Utc> = DateTime::from_timestamp(now - skew, 0).unwrap_or_default();
        let (began, prove) = (ceremony.began, ceremony.purpose.wants_anew());
        let verifier = relying
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || long_ago)
            .set_issue_time_verifier_fn(move |at| within(at.timestamp(), began - skew, now + skew, "iat"))
            .set_auth_time_verifier_fn(move |at| match (at, prove) {
                // Who proves anew has just done so; one that says nothing of it proves nothing.
                (Some(at), true) => within(at.timestamp(), began - skew, now + skew, "auth_time"),
                (None, true) => Err("no auth_time".to_owned()),
                (Some(at), false) => within(at.timestamp(), i64::MIN, now + skew, "auth_time"),
                (None, false) => Ok(()),
            })
            .set_auth_context_verifier_fn(|acr| {
                let wanted = &self.setting.acr;
                let met = wanted.is_empty() || acr.is_some_and(|acr| wanted.iter().any(|w| w == acr.as_str()));
                if met { Ok(()) } else { Err("none of the classes that are demanded".to_owned()) }
            });
        let claims = token.claims(&verifier, &ceremony.nonce)?;
        match claims.authorized_party() {
            Some(party) if *party != self.client => {
                Err(ClaimsVerificationError::InvalidAudience("made for another party (azp)".to_owned()))
            }
            Some(_) | None => Ok(claims.clone()),
        }
    }

    fn vouched(&self, claims: &Claims) -> Result<Vouched, NotVerified> {
        let subject = claims.subject().as_str().to_owned();
        if subject.is_empty() || subject.len() > SUBJECT {
            return Err(refused("a subject that is none"));
        }
        let groups = groups(&claims.additional_claims().all, &self.setting.groups_claim);
        if groups.is_none() && !self.setting.groups.is_empty() {
            tracing::warn!(provider = self.setting.id, "the ID token says nothing of groups: roles stay as they are");
        }
        // Where the configuration has no group any more, none asks for anything, whatever the token says.
        let groups = if self.setting.groups.is_empty() { Some(Vec::new()) } else { groups };
        let named = |all: &Vec<String>| {
            self.setting.groups.iter().filter(|g| all.contains(&g.name)).map(|g| g.role.clone()).collect()
        };
        Ok(Vouched {
            provider: self.setting.id.clone(),
            side: self.setting.side.clone(),
            issuer: self.setting.issuer.clone(),
            subject,
            acr: claims.auth_context_ref().map(|acr| acr.as_str().to_owned()),
            amr: claims.auth_method_refs().into_iter().flatten().map(|m| m.as_str().to_owned()).collect(),
            auth_time: claims.auth_time().map(|at| at.timestamp()),
            follows: self.follows,
            roles: groups.as_ref().map(named),
        })
    }
}

/// An exchange that came to nothing. Whoever comes with a made-up answer causes it, so it says nothing of the provider.
fn failed<E: std::error::Error, T: openidconnect::ErrorResponse>(
    error: &openidconnect::RequestTokenError<E, T>,
) -> NotVerified {
    match error {
        openidconnect::RequestTokenError::Request(_) => NotVerified::Away(deep(error)),
        // A code that was used, or was somebody else's.
        _ => refused(deep(error)),
    }
}

/// An error with what caused it.
fn deep(error: &dyn std::error::Error) -> String {
    let (mut said, mut inner) = (error.to_string(), error.source());
    while let Some(cause) = inner {
        said += &format!(": {cause}");
        inner = cause.source();
    }
    plain(&said)
}

fn within(at: i64, from: i64, until: i64, claim: &str) -> Result<(), String> {
    if (from..=until).contains(&at) { Ok(()) } else { Err(format!("{claim} is {at}, not within {from} to {until}")) }
}

/// The groups in a claim: a list of words, or one word; the claim by its name or by a JSON pointer.
fn groups(all: &BTreeMap<String, Value>, claim: &str) -> Option<Vec<String>> {
    let found = match claim.strip_prefix('/') {
        Some(path) => {
            let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
            match (all.get(first)?, rest) {
                (value, None) => value,
                (value, Some(rest)) => value.pointer(&format!("/{rest}"))?,
            }
        }
        None => all.get(claim)?,
    };
    match found {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(many) => Some(many.iter().take(GROUPS).filter_map(Value::as_str).map(str::to_owned).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(claims: &Value, claim: &str) -> Option<Vec<String>> {
        groups(&serde_json::from_value(claims.clone()).unwrap(), claim)
    }

    #[test]
    fn groups_are_found_where_providers_put_them() {
        let claims = json!({ "groups": ["a", "b", 3], "role": "a", "realm_access": { "roles": ["c"] }, "none": 7 });
        let words = |all: &[&str]| Some(all.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&claims, "groups"), words(&["a", "b"]));
        assert_eq!(of(&claims, "role"), words(&["a"]));
        assert_eq!(of(&claims, "/realm_access/roles"), words(&["c"]));
        assert_eq!(of(&claims, "/groups"), words(&["a", "b"]));
        for missing in ["none", "other", "/realm_access", "/realm_access/other", "/x/y", "/"] {
            assert_eq!(of(&claims, missing), None, "{missing}");
        }
    }

    #[test]
    fn times_are_held_against_both_ends() {
        assert!(within(10, 10, 20, "iat").is_ok() && within(20, 10, 20, "iat").is_ok());
        assert!(within(9, 10, 20, "iat").is_err() && within(21, 10, 20, "iat").is_err());
    }
}
