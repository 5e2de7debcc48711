//! How a caller says which chats.

use chathub_domain::{ChatStatus, OperatorId, OrganizationId, Source};
use chathub_hub::Error;
use chathub_hub::chats::find::ChatQuery;
use chathub_hub::phone::has_digit;
use chathub_hub::ports::{ChatOrder, ChatPage, ChatStart};
use serde_json::json;
use utoipa::IntoParams;

use super::cursor::List;
use crate::api::parameters::Parameters;
use crate::api::schemas;
use crate::api::time::parse_day;

/// Chats on a page, where nothing is asked for and at the most.
const PER_PAGE: usize = 20;
const PER_PAGE_MOST: usize = 100;

/// How [`chat_query`] is described. All are joined by “and”; empty ones count as left out.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes what is read from Parameters")]
pub(crate) struct ChatParams {
    /// Not together with `after`.
    #[param(required = false, minimum = 1, default = 1)]
    page: i32,
    /// The `next` of an answer: what follows on it, whatever has moved meanwhile. With the same other parameters; `per_page` may
    /// change.
    #[param(required = false, pattern = "^[A-Za-z0-9_-]*$")]
    after: String,
    /// Chats on a page; more than 100 counts as 100.
    #[param(required = false, minimum = 1, default = 20)]
    per_page: i64,
    /// Words of the customer's name or of messages, or parts of them, in any case of letters; or a phone number in any writing,
    /// the customer's or in a message.
    #[param(required = false)]
    search: String,
    #[param(required = false, value_type = schemas::Source)]
    source: Source,
    /// When the chat was created, a day (`2030-01-31`) or a time: once for from, twice for from and to. A day's end is to's.
    #[param(required = false, max_items = 2)]
    date: Vec<String>,
    /// The customer's id at Telegram.
    #[param(required = false)]
    tg_user_id: i64,
    /// The customer's phone number or a part of it, in any writing. It holds a digit.
    #[param(required = false)]
    phone: String,
    #[param(required = false, value_type = schemas::ChatStatus)]
    status: ChatStatus,
    #[param(required = false, value_type = schemas::Id, rename = "organizationId")]
    organization_id: OrganizationId,
    /// Who has taken the chat.
    #[param(required = false, value_type = schemas::Id, rename = "operatorId")]
    operator_id: OperatorId,
    /// `updated`, the default: by the last message, newest first. `created`: oldest first, so that pages do not shift
    /// while new chats come in. Whoever follows `next` to the end meets every chat that fits all the while: in the order `created`
    /// once, in the order `updated` at least once, and again at the end where something was said in it meanwhile.
    #[param(required = false, pattern = "^(updated|created)?$", example = "updated")]
    sort: String,
}

/// What is asked of the list of chats.
pub(crate) struct Asked {
    pub query: ChatQuery,
    pub page: ChatPage,
    /// Which page that is.
    pub number: u32,
    /// What the cursors of its pages are made for.
    pub list: List,
}

/// Which chats, and which page of them.
///
/// # Errors
/// Everything that is wrong with the query.
pub(crate) fn chat_query(given: &mut Parameters) -> Result<Asked, Error> {
    let number = given.read("page", "must be a whole number from 1 on.", |text| {
        text.parse::<i32>().ok().filter(|page| *page > 0).map(i32::unsigned_abs)
    });
    let limit = given.page_size("per_page", PER_PAGE, PER_PAGE_MOST);
    let query = filters(given);
    let order = given.read("sort", "must be 'updated' or 'created'.", |text| match text {
        "updated" => Some(ChatOrder::Updated),
        "created" => Some(ChatOrder::Created),
        _ => None,
    });
    let order = order.unwrap_or_default();
    let list = list(&query, order);
    let must = "must be the next of an answer to the same search, filters and sort; begin again without it.";
    let after = match given.text("page") {
        None => given.read("after", must, |text| list.read(text)),
        Some(_) => {
            if given.text("after").is_some() {
                given.wrong("after", "can't be combined with page.");
            }
            None
        }
    };
    given.check()?;
    let number = number.unwrap_or(1);
    let (start, number) = match after {
        Some((cursor, number)) => (ChatStart::After(cursor), number),
        None => (ChatStart::Offset(order, u64::from(number - 1) * limit as u64), number),
    };
    Ok(Asked { query, page: ChatPage { start, limit }, number, list })
}

fn filters(given: &mut Parameters) -> ChatQuery {
    const WHOLE: &str = "must be a whole number.";
    let dates: Vec<String> = given.all("date").into_iter().map(str::to_owned).collect();
    let mut date = |index: usize| {
        let at = dates.get(index).map(|text| parse_day(text, index > 0));
        if matches!(at, Some(None)) {
            given.wrong("date", "must be a day like 2030-01-31 or a time like 2030-01-31T12:00:00Z.");
        }
        at.flatten()
    };
    let (from, until) = (date(0), date(1));
    if dates.len() > 2 {
        given.wrong("date", "is given at most twice: from, and to.");
    }
    ChatQuery {
        search: given.text("search"),
        source: given.read("source", "must be the number of a source, 1 to 8.", |text| {
            Source::from_number(text.parse().ok()?)
        }),
        from,
        until,
        telegram_user: given.number("tg_user_id", WHOLE),
        phone: given.read("phone", "must hold digits.", |text| has_digit(text).then(|| text.to_owned())),
        status: given.read("status", "must be the number of a status, 0 to 4.", |text| {
            ChatStatus::from_number(text.parse().ok()?)
        }),
        organization: given.id("organizationId").map(OrganizationId),
        operator: given.id("operatorId").map(OperatorId),
    }
}

/// Named by all that its chats are chosen and put in order by.
fn list(query: &ChatQuery, order: ChatOrder) -> List {
    let ChatQuery { search, source, from, until, telegram_user, phone, status, organization, operator } =
        query;
    let chosen = json!([
        search,
        source,
        from,
        until,
        telegram_user,
        phone,
        status,
        organization,
        operator,
        order == ChatOrder::Created
    ]);
    List(chosen.to_string())
}
