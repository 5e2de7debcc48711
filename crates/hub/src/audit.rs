//! Who came in, who was kept out, and what was changed about people: lines of the log that programs read, like fail2ban.
//! Their shape is documented (`docs/operations.md`) and only added to.
//!
//! What strangers write stands last on a line and escaped, and lines are bounded: nobody fills a disk with them.

mod lines;

use std::fmt::Write as _;
use std::sync::Arc;

use chathub_domain::error::ErrorCode;
use chathub_domain::{CompanyId, OperatorId, OperatorStatus, OrganizationId};

use crate::error::{Error, Result};
use crate::pace::Peer;
use crate::request;
use lines::{Lines, Most};

pub use lines::TARGET;

/// Characters of a login on a line.
const LOGIN_CHARS: usize = 64;

/// Operators that a line names at most.
const OPERATORS: usize = 20;

/// Refused sign-ins a minute. Who is let onto the log in this minute has lines enough to be banned for them, so that a
/// flood from everywhere is banned bit by bit.
const SIGN_INS: Most = Most { each: 10, all: 30 };

/// Other refusals a minute.
const REFUSALS: Most = Most { each: 5, all: 20 };

/// What companies do, a minute.
const DEEDS: Most = Most { each: 30, all: 1_000 };

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    SignIn,
    SignOut,
    /// Sets a company's password.
    Password,
    /// Gives a company another login.
    Login,
    AddCompany,
    AddOrganization,
    /// Changes which origins an organization allows.
    Origins,
    AddOperators,
    OperatorStatus,
    Block,
    Unblock,
    /// Works with a token.
    Token,
    /// Comes as a customer.
    Chat,
    /// Sends a request, whatever for.
    Request,
}

/// What was done, beside by whom.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deed<'a> {
    pub login: Option<&'a str>,
    pub organization: Option<OrganizationId>,
    /// Who did it, or whom it was done to.
    pub operators: &'a [OperatorId],
    pub status: Option<OperatorStatus>,
}

/// The lines of one hub.
pub(crate) struct Audit {
    sign_ins: Arc<Lines<Peer>>,
    refusals: Arc<Lines<Peer>>,
    deeds: Arc<Lines<CompanyId>>,
}

impl Action {
    /// As lines have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SignOut => "sign-out",
            Self::Password => "password",
            Self::Login => "login",
            Self::AddCompany => "add-company",
            Self::AddOrganization => "add-organization",
            Self::Origins => "origins",
            Self::AddOperators => "add-operators",
            Self::OperatorStatus => "operator-status",
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Token => "token",
            Self::Chat => "chat",
            Self::Request => "request",
        }
    }
}

impl Audit {
    pub fn new() -> Self {
        Self { sign_ins: Lines::new(SIGN_INS), refusals: Lines::new(REFUSALS), deeds: Lines::new(DEEDS) }
    }

    /// Somebody was kept out, who may have named a login.
    pub fn refused(&self, action: Action, reason: ErrorCode, login: Option<&str>) {
        let current = request::current();
        let from = current.as_ref().and_then(|request| request.client);
        let peer = from.map_or(Peer::UNKNOWN, Peer::from);
        let lines = if action == Action::SignIn { &self.sign_ins } else { &self.refusals };
        if !lines.admit(peer) {
            return;
        }
        let login = login.map(escaped);
        tracing::warn!(
            target: TARGET,
            action = %action.as_str(),
            client = %client(current.as_ref()),
            reason = %reason.as_str(),
            request = current.as_ref().map(|request| tracing::field::display(&request.id)),
            login = login.as_deref(),
            "refused"
        );
    }

    /// A company, or one of its operators, has done something.
    pub fn done(&self, action: Action, company: CompanyId, deed: &Deed<'_>) {
        if !self.deeds.admit(company) {
            return;
        }
        let current = request::current();
        let operators = (!deed.operators.is_empty()).then(|| named(deed.operators));
        let login = deed.login.map(escaped);
        tracing::info!(
            target: TARGET,
            action = %action.as_str(),
            client = %client(current.as_ref()),
            company = %company,
            organization = deed.organization.map(tracing::field::display),
            operators = operators.as_deref(),
            status = deed.status.map(|status| tracing::field::display(name(status))),
            request = current.as_ref().map(|request| tracing::field::display(&request.id)),
            login = login.as_deref(),
            "done"
        );
    }

    /// The outcome of something, noted if it says that a token is wrong: not when it has merely ended, or is missing.
    pub fn token<T>(&self, outcome: Result<T>) -> Result<T> {
        use ErrorCode::{OperatorInactive, OriginNotAllowed, TokenInvalid, WrongTokenKind};
        let reasons = [OperatorInactive, OriginNotAllowed, TokenInvalid, WrongTokenKind];
        self.noted(Action::Token, &reasons, outcome)
    }

    /// The outcome of coming as a customer, noted if that is refused to them and not to everybody.
    pub fn chat<T>(&self, outcome: Result<T>) -> Result<T> {
        use ErrorCode::{Blocked, OriginNotAllowed, TooManyRequests};
        self.noted(Action::Chat, &[Blocked, OriginNotAllowed, TooManyRequests], outcome)
    }

    fn noted<T>(&self, action: Action, reasons: &[ErrorCode], outcome: Result<T>) -> Result<T> {
        if let Err(Error { code, .. }) = &outcome
            && reasons.contains(code)
        {
            self.refused(action, *code, None);
        }
        outcome
    }
}

/// Where it comes from: an address, `local` for who administers the machine, `unknown` where nobody told.
fn client(current: Option<&request::Request>) -> String {
    match current {
        None => "local".to_owned(),
        Some(request) => request.client.map_or("unknown".to_owned(), |address| address.to_string()),
    }
}

fn name(status: OperatorStatus) -> &'static str {
    match status {
        OperatorStatus::Active => "active",
        OperatorStatus::Inactive => "inactive",
        OperatorStatus::Deleted => "deleted",
    }
}

/// The first of them.
fn named(operators: &[OperatorId]) -> String {
    let mut text = String::new();
    for id in operators.iter().take(OPERATORS) {
        // A text takes all that it is given.
        let _ = write!(text, "{}{id}", if text.is_empty() { "" } else { " " });
    }
    if operators.len() > OPERATORS {
        text.push_str(" …");
    }
    text
}

/// What a stranger has typed, without anything that is not seen: the format of the log adds quotes and escapes them.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars().take(LOGIN_CHARS) {
        let is_seen = matches!(character, '"' | '\'' | '\\') || character.escape_debug().len() == 1;
        match is_seen {
            true => escaped.push(character),
            false => escaped.extend(character.escape_unicode()),
        }
    }
    if text.chars().nth(LOGIN_CHARS).is_some() {
        escaped.push('…');
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_not_seen_is_spelled_out() {
        for (text, expected) in [
            ("acme", "acme"),
            ("İade “x” \"y\"", "İade “x” \"y\""),
            ("a\nb\r\t\0", "a\\u{a}b\\u{d}\\u{9}\\u{0}"),
            ("a\u{202e}b\u{2028}c\u{85}", "a\\u{202e}b\\u{2028}c\\u{85}"),
        ] {
            assert_eq!(escaped(text), expected);
        }
        assert_eq!(escaped(&"x".repeat(1_000)), format!("{}…", "x".repeat(LOGIN_CHARS)));
        assert_eq!(named(&[OperatorId(7), OperatorId(8)]), "7 8");
        assert!(named(&[OperatorId(7); 1_000]).len() < 100);
    }

    proptest! {
        #[test]
        fn nothing_makes_a_second_line(text in any::<String>()) {
            let escaped = escaped(&text);
            prop_assert!(escaped.chars().all(|c| !c.is_control()) && escaped.lines().count() <= 1);
            prop_assert!(escaped.len() <= 10 * (LOGIN_CHARS + 1));
        }
    }
}
