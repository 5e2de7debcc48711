//! One call at a time to the one host, guarded: limits of time and size, no redirect, retries where a second call
//! does no harm, and the circuit around it all.

use std::net::IpAddr;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use chathub_hub::{Clock, request};
use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Certificate, Method, RequestBuilder, Response, StatusCode, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::address::Address;
use crate::circuit::Circuit;
use crate::settings::{Settings, SettingsError};
use crate::trouble::{AGAIN, Trouble};

/// Bytes of an answer: a list of some ten thousand operators. Counted as they come, whatever the header says.
const ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// Calls at once: what one remote should bear, and what a slow one may hold here.
const AT_ONCE: usize = 64;

/// Further tries of a call that may be repeated.
const RETRIES: usize = 2;

/// Before the first of them; the next is twice as far, and each a little off, so that many don't come at once.
const FIRST_RETRY: Duration = Duration::from_millis(150);

/// A remote that wants to be left alone for longer than this is not asked again in the same call.
const PATIENCE: Duration = Duration::from_secs(1);

/// Seconds of somebody else's `Retry-After` that are passed on at the most.
const RETRY_AFTER_AT_MOST: u64 = 300;

pub(crate) struct Client {
    http: reqwest::Client,
    address: Address,
    circuit: Circuit,
    places: Semaphore,
    answer_within: Duration,
}

/// One of the published calls.
pub(crate) struct Call {
    /// For the log and for whoever is told of a failure.
    pub operation: &'static str,
    pub method: Method,
    pub path: &'static str,
    pub query: Option<(&'static str, String)>,
    pub body: Option<Value>,
    /// Whether the same call again changes nothing.
    pub repeatable: bool,
    /// For whom it is made, when the remote may limit them.
    pub forwarded_for: Option<IpAddr>,
}

/// A status of the 4xx, and what the remote's code says of it, if it is one that matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub status: u16,
    /// The token was good once and was revoked, not merely outlived.
    pub revoked: bool,
}

/// What became of one try.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the circuit is open")]
    Open(Duration),
    #[error("too many calls are waiting")]
    Crowded,
    #[error("no answer")]
    Transport(#[source] reqwest::Error),
    #[error("the status {0}")]
    Status(StatusCode, Option<Duration>),
    #[error("a redirect, which is not followed")]
    Redirect,
    #[error("more than {ANSWER_BYTES} bytes")]
    TooLarge,
    #[error("{0}")]
    Nonsense(&'static str),
}

impl Client {
    pub(crate) fn new(settings: &Settings, clock: Clock) -> Result<Self, SettingsError> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("chathub/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(settings.connect_within)
            .timeout(settings.answer_within)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            // Only the configured host: not even a proxy that the environment names.
            .no_proxy()
            .referer(false);
        if let Some(path) = &settings.authority {
            let pem =
                std::fs::read(path).map_err(|source| SettingsError::Read { path: path.clone(), source })?;
            let certificates = Certificate::from_pem_bundle(&pem).unwrap_or_default();
            if certificates.is_empty() {
                return Err(SettingsError::Certificates { path: path.clone() });
            }
            builder = builder.tls_certs_merge(certificates);
        } else if !settings.address.is_tls() {
            // Then no certificate is looked at, and a machine without any is no reason not to start.
            builder = builder.tls_certs_only([]);
        }
        Ok(Self {
            http: builder.build().map_err(SettingsError::Client)?,
            address: settings.address.clone(),
            circuit: Circuit::new(clock),
            places: Semaphore::new(AT_ONCE),
            answer_within: settings.answer_within,
        })
    }

    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// Whether the remote is known not to answer.
    pub(crate) fn is_away(&self) -> bool {
        self.circuit.is_open()
    }

    /// Makes the call, by a company's token if it needs one, and reads its answer by `read`. The inner error is the remote's own refusal.
    pub(crate) async fn make<T>(
        &self,
        call: &Call,
        token: Option<&SecretString>,
        read: fn(&[u8]) -> Result<T, &'static str>,
    ) -> Result<Result<T, Refusal>, Trouble> {
        let retries = if call.repeatable { RETRIES } else { 0 };
        let schedule =
            ExponentialBuilder::default().with_min_delay(FIRST_RETRY).with_max_times(retries).with_jitter();
        let outcome = (|| self.attempt(call, token, read))
            .retry(schedule)
            .when(Failure::is_passing)
            .adjust(|failure, planned| {
                planned.map(|planned| planned.max(failure.asked().unwrap_or_default()))
            })
            .await;
        outcome.map_err(|failure| {
            if !matches!(failure, Failure::Open(_)) {
                let error = &failure as &dyn std::error::Error;
                tracing::warn!(call = call.operation, error, "a call to the remote directory failed");
            }
            Trouble::Away {
                retry_after: failure.asked().unwrap_or(AGAIN).max(Duration::from_secs(1)),
                sent: failure.may_be_done(),
            }
        })
    }

    async fn attempt<T>(
        &self,
        call: &Call,
        token: Option<&SecretString>,
        read: fn(&[u8]) -> Result<T, &'static str>,
    ) -> Result<Result<T, Refusal>, Failure> {
        let place = tokio::time::timeout(self.answer_within, self.places.acquire()).await;
        let Ok(Ok(_place)) = place else { return Err(Failure::Crowded) };
        let permit = self.circuit.admit().map_err(Failure::Open)?;
        let outcome = exchange(self.request(call, token), read).await;
        match &outcome {
            // It is there, and has a limit: whose, we can't know, so nobody else is kept from it.
            Ok(_) | Err(Failure::Status(StatusCode::TOO_MANY_REQUESTS, _)) => permit.well(),
            Err(_) => permit.failed(),
        }
        outcome
    }

    fn request(&self, call: &Call, token: Option<&SecretString>) -> RequestBuilder {
        let mut request = self.http.request(call.method.clone(), self.address.join(call.path));
        if let Some(query) = &call.query {
            request = request.query(&[query]);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        if let Some(address) = call.forwarded_for {
            request = request.header("x-forwarded-for", address.to_string());
        }
        if let Some(current) = request::current() {
            request = request.header("x-request-id", current.id.as_str());
        }
        match token {
            // Marked as sensitive, so that no Debug prints it.
            Some(token) => request.bearer_auth(token.expose_secret()),
            None => request,
        }
    }
}

async fn exchange<T>(
    request: RequestBuilder,
    read: fn(&[u8]) -> Result<T, &'static str>,
) -> Result<Result<T, Refusal>, Failure> {
    let mut response = request.send().await.map_err(transport)?;
    let status = response.status();
    if status.is_success() {
        return read(&body(&mut response).await?).map(Ok).map_err(Failure::Nonsense);
    }
    if status.is_redirection() {
        return Err(Failure::Redirect);
    }
    if status == StatusCode::TOO_MANY_REQUESTS || !status.is_client_error() {
        return Err(Failure::Status(status, retry_after(response.headers())));
    }
    // Its own code only: a text of the remote's is neither shown nor logged, it might hold what we sent.
    let revoked = body(&mut response).await.is_ok_and(|body| {
        let problem: Option<Value> = serde_json::from_slice(&body).ok();
        problem.is_some_and(|problem| problem["code"] == "token_invalid")
    });
    Ok(Err(Refusal { status: status.as_u16(), revoked }))
}

async fn body(response: &mut Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(transport)? {
        if body.len() + chunk.len() > ANSWER_BYTES {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn transport(error: reqwest::Error) -> Failure {
    // The address is known; a query has no place in a log.
    Failure::Transport(error.without_url())
}

fn retry_after(headers: &HeaderMap<HeaderValue>) -> Option<Duration> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.min(RETRY_AFTER_AT_MOST)))
}

impl Failure {
    /// Whether the same again may go better at once.
    fn is_passing(&self) -> bool {
        match self {
            Self::Transport(_) => true,
            Self::Status(_, asked) => asked.is_none_or(|asked| asked <= PATIENCE),
            Self::Open(_) | Self::Crowded | Self::Redirect | Self::TooLarge | Self::Nonsense(_) => false,
        }
    }

    /// Whether the other side may have done what it was asked for.
    fn may_be_done(&self) -> bool {
        match self {
            Self::Open(_) | Self::Crowded | Self::Status(StatusCode::TOO_MANY_REQUESTS, _) => false,
            Self::Transport(error) => !error.is_connect(),
            Self::Status(..) | Self::Redirect | Self::TooLarge | Self::Nonsense(_) => true,
        }
    }

    /// How long the other side wants to be left alone.
    fn asked(&self) -> Option<Duration> {
        match self {
            Self::Open(left) => Some(*left),
            Self::Status(_, asked) => *asked,
            _ => None,
        }
    }
}
