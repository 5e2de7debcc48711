//! The customer's side of a session: [`CustomerFrame`]s out, one thread in.

use std::collections::VecDeque;
use std::sync::Arc;

use chathub_domain::error::ErrorCode;
use chathub_domain::limits::{HISTORY_PAGE, REPLAY_EVENTS};
use chathub_domain::wire::{ClientFrame, CustomerFrame, CustomerSnapshot, Introduction};
use chathub_domain::{ClientId, Cursor, OrganizationId};
use futures::FutureExt;
use futures::future::{BoxFuture, ready};
use tokio::time::Instant;

use super::{Answer, Face, Farewell, Opened, passes, resumes};
use crate::Hub;
use crate::access::VisitorAccess;
use crate::error::{Error, Result};
use crate::feed::{Audience, encode};
use crate::limits::Peer;
use crate::origin::Origin;
use crate::writer::Lane;

/// A customer, or one who may become one.
pub(super) struct Customer {
    access: VisitorAccess,
    typed: Option<Instant>,
    lane: Lane,
}

pub(super) async fn open(
    hub: &Hub,
    organization: OrganizationId,
    visitor: Option<String>,
    introduction: Option<Introduction>,
    cursor: Option<Cursor>,
    origin: &Origin,
    peer: Peer,
) -> Result<Opened> {
    if visitor.is_none() {
        hub.inner.limits.newcomer(peer)?;
    }
    let (access, token) = hub.visitor(organization, visitor.as_deref(), origin).await?;
    let access = access.introduced(introduction.unwrap_or_default());
    let visitor = access.visitor_id;
    let subscription = hub.inner.feed.subscribe(Audience::Visitor(organization, visitor));
    let (log, epoch) = (&hub.inner.log, hub.inner.epoch);
    let mut ready = VecDeque::new();
    let mut replay = None;
    if let Some(cursor) = cursor {
        let (events, head) = log.visitor_events(organization, visitor, cursor.seq, REPLAY_EVENTS + 1).await?;
        let seen = resumes(Some(cursor), Cursor { epoch, seq: head });
        replay = seen.filter(|_| events.len() <= REPLAY_EVENTS).map(|seen| (seen, events));
    }
    let (from, seq) = match replay {
        Some((seen, events)) => {
            let mut seq = seen;
            for (at, record) in events {
                let prev = std::mem::replace(&mut seq, record.seq);
                ready.push_back(encode(&CustomerFrame::Event { seq, prev, at, event: record.event }));
            }
            (seen, seq)
        }
        None => {
            let page = log.visitor_page(organization, visitor, None, HISTORY_PAGE).await?;
            let snapshot = CustomerSnapshot {
                messages: page.messages,
                more: page.more,
                status: page.status,
                read_by_me: page.read_by_me,
                read_by_operators: page.read_by_operators,
            };
            let cursor = Cursor { epoch, seq: page.seq };
            ready.push_back(encode(&CustomerFrame::Reset { cursor, snapshot }));
            (page.seq, page.seq)
        }
    };
    ready.push_front(encode(&CustomerFrame::Welcome {
        visitor: token,
        organization: access.organization.clone(),
        cursor: Cursor { epoch, seq: from },
        build: hub.build().to_owned(),
    }));
    let face = Face::Customer(Customer { access, typed: None, lane: Lane::default() });
    Ok(Opened { face, cursor: Cursor { epoch, seq }, ready, subscription, expires: None })
}

impl Customer {
    /// Starts on a frame. What takes the writer's time is queued here, in order, and awaited later.
    pub(super) async fn take(&mut self, hub: &Hub, frame: ClientFrame) -> BoxFuture<'static, Answer> {
        let (hub, access) = (hub.clone(), self.access.clone());
        match frame {
            ClientFrame::Post { client_id, text, .. } => {
                // What is typed next is the next message.
                self.typed = None;
                let pending = hub.ask_in(&self.lane, &access, client_id, text).await;
                async move {
                    let receipt = match pending {
                        Ok(pending) => pending.receipt().await,
                        Err(error) => Err(error),
                    };
                    Answer::Frame(match receipt {
                        Ok(receipt) => encode(&CustomerFrame::Ack { client_id, seq: receipt.customer_seq }),
                        Err(error) => reject(&error, Some(client_id)),
                    })
                }
                .boxed()
            }
            ClientFrame::Typing { .. } if !passes(&mut self.typed) => ready(Answer::Nothing).boxed(),
            frame => async move {
                match reply(&hub, &access, frame).await {
                    Ok(None) => Answer::Nothing,
                    Ok(Some(frame)) => Answer::Frame(encode(&frame)),
                    Err(error) => Answer::Frame(reject(&error, None)),
                }
            }
            .boxed(),
        }
    }
}

async fn reply(hub: &Hub, access: &VisitorAccess, frame: ClientFrame) -> Result<Option<CustomerFrame>> {
    match frame {
        ClientFrame::Read { seq, .. } => hub.read_by_customer(access, seq).await.map(|_| None),
        ClientFrame::Typing { .. } => hub.customer_types(access).await.map(|()| None),
        ClientFrame::History { before, .. } => {
            let page = hub.customer_history(access, before).await?;
            Ok(Some(CustomerFrame::History { messages: page.messages, more: page.more }))
        }
        _ => Err(Error::new(ErrorCode::Malformed, "This frame has no place here and was ignored.")),
    }
}

pub(super) fn reject(error: &Error, client_id: Option<ClientId>) -> Arc<str> {
    if error.code == ErrorCode::Internal {
        tracing::error!(error = error as &dyn std::error::Error, "a frame failed");
    }
    encode(&CustomerFrame::Reject { client_id, code: error.code, detail: error.detail.clone() })
}

pub(super) fn bye(farewell: &Farewell) -> Arc<str> {
    let Farewell { code, detail, reconnect } = farewell.clone();
    encode(&CustomerFrame::Bye { code, detail, reconnect })
}

pub(super) fn heartbeat(cursor: Cursor) -> Arc<str> {
    encode(&CustomerFrame::Heartbeat { cursor })
}
