//! The customer's side of a session: [`CustomerFrame`]s out, one thread in.

use std::collections::VecDeque;
use std::sync::Arc;

use chathub_domain::error::ErrorCode;
use chathub_domain::wire::{ClientFrame, CustomerFrame, CustomerSnapshot, Introduction};
use chathub_domain::{ClientId, Cursor, CustomerEvent, OrganizationId, Timestamp, VisitorId};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::time::Instant;

use super::behind::{STRETCH, Stretch, Told};
use super::farewell::Farewell;
use super::opened::{Opened, passes, resumes};
use super::work::{Answer, Work, still_welcome};
use crate::door::access::VisitorAccess;
use crate::door::origin::Origin;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::log::feed::{Audience, encode};
use crate::log::writer::Lane;
use crate::pace::{Peer, Who};
use crate::ports::{CustomerRecord, Portion};
use crate::rules::ReadByCustomer;

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
) -> Result<Opened<Customer>> {
    if visitor.is_none() {
        hub.inner.limits.newcomer(peer)?;
    }
    let (access, token) = hub.visitor(organization, visitor.as_deref(), origin, peer).await?;
    let access = access.introduced(introduction.unwrap_or_default());
    let visitor = access.visitor_id;
    let subscription = hub.subscribe(Audience::Visitor(organization, visitor)).await?;
    let customer = Customer { access, typed: None, lane: Lane::default() };
    let (mut ready, mut behind) = (VecDeque::new(), false);
    let mut cursor = cursor;
    if let Some(seen) = cursor {
        let none = Portion::rows(0);
        let (_, head) = hub.inner.log.visitor_events(organization, visitor, seen.seq, none).await?;
        cursor = resumes(cursor, Cursor { epoch: hub.inner.epoch, seq: head }).map(|_| seen);
        behind = seen.seq < head;
    }
    let cursor = match cursor {
        Some(seen) => seen,
        None => {
            hub.page(Who::Visitor(visitor))?;
            behind = false;
            let (reset, cursor) = reset(hub, &customer.access).await?;
            ready.push_back(reset);
            cursor
        }
    };
    let organization = customer.access.organization.clone();
    let build = hub.build().to_owned();
    ready.push_front(encode(&CustomerFrame::Welcome { visitor: token, organization, cursor, build }));
    let face = customer;
    Ok(Opened { face, cursor, ready, behind, subscription, expires: None })
}

/// A new picture, as a frame, and where it was true.
async fn reset(hub: &Hub, access: &VisitorAccess) -> Result<(Arc<str>, Cursor)> {
    let page = hub.customer_history(access, None).await?;
    let cursor = Cursor { epoch: hub.inner.epoch, seq: page.seq };
    let snapshot = CustomerSnapshot {
        messages: page.messages,
        more: page.more,
        status: page.status,
        read_by_me: page.read_by_me,
        read_by_operators: page.read_by_operators,
    };
    Ok((encode(&CustomerFrame::Reset { cursor, snapshot }), cursor))
}

async fn picture(hub: &Hub, access: &VisitorAccess) -> Result<Stretch> {
    hub.page(Who::Visitor(access.visitor_id))?;
    let (frame, cursor) = reset(hub, access).await?;
    Ok(Stretch::Picture { frame, cursor, unread: None })
}

impl Customer {
    /// Whether the visitor may still be here.
    pub(super) fn check_blocks(&self, hub: &Hub) -> Result<()> {
        hub.check_not_blocked(&self.access)
    }

    pub(super) fn visitor(&self) -> VisitorId {
        self.access.visitor_id
    }

    /// What the customer is told next after the cursor. A cursor of a time before something was erased is answered by a
    /// new picture: what the window shows is not there any more.
    pub(super) fn stretch(&self, hub: &Hub, cursor: Cursor) -> BoxFuture<'static, Result<Stretch>> {
        let (hub, access) = (hub.clone(), self.access.clone());
        async move {
            let (organization, visitor) = (access.organization.id, access.visitor_id);
            let (events, head) =
                hub.inner.log.visitor_events(organization, visitor, cursor.seq, STRETCH).await?;
            if events.iter().any(|(_, record)| record.event == CustomerEvent::Erased) {
                return picture(&hub, &access).await;
            }
            let frame = |(at, record): (Timestamp, CustomerRecord)| {
                let seq = record.seq;
                let frame = encode(&CustomerFrame::Event { seq, prev: seq - 1, at, event: record.event });
                Told { seq, frame, change: None }
            };
            Ok(Stretch::Events { events: events.into_iter().map(frame).collect(), head })
        }
        .boxed()
    }

    /// Whether the page's origin is still on the organization's list; none for pages that need not be.
    pub(super) fn check(&self, hub: &Hub, origin: &Origin) -> Option<BoxFuture<'static, Answer>> {
        let Origin::Foreign(_) = origin else { return None };
        let (hub, organization, origin) = (hub.clone(), self.access.organization.id, origin.clone());
        Some(async move { still_welcome(hub.recheck_visitors_origin(organization, &origin).await) }.boxed())
    }

    pub(super) fn picture(&self, hub: &Hub) -> BoxFuture<'static, Result<Stretch>> {
        let (hub, access) = (hub.clone(), self.access.clone());
        async move { picture(&hub, &access).await }.boxed()
    }

    /// Starts on a frame. What takes the writer's time is queued here, in order, and awaited later.
    pub(super) async fn take(&mut self, hub: &Hub, frame: ClientFrame) -> Work {
        let (hub, access) = (hub.clone(), self.access.clone());
        match frame {
            ClientFrame::Post { client_id, text, .. } => {
                // What is typed next is the next message.
                self.typed = None;
                let pending = hub.ask_in(&self.lane, &access, client_id, text.into()).await;
                let answer = async move {
                    let receipt = match pending {
                        Ok(pending) => pending.receipt().await,
                        Err(error) => Err(error),
                    };
                    Answer::Frame(match receipt {
                        Ok(receipt) => encode(&CustomerFrame::Ack { client_id, seq: receipt.customer_seq }),
                        Err(error) => reject(&error, Some(client_id)),
                    })
                };
                Work::Receipt(answer.boxed())
            }
            ClientFrame::Read { seq, .. } => {
                let pending = hub.inner.writer.enqueue(ReadByCustomer { by: access.guest(), seq }).await;
                let answer = async move {
                    let receipt = match pending {
                        Ok(pending) => pending.receipt().await,
                        Err(error) => Err(error),
                    };
                    receipt.map_or_else(|error| Answer::Frame(reject(&error, None)), |_| Answer::Nothing)
                };
                Work::Receipt(answer.boxed())
            }
            ClientFrame::Typing { .. } if !passes(&mut self.typed) => Work::Done(Answer::Nothing),
            frame => Work::Read(
                async move {
                    match reply(&hub, &access, frame).await {
                        Ok(None) => Answer::Nothing,
                        Ok(Some(frame)) => Answer::Frame(encode(&frame)),
                        Err(error) => Answer::Frame(reject(&error, None)),
                    }
                }
                .boxed(),
            ),
        }
    }
}

async fn reply(hub: &Hub, access: &VisitorAccess, frame: ClientFrame) -> Result<Option<CustomerFrame>> {
    match frame {
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
