//! Messages: an operator's answer, a customer's question.

use chathub_domain::{Body, ChatId, ClientId, Source};

use crate::door::access::{OperatorAccess, VisitorAccess};
use crate::error::Result;
use crate::hub::Hub;
use crate::log::writer::{Lane, Pending};
use crate::rules::{Answer, Ask};

impl Hub {
    /// An operator's message takes its place; what the place's outcome is, `Pending` tells.
    ///
    /// # Errors
    /// `too_many_requests`, or when the server is stopping.
    pub async fn answer(
        &self,
        by: &OperatorAccess,
        chat_id: ChatId,
        client_id: ClientId,
        body: impl Into<Body>,
    ) -> Result<Pending> {
        self.answer_in(&Lane::default(), by, chat_id, client_id, body.into()).await
    }

    /// The same, behind the earlier ones of a connection.
    pub(crate) async fn answer_in(
        &self,
        lane: &Lane,
        by: &OperatorAccess,
        chat_id: ChatId,
        client_id: ClientId,
        body: Body,
    ) -> Result<Pending> {
        let place = lane.enter(client_id, || self.inner.limits.operator_message(by.operator.id))?;
        let command = Answer { by: by.member(), chat_id, client_id, body };
        self.inner.writer.enqueue_at(place, command).await
    }

    /// A customer's message takes its place.
    ///
    /// # Errors
    /// `too_many_requests`, `blocked`, or when the server is stopping.
    pub async fn ask(
        &self,
        by: &VisitorAccess,
        client_id: ClientId,
        body: impl Into<Body>,
    ) -> Result<Pending> {
        self.ask_in(&Lane::default(), by, client_id, body.into()).await
    }

    /// The same, behind the earlier ones of a connection.
    pub(crate) async fn ask_in(
        &self,
        lane: &Lane,
        by: &VisitorAccess,
        client_id: ClientId,
        body: Body,
    ) -> Result<Pending> {
        self.check_not_blocked(by)?;
        let place = lane.enter(client_id, || {
            self.inner.limits.visitor_message(by.organization.id, by.visitor_id, by.peer, body.text.len())
        })?;
        self.note_visitor(by);
        let command = Ask { by: by.guest(), client_id, body, source: Source::Website };
        self.inner.writer.enqueue_at(place, command).await
    }
}
