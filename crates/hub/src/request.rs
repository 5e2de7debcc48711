//! The request that something is done for. It goes with the work by itself, because what it tells is for the log and for
//! another server only: no rule may depend on it.

use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

use futures::future::Either;
use tracing::{Instrument, Span};
use uuid::Uuid;

/// Characters of an id that somebody else has given.
const ID_CHARS: usize = 128;

tokio::task_local! {
    static CURRENT: Request;
}

/// What a request is called in logs: here, at the proxy in front, and at a server behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

/// A request, as far as logs are concerned.
#[derive(Clone, Debug)]
pub struct Request {
    pub id: RequestId,
    /// Where it comes from; none where nobody told. Unlike [`Peer`](crate::pace::Peer) it is the whole address, which
    /// can be banned.
    pub client: Option<IpAddr>,
}

impl RequestId {
    /// One that was never given before.
    #[must_use]
    pub fn fresh() -> Self {
        Self(Uuid::new_v4().to_string().into())
    }

    /// One that somebody else has given: at most 128 letters, digits and `-_.:+/=`, so that no log line and no header can
    /// be made of it.
    #[must_use]
    pub fn given(text: &str) -> Option<Self> {
        let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:+/=".contains(&byte);
        let is_one = (1..=ID_CHARS).contains(&text.len()) && text.bytes().all(is_safe);
        is_one.then(|| Self(text.into()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Request {
    /// Does the work for this request.
    pub async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    /// The same for work that does not wait.
    pub fn sync_scope<T>(self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, work)
    }
}

/// The request that this is done for, if it is one.
#[must_use]
pub fn current() -> Option<Request> {
    CURRENT.try_with(Request::clone).ok()
}

/// Work that goes on in a task of its own, for the same request and with its place in the log.
pub fn handed_on<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    Here::now().goes_on(work)
}

/// What goes with work that begins elsewhere: the request, and its place in the log.
#[derive(Debug)]
pub struct Here {
    request: Option<Request>,
    span: Span,
}

impl Here {
    #[must_use]
    pub fn now() -> Self {
        Self { request: current(), span: Span::current() }
    }

    /// The work, done as if it had begun where this was made.
    pub fn goes_on<T>(self, work: impl Future<Output = T>) -> impl Future<Output = T> {
        let work = work.instrument(self.span);
        match self.request {
            Some(request) => Either::Left(request.scope(work)),
            None => Either::Right(work),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_could_be_more_than_one_is_none() {
        for good in ["a", "0b9cf7a8-2a0c-4f57-9a0a-0e6a5b1c2d3e", "1-67891233-abc=", &"x".repeat(ID_CHARS)] {
            assert_eq!(RequestId::given(good).unwrap().as_str(), good);
        }
        for bad in ["", "a b", "a\nb", "a\"", "a{b}", "ä", "a,b", "a;b", "<a>", &"x".repeat(ID_CHARS + 1)] {
            assert_eq!(RequestId::given(bad), None, "{bad}");
        }
        assert_ne!(RequestId::fresh(), RequestId::fresh());
        assert!(RequestId::given(RequestId::fresh().as_str()).is_some());
    }

    #[tokio::test]
    async fn a_task_of_its_own_knows_the_request() {
        let request = Request { id: RequestId::fresh(), client: None };
        let id = request.id.clone();
        let told = async { tokio::spawn(handed_on(async { current() })).await.unwrap() };
        assert_eq!(request.scope(told).await.map(|request| request.id), Some(id));
        assert!(tokio::spawn(handed_on(async { current() })).await.unwrap().is_none());
    }
}
