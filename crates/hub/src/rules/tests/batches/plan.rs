//! What is asked for at random.

use super::*;

pub const ORGANIZATIONS: i64 = 2;

/// Something that is asked for, as it can be asked for again.
#[derive(Clone, Debug)]
pub enum Plan {
    Ask { organization: i64, visitor: u128, name: &'static str, client_id: u128 },
    Answer { organization: i64, operator: i64, chat: i64, client_id: u128 },
    SetStatus { organization: i64, operator: Option<i64>, chat: i64, status: ChatStatus },
    Erase { organization: i64, chat: i64 },
    Assign { organization: i64, chat: i64, to: Option<i64> },
    Read { organization: i64, operator: i64, chat: i64, seq: Seq },
    ReadByCustomer { organization: i64, visitor: u128, seq: Seq },
}

pub fn any_plan() -> impl Strategy<Value = Plan> {
    // A browser may be at several organizations; an operator is at one.
    let organization = 1..=ORGANIZATIONS;
    let (operator, visitor, chat, client_id) = (0..2_i64, 0..2_u128, 1..8_i64, 0..20_u128);
    let name = prop::sample::select(&["", "Eva", "Adam"][..]);
    let status = (0..5_i64).prop_map(|number| ChatStatus::from_number(number).unwrap());
    prop_oneof![
        8 => (organization.clone(), visitor.clone(), name, client_id.clone()).prop_map(
            |(organization, visitor, name, client_id)| Plan::Ask { organization, visitor, name, client_id }
        ),
        6 => (organization.clone(), operator.clone(), chat.clone(), client_id).prop_map(
            |(organization, operator, chat, client_id)| Plan::Answer { organization, operator, chat, client_id }
        ),
        4 => (organization.clone(), prop::option::of(operator.clone()), chat.clone(), status).prop_map(
            |(organization, operator, chat, status)| Plan::SetStatus { organization, operator, chat, status }
        ),
        1 => (organization.clone(), chat.clone())
            .prop_map(|(organization, chat)| Plan::Erase { organization, chat }),
        2 => (organization.clone(), chat.clone(), prop::option::of(operator.clone()))
            .prop_map(|(organization, chat, to)| Plan::Assign { organization, chat, to }),
        6 => (organization.clone(), operator, chat, 0..80_u64).prop_map(
            |(organization, operator, chat, seq)| Plan::Read { organization, operator, chat, seq }
        ),
        3 => (organization, visitor, 0..30_u64)
            .prop_map(|(organization, visitor, seq)| Plan::ReadByCustomer { organization, visitor, seq }),
    ]
}

fn member(organization: i64, operator: i64) -> Member {
    let operator = OperatorRef { id: OperatorId(organization * 10 + operator), name: "Anna".into() };
    Member { organization_id: OrganizationId(organization), operator }
}

pub fn guest(organization: i64, visitor: u128, name: &str) -> Guest {
    Guest {
        organization_id: OrganizationId(organization),
        visitor_id: VisitorId(Uuid::from_u128(visitor)),
        introduction: Introduction { name: name.into(), phone: String::new() },
    }
}

impl Plan {
    pub fn command(&self) -> Command {
        let named = |client_id| ClientId(Uuid::from_u128(client_id));
        match *self {
            Self::Ask { organization, visitor, name, client_id } => Ask {
                by: guest(organization, visitor, name),
                client_id: named(client_id),
                body: "Hello".into(),
                source: Source::Website,
            }
            .into(),
            Self::Answer { organization, operator, chat, client_id } => Answer {
                by: member(organization, operator),
                chat_id: ChatId(chat),
                client_id: named(client_id),
                body: "Good day".into(),
            }
            .into(),
            Self::SetStatus { organization, operator, chat, status } => {
                let operator = operator.map(|operator| member(organization, operator).operator);
                let by = Clerk { organization_id: OrganizationId(organization), operator };
                SetStatus { by, chat_id: ChatId(chat), status }.into()
            }
            Self::Erase { organization, chat } => {
                Erase { by: member(organization, 0).into(), chat_id: ChatId(chat) }.into()
            }
            Self::Assign { organization, chat, to } => Assign {
                by: member(organization, 0),
                chat_id: ChatId(chat),
                operator: to.map(|operator| member(organization, operator).operator),
            }
            .into(),
            Self::Read { organization, operator, chat, seq } => {
                Read { by: member(organization, operator), chat_id: ChatId(chat), seq }.into()
            }
            Self::ReadByCustomer { organization, visitor, seq } => {
                ReadByCustomer { by: guest(organization, visitor, ""), seq }.into()
            }
        }
    }

    /// Who names a message with what.
    pub fn post(&self) -> Option<(Sender, u128)> {
        match *self {
            Self::Ask { organization, visitor, client_id, .. } => {
                Some((Sender::Visitor(guest(organization, visitor, "").visitor_id), client_id))
            }
            Self::Answer { organization, operator, client_id, .. } => {
                Some((Sender::Operator(member(organization, operator).operator.id), client_id))
            }
            _ => None,
        }
    }
}
