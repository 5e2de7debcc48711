//! The connection and the token that opens it.

use chathub_domain::wire::ClientFrame;
use chathub_domain::{Cursor, ErrorCode, Timestamp};

use super::effect::{Effect, Told};
use super::touched::Topic;
use super::turn::Turn;

#[derive(Clone, Debug)]
pub struct Linked {
    /// How the panel stands with the server.
    pub is: Link,
    /// When this connection was welcomed, and how many in a row were none that lasted.
    welcomed_at: Option<Timestamp>,
    tries: u32,
    /// When the server was last heard, and whether it was asked for a sign of life since.
    heard: Timestamp,
    probed: bool,
    token: String,
    expires_at: Option<Timestamp>,
    /// When a fresh token was asked for the last time, since the last one came.
    token_asked: Option<Timestamp>,
}

/// How the panel stands with the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// On the way; `again` after it was lost.
    Connecting {
        again: bool,
    },
    Live,
    /// Lost; the driver tries again.
    Offline,
    /// The server said that coming back makes no sense as things are.
    Stopped {
        code: ErrorCode,
        detail: String,
    },
}

/// Milliseconds before a token's end at which a fresh one is asked for.
pub const TOKEN_EXPIRING_MS: i64 = 5 * 60 * 1_000;

/// Milliseconds between two requests for a fresh token while the old one still works.
const TOKEN_AGAIN_MS: i64 = 60 * 1_000;

/// Milliseconds that a connection has lived when it has proved itself. One that ends sooner may end of what it is told,
/// and the next one would too.
const PROVEN_MS: i64 = 10_000;

/// The first and the longest pause before a new connection, in milliseconds, doubled each time.
const PAUSE_MS: u32 = 500;
const LONGEST_PAUSE_MS: u32 = 15_000;

/// Milliseconds of silence with a message on its way after which the server is asked for a sign of life; after as many
/// again, the connection is taken for dead.
const ANSWER_MS: i64 = 5_000;

impl Link {
    /// The connection stands still until a fresh token comes.
    #[must_use]
    pub fn needs_token(&self) -> bool {
        matches!(self, Self::Stopped { code, .. } if asks_token(*code))
    }
}

/// Whether another token mends it.
#[must_use]
pub fn asks_token(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::TokenExpired | ErrorCode::TokenInvalid | ErrorCode::TokenMissing)
}

impl Linked {
    pub(super) fn new(token: String, expires_at: Timestamp) -> Self {
        Self {
            is: Link::Connecting { again: false },
            welcomed_at: None,
            tries: 0,
            heard: Timestamp(0),
            probed: false,
            token,
            expires_at: Some(expires_at),
            token_asked: None,
        }
    }

    #[must_use]
    pub fn is_live(&self) -> bool {
        self.is == Link::Live
    }

    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    pub(super) fn hello(&self, cursor: Option<Cursor>) -> ClientFrame {
        ClientFrame::Hello {
            token: Some(self.token.clone()),
            organization: None,
            visitor: None,
            customer: None,
            cursor,
            watch: None,
        }
    }

    pub(super) fn connecting(&mut self, turn: &mut Turn) {
        let again = !matches!(self.is, Link::Connecting { again: false });
        self.set(Link::Connecting { again }, turn);
    }

    pub(super) fn heard(&mut self, now: Timestamp) {
        (self.heard, self.probed) = (now, false);
    }

    /// Gives up the connection, if there is one, for another: soon, if this one was good.
    pub(super) fn reconnect(&mut self, turn: &mut Turn) {
        if self.welcomed_at.take().is_some_and(|at| at.plus(PROVEN_MS) <= turn.now) {
            self.tries = 0;
        }
        let pause = (PAUSE_MS << self.tries.min(10)).min(LONGEST_PAUSE_MS);
        turn.effects.push(Effect::Reconnect(pause));
        self.tries += 1;
        self.set(Link::Offline, turn);
    }

    pub(super) fn unplugged(&mut self) {
        self.probed = false;
    }

    pub(super) fn token_works_until(&mut self, end: Timestamp) {
        self.expires_at = Some(end);
        self.token_asked = None;
    }

    pub(super) fn welcomed(&mut self, turn: &mut Turn) {
        self.welcomed_at = Some(turn.now);
        self.set(Link::Live, turn);
    }

    pub(super) fn said_bye(&mut self, code: ErrorCode, detail: String, reconnect: bool, turn: &mut Turn) {
        if reconnect {
            // The end of the connection follows, and with it the next one.
            return self.set(Link::Offline, turn);
        }
        turn.effects.push(Effect::Disconnect);
        turn.tell(Told::Error { code, detail: detail.clone() });
        self.set(Link::Stopped { code, detail }, turn);
        if self.is.needs_token() {
            self.token_asked = Some(turn.now);
            turn.effects.push(Effect::AskToken { refused: true });
        }
    }

    pub(super) fn fresh_token(&mut self, token: String, expires_at: Option<Timestamp>, turn: &mut Turn) {
        if token == self.token && !self.is.needs_token() {
            return;
        }
        self.token.clone_from(&token);
        // Unknown until the next welcome, unless whoever brought the token knows.
        self.expires_at = expires_at;
        self.token_asked = None;
        match self.is {
            Link::Live => turn.send(ClientFrame::Token { token }),
            Link::Stopped { .. } => {
                self.set(Link::Connecting { again: true }, turn);
                turn.effects.push(Effect::Reconnect(0));
            }
            // The next hello has it.
            Link::Connecting { .. } | Link::Offline => {}
        }
    }

    /// `owed`: since when the server owes an answer.
    pub(super) fn is_due(&self, owed: Option<Timestamp>, now: Timestamp) -> bool {
        self.token_due(now) || (self.is_live() && self.probe_due(owed, now))
    }

    pub(super) fn ask_token(&mut self, turn: &mut Turn) {
        if !self.token_due(turn.now) {
            return;
        }
        if self.token_asked.is_none() {
            turn.tell(Told::TokenExpiring);
        }
        self.token_asked = Some(turn.now);
        turn.effects.push(Effect::AskToken { refused: false });
    }

    /// A connection may be dead without anybody having said so. Says whether it counts as that.
    pub(super) fn probe(&mut self, owed: Option<Timestamp>, turn: &mut Turn) -> bool {
        if !self.probe_due(owed, turn.now) {
            return false;
        }
        let dead = self.probed;
        if !dead {
            self.probed = true;
            turn.send(ClientFrame::Heartbeat);
        }
        dead
    }

    fn probe_due(&self, owed: Option<Timestamp>, now: Timestamp) -> bool {
        let quiet = owed.map_or(0, |owed| now.0 - owed.max(self.heard).0);
        quiet >= if self.probed { 2 * ANSWER_MS } else { ANSWER_MS }
    }

    fn token_due(&self, now: Timestamp) -> bool {
        // While stopped, the request of the farewell is the one that counts.
        !matches!(self.is, Link::Stopped { .. })
            && self.expires_at.is_some_and(|end| end <= now.plus(TOKEN_EXPIRING_MS))
            && self.token_asked.is_none_or(|asked| asked.plus(TOKEN_AGAIN_MS) <= now)
    }

    fn set(&mut self, link: Link, turn: &mut Turn) {
        if link != self.is {
            self.is = link;
            turn.touch(Topic::Link);
        }
    }
}
