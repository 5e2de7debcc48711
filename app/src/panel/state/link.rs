//! The connection and the token that opens it.

use chathub_domain::wire::{ClientFrame, Me};
use chathub_domain::{ErrorCode, Timestamp};

use super::{Effect, State, Told};

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

impl State {
    pub(super) fn hello(&self) -> ClientFrame {
        ClientFrame::Hello {
            token: Some(self.token.clone()),
            organization: None,
            visitor: None,
            customer: None,
            cursor: self.resume_from(),
            watch: None,
        }
    }

    pub(super) fn connecting(&mut self) {
        let again = !matches!(self.link, Link::Connecting { again: false });
        self.unplugged();
        self.link = Link::Connecting { again };
    }

    pub(super) fn lost(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        if matches!(self.link, Link::Stopped { .. }) {
            self.unplugged();
        } else {
            self.reconnect(now, out);
        }
    }

    /// Gives up the connection, if there is one, for another: soon, if this one was good.
    pub(super) fn reconnect(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        if self.welcomed_at.take().is_some_and(|at| at.plus(PROVEN_MS) <= now) {
            self.tries = 0;
        }
        out.push(Effect::Reconnect((PAUSE_MS << self.tries.min(10)).min(LONGEST_PAUSE_MS)));
        self.tries += 1;
        self.unplugged();
        self.link = Link::Offline;
    }

    /// Milliseconds without a word from the server while a message is on its way.
    fn quiet(&self, now: Timestamp) -> i64 {
        self.first_posted().map_or(0, |posted| now.0 - posted.max(self.heard).0)
    }

    pub(super) fn probe_due(&self, now: Timestamp) -> bool {
        self.quiet(now) >= if self.probed { 2 * ANSWER_MS } else { ANSWER_MS }
    }

    /// A connection may be dead without anybody having said so.
    pub(super) fn probe(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        if !self.probe_due(now) {
            return;
        }
        if self.probed {
            self.reconnect(now, out);
        } else {
            self.probed = true;
            out.push(Effect::Send(ClientFrame::Heartbeat));
        }
    }

    /// What was under way on the connection is not any more, and will be asked again.
    fn unplugged(&mut self) {
        self.probed = false;
        self.read_sent.clear();
        self.typing.clear();
        self.typing_sent = None;
        self.pages_asked.clear();
        self.threads_lost();
        self.take_back(0);
    }

    pub(super) fn welcomed(
        &mut self,
        me: Me,
        build: &str,
        expires_at: Timestamp,
        now: Timestamp,
        out: &mut Vec<Effect>,
    ) {
        self.expires_at = Some(expires_at);
        self.token_asked = None;
        self.server_build(build);
        let same = me.operator.id == self.me.operator.id && me.organization.id == self.me.organization.id;
        self.me = me;
        if !same {
            self.forget_everything();
            // With a cursor, what follows continues somebody else's picture.
            if self.resume_from().is_some() {
                self.resync = true;
                self.reconnect(now, out);
                return;
            }
        }
        if self.live() {
            return;
        }
        self.link = Link::Live;
        self.welcomed_at = Some(now);
        self.send_wishes(out);
        self.send_outbox(now, out);
        self.load_open_thread(out);
        self.ask_rest_of_operators(out);
    }

    pub(super) fn said_bye(
        &mut self,
        code: ErrorCode,
        detail: String,
        reconnect: bool,
        now: Timestamp,
        out: &mut Vec<Effect>,
    ) {
        let told = Told::Error { code, detail: detail.clone() };
        self.unplugged();
        if reconnect {
            // The end of the connection follows, and with it the next one.
            self.link = Link::Offline;
            return;
        }
        self.link = Link::Stopped { code, detail };
        out.push(Effect::Disconnect);
        out.push(Effect::Tell(told));
        if self.link.needs_token() {
            self.token_asked = Some(now);
            out.push(Effect::AskToken { refused: true });
        }
    }

    pub(super) fn fresh_token(
        &mut self,
        token: String,
        expires_at: Option<Timestamp>,
        out: &mut Vec<Effect>,
    ) {
        if token == self.token && !self.link.needs_token() {
            return;
        }
        self.token.clone_from(&token);
        // Unknown until the next welcome, unless whoever brought the token knows.
        self.expires_at = expires_at;
        self.token_asked = None;
        match self.link {
            Link::Live => out.push(Effect::Send(ClientFrame::Token { token })),
            Link::Stopped { .. } => {
                self.link = Link::Connecting { again: true };
                out.push(Effect::Reconnect(0));
            }
            // The next hello has it.
            Link::Connecting { .. } | Link::Offline => {}
        }
    }

    pub(super) fn token_due(&self, now: Timestamp) -> bool {
        // While stopped, the request of the farewell is the one that counts.
        !matches!(self.link, Link::Stopped { .. })
            && self.expires_at.is_some_and(|end| end <= now.plus(TOKEN_EXPIRING_MS))
            && self.token_asked.is_none_or(|asked| asked.plus(TOKEN_AGAIN_MS) <= now)
    }

    pub(super) fn ask_token(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        if self.token_asked.is_none() {
            out.push(Effect::Tell(Told::TokenExpiring));
        }
        self.token_asked = Some(now);
        out.push(Effect::AskToken { refused: false });
    }
}
