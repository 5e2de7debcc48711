//! The operator's side of a session: [`ServerFrame`]s out, the panel's frames in.

use std::sync::Arc;
use std::time::Duration;

use chathub_domain::error::ErrorCode;
use chathub_domain::wire::{ClientFrame, Me, ServerFrame};
use chathub_domain::{ChatId, ClientId, Cursor, OperatorId, OrganizationId};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::time::Instant;

use super::behind::{STRETCH, Stretch, Told};
use super::opened::{Opened, passes, resumes};
use super::reply::{answer, reject, subject};
use super::work::{Answer, Work, still_welcome};
use crate::door::access::OperatorAccess;
use crate::door::origin::Origin;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::log::feed::{Audience, Subscription, encode};
use crate::log::writer::{Lane, Pending};
use crate::pace::Who;
use crate::ports::Recorded;
use crate::rules::{Read, SetStatus};
use crate::unread::{Change, Counter, Due, KEPT, Question};

/// An operator at work.
pub(super) struct Desk {
    access: OperatorAccess,
    token: String,
    typed: Option<Instant>,
    lane: Lane,
    pub(super) unread: Counter,
}

/// Lets an operator in, who is told everything for `audience` from now on.
pub(super) async fn admit(
    hub: &Hub,
    token: String,
    origin: &Origin,
    audience: fn(OrganizationId, OperatorId) -> Audience,
) -> Result<(Desk, Subscription)> {
    let access = hub.operator_by_token(&token).await?;
    hub.check_operator_origin(&access, origin).await?;
    // Before anything is read, so that what is committed meanwhile waits in the mailbox.
    let subscription = hub.subscribe(audience(access.organization.id, access.operator.id)).await?;
    // A revocation that fell between the first look and the subscription dismissed nobody: look again.
    hub.operator_by_token(&token).await?;
    Ok((Desk::new(access, token), subscription))
}

pub(super) async fn open(
    hub: &Hub,
    token: String,
    cursor: Option<Cursor>,
    origin: &Origin,
) -> Result<Opened<Desk>> {
    let (mut desk, subscription) = admit(hub, token, origin, Audience::Operator).await?;
    let access = desk.access();
    let head = hub.inner.log.head(access.organization.id).await?;
    let present = Cursor { epoch: hub.inner.epoch, seq: head };
    let expires = Some(expiry(hub, access));
    let (ready, cursor) = match resumes(cursor, present) {
        Some(seq) => {
            let cursor = Cursor { seq, ..present };
            let welcome = welcome(hub, access, cursor);
            desk.unread = Counter::new(access.operator.id, seq);
            (vec![welcome], cursor)
        }
        None => {
            hub.page(Who::Operator(access.id()))?;
            let (snapshot, cursor, unread) = hub.picture(access, KEPT).await?;
            let welcome = welcome(hub, access, cursor);
            desk.unread.begin(unread, cursor.seq);
            let mut ready = vec![welcome, encode(&ServerFrame::Reset { cursor, snapshot })];
            ready.extend(desk.unread.tell().iter().map(encode));
            (ready, cursor)
        }
    };
    let behind = cursor.seq < head;
    Ok(Opened { face: desk, cursor, ready: ready.into(), behind, subscription, expires })
}

impl Desk {
    pub(super) fn new(access: OperatorAccess, token: String) -> Self {
        let unread = Counter::new(access.operator.id, 0);
        Self { access, token, typed: None, lane: Lane::default(), unread }
    }

    pub(super) fn access(&self) -> &OperatorAccess {
        &self.access
    }

    /// Starts on a frame. What takes the writer's time is queued here, in order, and awaited later.
    pub(super) async fn take(&mut self, hub: &Hub, frame: ClientFrame) -> Work {
        let (hub, access) = (hub.clone(), self.access.clone());
        let (about, _) = subject(&frame);
        match frame {
            ClientFrame::Post { chat_id: Some(chat_id), client_id, text } => {
                // What is typed next is the next message.
                self.typed = None;
                let pending = hub.answer_in(&self.lane, &access, chat_id, client_id, text.into()).await;
                Work::Receipt(
                    async move { Answer::Frame(posted(chat_id, client_id, receipt(pending).await)) }.boxed(),
                )
            }
            ClientFrame::Read { chat_id: Some(chat_id), seq } => {
                done(about, hub.inner.writer.enqueue(Read { by: access.member(), chat_id, seq }).await)
            }
            ClientFrame::SetStatus { chat_id, status } => {
                let command = SetStatus { by: access.member().into(), chat_id, status };
                done(about, hub.inner.writer.enqueue(command).await)
            }
            ClientFrame::Token { token } => self.renew(&hub, token),
            ClientFrame::Typing { .. } if !passes(&mut self.typed) => Work::Done(Answer::Nothing),
            frame => {
                let errand = matches!(frame, ClientFrame::Erase { .. });
                let inquiry = matches!(
                    frame,
                    ClientFrame::Assign { .. }
                        | ClientFrame::Operators { .. }
                        | ClientFrame::Chats { .. }
                        | ClientFrame::Block { .. }
                        | ClientFrame::Unblock { .. }
                );
                let work =
                    async move { answer(&hub, &access, frame).await.map_or(Answer::Nothing, Answer::Frame) }
                        .boxed();
                match (errand, inquiry) {
                    (true, _) => Work::Errand(work),
                    (_, true) => Work::Inquiry(work),
                    _ => Work::Read(work),
                }
            }
        }
    }

    /// The next events of the organization after the cursor.
    pub(super) fn stretch(&self, hub: &Hub, cursor: Cursor) -> BoxFuture<'static, Result<Stretch>> {
        let (hub, organization) = (hub.clone(), self.access.organization.id);
        async move {
            // The head first: what is committed in between is read with the events, and not waited for.
            let head = hub.inner.log.head(organization).await?;
            let events = hub.inner.log.events(organization, cursor.seq, STRETCH).await?;
            let told = |Recorded { seq, at, event, .. }| {
                let change = Change::of(&event);
                Told { seq, frame: encode(&ServerFrame::Event { seq, prev: seq - 1, at, event }), change }
            };
            Ok(Stretch::Events { events: events.into_iter().map(told).collect(), head })
        }
        .boxed()
    }

    /// All that a panel needs to begin anew.
    pub(super) fn picture(&self, hub: &Hub) -> BoxFuture<'static, Result<Stretch>> {
        let (hub, access) = (hub.clone(), self.access.clone());
        async move {
            hub.page(Who::Operator(access.id()))?;
            let (snapshot, cursor, unread) = hub.picture(&access, KEPT).await?;
            let frame = encode(&ServerFrame::Reset { cursor, snapshot });
            Ok(Stretch::Picture { frame, cursor, unread: Some(unread) })
        }
        .boxed()
    }

    /// What is due about what waits to be read: told, or asked for.
    pub(super) fn act(&mut self, hub: &Hub) -> Work {
        match self.unread.act() {
            Due::Tell(frame) => Work::Done(Answer::Frame(encode(&frame))),
            Due::Ask(question) => self.ask(hub, question),
            Due::Nothing => Work::Done(Answer::Nothing),
        }
    }

    fn ask(&self, hub: &Hub, question: Question) -> Work {
        let (hub, access) = (hub.clone(), self.access.clone());
        let (organization, operator) = (access.organization.id, access.operator.id);
        Work::Read(
            async move { Answer::Counted(question.ask(&*hub.inner.chats, organization, operator).await) }
                .boxed(),
        )
    }

    /// Whether the token and the page's origin are still good: what another process took back is seen here.
    pub(super) fn check(&self, hub: &Hub, origin: &Origin) -> BoxFuture<'static, Answer> {
        let (hub, token, origin) = (hub.clone(), self.token.clone(), origin.clone());
        async move {
            let access = match hub.operator_by_token(&token).await {
                Ok(access) => access,
                Err(error) => return still_welcome(Err(error)),
            };
            match hub.check_operator_origin(&access, &origin).await {
                Ok(()) => Answer::Known(Box::new(access)),
                Err(error) => still_welcome(Err(error)),
            }
        }
        .boxed()
    }

    /// A fresh token, in place, if it is the same operator's.
    pub(super) fn renew(&self, hub: &Hub, token: String) -> Work {
        let (hub, me) = (hub.clone(), self.access.id());
        Work::Renewal(
            async move {
                match hub.operator_by_token(&token).await {
                    Ok(access) if access.id() == me => Answer::Renewed(Box::new(access), token),
                    Ok(_) => Answer::NotRenewed(reject(
                        &Error::new(
                            ErrorCode::Conflict,
                            "The token is another operator's: connect again to work as them.",
                        ),
                        None,
                        None,
                    )),
                    Err(error) => Answer::NotRenewed(reject(&error, None, None)),
                }
            }
            .boxed(),
        )
    }

    /// What they are called may have changed; where they work may not, since that decides what is told here.
    pub(super) fn known(&mut self, access: OperatorAccess) {
        if access.organization.id == self.access.organization.id {
            self.access = OperatorAccess { expires_at: self.access.expires_at, ..access };
        }
    }

    /// The fresh token is good.
    pub(super) fn renewed(&mut self, access: OperatorAccess, token: String) {
        self.access = access;
        self.token = token;
    }
}

/// A command that has its place in the writer's queue: nothing is said when it went well.
fn done(about: Option<ChatId>, pending: Result<Pending>) -> Work {
    Work::Receipt(
        async move {
            match receipt(pending).await {
                Ok(_) => Answer::Nothing,
                Err(error) => Answer::Frame(reject(&error, None, about)),
            }
        }
        .boxed(),
    )
}

async fn receipt(pending: Result<Pending>) -> Result<crate::rules::Receipt> {
    pending?.receipt().await
}

pub(super) fn heartbeat(cursor: Cursor) -> Arc<str> {
    encode(&ServerFrame::Heartbeat { cursor })
}

/// Whom the server takes the client for, and the place from which events follow.
pub(super) fn welcome(hub: &Hub, access: &OperatorAccess, cursor: Cursor) -> Arc<str> {
    encode(&ServerFrame::Welcome {
        me: Me { operator: access.operator.clone(), organization: access.organization.clone() },
        cursor,
        build: hub.build().to_owned(),
        expires_at: access.expires_at,
    })
}

/// When the access ends.
pub(super) fn expiry(hub: &Hub, access: &OperatorAccess) -> Instant {
    let left = u64::try_from(access.expires_at.0.saturating_sub(hub.now().0)).unwrap_or(0);
    Instant::now() + Duration::from_millis(left)
}

fn posted(chat_id: ChatId, client_id: ClientId, receipt: Result<crate::rules::Receipt>) -> Arc<str> {
    match receipt {
        Ok(receipt) => encode(&ServerFrame::Ack { client_id, chat_id, seq: receipt.seq }),
        Err(error) => reject(&error, Some(client_id), Some(chat_id)),
    }
}
