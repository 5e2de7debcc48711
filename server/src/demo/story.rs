//! Who works in the demonstration, and what has been said so far.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chathub_domain::wire::Introduction;
use chathub_domain::{
    ChatId, ChatStatus, ClientId, OperatorRef, OrganizationId, OrganizationRef, Timestamp, VisitorId,
};
use chathub_hub::door::access::{CompanyAccess, OperatorAccess, VisitorAccess};
use chathub_hub::door::development::DEMO_LOGIN;
use chathub_hub::pace::{Pace, Peer};
use chathub_hub::ports::NewOperator;
use chathub_hub::{Clock, Error, Hub, Settings};
use uuid::Uuid;

use crate::installation::open::{Opened, StartError, open};

/// One line of a chat: how many minutes ago, by whom, what.
type Line = (i64, Voice, &'static str);

enum Voice {
    Customer,
    /// The organization's first or second operator.
    Operator(usize),
}

struct Chat {
    customer: &'static str,
    phone: &'static str,
    lines: &'static [Line],
    status: Option<ChatStatus>,
}

const SALES: [&str; 2] = ["Anna Meyer", "Boris Lund"];
const SUPPORT: [&str; 2] = ["Clara Novak", "David Okafor"];

const SALES_CHATS: [Chat; 5] = [
    Chat {
        customer: "Jānis Bērziņš",
        phone: "+371 20 000 147",
        lines: &[
            (1_560, Voice::Customer, "Hi! Do you ship the Furrow grinder to Latvia?"),
            (1_556, Voice::Operator(0), "Good morning! Yes, by courier in three to four working days."),
            (1_555, Voice::Customer, "And what does delivery cost?"),
            (
                1_554,
                Voice::Operator(0),
                "€6.90, or nothing above €60. The grinder is €94, so it would be free for you.",
            ),
            (1_551, Voice::Customer, "Perfect, ordering now. Thank you!"),
            (1_550, Voice::Operator(0), "You're welcome. Enjoy the first cup!"),
        ],
        status: Some(ChatStatus::Closed),
    },
    Chat {
        customer: "Sofía Martín",
        phone: "+34 600 000 581",
        lines: &[
            (190, Voice::Customer, "Is the Ridge kettle coming back in black?"),
            (184, Voice::Operator(1), "The next delivery is due on Thursday. Shall I set one aside for you?"),
            (181, Voice::Customer, "Yes please. I'd pay by transfer if that works."),
            (
                179,
                Voice::Operator(1),
                "It does. I've put one aside until Friday; the order link is in your inbox.",
            ),
        ],
        status: Some(ChatStatus::Waiting),
    },
    Chat {
        customer: "김민준",
        phone: "+82 10-0000-2216",
        lines: &[
            (74, Voice::Customer, "안녕하세요, 한국으로 배송 가능한가요?"),
            (70, Voice::Operator(0), "Hello! Yes, we ship to Korea by courier in six to eight days."),
            (66, Voice::Customer, "관세도 포함인가요?"),
        ],
        status: None,
    },
    Chat {
        customer: "Femke de Vries",
        phone: "",
        lines: &[
            (24, Voice::Customer, "I'd like 12 cone drippers and 12 carafes for our offices."),
            (23, Voice::Customer, "Is there a discount for that, and can you invoice the company?"),
        ],
        status: None,
    },
    Chat {
        customer: "Oliver Grant",
        phone: "+44 7700 900 312",
        lines: &[(6, Voice::Customer, "Quick one: does the cone dripper come with filters?")],
        status: None,
    },
];

const SUPPORT_CHATS: [Chat; 2] = [
    Chat {
        customer: "Marta Kowalska",
        phone: "",
        lines: &[
            (312, Voice::Customer, "My parcel says delivered, but it isn't here."),
            (
                305,
                Voice::Operator(0),
                "I'm sorry to hear that. I've asked the courier for the delivery photo.",
            ),
            (240, Voice::Customer, "Thanks. The neighbours don't have it either."),
        ],
        status: Some(ChatStatus::Paused),
    },
    Chat {
        customer: "Ivan Petrenko",
        phone: "+48 500 000 764",
        lines: &[
            (41, Voice::Customer, "The Tenth scale shows Err after I changed the battery."),
            (
                38,
                Voice::Operator(1),
                "Please hold the tare button for five seconds: that starts the calibration.",
            ),
            (36, Voice::Customer, "That did it, thank you!"),
        ],
        status: None,
    },
];

/// Makes the company and its past.
pub(super) async fn tell(data_dir: &Path) -> Result<(), StartError> {
    let now = Clock::system().now();
    // The past happens at its own times.
    let time = Arc::new(AtomicI64::new(now.0));
    let past = Arc::clone(&time);
    let clock = Clock::new(move || Timestamp(past.load(Ordering::Relaxed)));
    let settings = Settings {
        build: String::new(),
        company_token_lives: None,
        demo: true,
        pace: Pace::FREE,
        allow_origin: |_, _, _| None,
    };
    let Opened { hub, store, running } = open(data_dir, clock, settings).await?;
    let told = write(&hub, &time, now).await;
    running.stop().await;
    store.close().await;
    Ok(told?)
}

async fn write(hub: &Hub, time: &AtomicI64, now: Timestamp) -> Result<(), Error> {
    hub.add_company(DEMO_LOGIN, "Millstone", DEMO_LOGIN.to_owned()).await?;
    let company = hub.find_company(DEMO_LOGIN).await?;
    for (name, staff, chats) in [("Sales", SALES, &SALES_CHATS[..]), ("Support", SUPPORT, &SUPPORT_CHATS[..])]
    {
        let id = hub.add_organization(&company, name, &[]).await?;
        let organization = OrganizationRef { id, name: name.into() };
        let operators = hire(hub, &company, id, staff).await?;
        let desks: Vec<_> = operators
            .into_iter()
            .map(|operator| OperatorAccess {
                company_id: company.id,
                operator,
                organization: organization.clone(),
                expires_at: now,
            })
            .collect();
        for chat in chats {
            replay(hub, time, now, &organization, &desks, chat).await?;
        }
    }
    Ok(())
}

async fn hire(
    hub: &Hub,
    company: &CompanyAccess,
    organization_id: OrganizationId,
    staff: [&str; 2],
) -> Result<Vec<OperatorRef>, Error> {
    let new = staff.map(|name| NewOperator { organization_id, name: name.into() });
    let added = hub.synchronize(company, new.into()).await?;
    Ok(added.into_iter().map(|operator| OperatorRef { id: operator.id, name: operator.name }).collect())
}

async fn replay(
    hub: &Hub,
    time: &AtomicI64,
    now: Timestamp,
    organization: &OrganizationRef,
    desks: &[OperatorAccess],
    chat: &Chat,
) -> Result<(), Error> {
    let visitor = VisitorAccess {
        organization: organization.clone(),
        visitor_id: VisitorId(Uuid::new_v4()),
        introduction: Introduction { name: chat.customer.into(), phone: chat.phone.into() },
        peer: Peer::UNKNOWN,
    };
    let mut chat_id: Option<ChatId> = None;
    let mut last_desk = None;
    for (minutes_ago, voice, text) in chat.lines {
        time.store(now.0 - minutes_ago * 60_000, Ordering::Relaxed);
        let client_id = ClientId(Uuid::new_v4());
        match (voice, chat_id) {
            (Voice::Operator(number), Some(chat_id)) => {
                let desk = &desks[*number];
                let receipt = hub.answer(desk, chat_id, client_id, *text).await?.receipt().await?;
                hub.read(desk, chat_id, receipt.seq).await?;
                last_desk = Some(desk);
            }
            _ => {
                let receipt = hub.ask(&visitor, client_id, *text).await?.receipt().await?;
                chat_id = receipt.chat_id;
                hub.read_by_customer(&visitor, receipt.customer_seq).await?;
            }
        }
    }
    if let (Some(status), Some(desk), Some(chat_id)) = (chat.status, last_desk, chat_id) {
        hub.set_status(&desk.clone().into(), chat_id, status).await?;
    }
    Ok(())
}
