//! What the panel says of things that have no words of their own: names that nobody has said, numbers of the wire.

use chathub_domain::{Chat, ChatStatus, Source};

use crate::texts::{Held, PanelTexts};

/// What to call the customer of a chat: by name, or, until they have said one, by the chat.
pub(super) fn display_name(texts: Held, chat: &Chat) -> String {
    if chat.customer.is_empty() { texts.visitor(&chat.id.to_string()) } else { chat.customer.clone() }
}

pub(super) fn status_name(texts: Held, status: ChatStatus) -> String {
    match status {
        ChatStatus::New => texts.status_new(),
        ChatStatus::Open => texts.status_open(),
        ChatStatus::Waiting => texts.status_waiting(),
        ChatStatus::Paused => texts.status_paused(),
        ChatStatus::Closed => texts.status_closed(),
    }
}

/// Brands are called the same in every language.
pub(super) fn source_name(texts: Held, source: Source) -> String {
    let brand = match source {
        Source::ViberBot => return texts.source_viber_bot(),
        Source::TelegramBot => return texts.source_telegram_bot(),
        Source::Website => return texts.source_website(),
        Source::Marketplace => return texts.source_marketplace(),
        Source::Viber => "Viber",
        Source::WhatsApp => "WhatsApp",
        Source::Instagram => "Instagram",
        Source::Facebook => "Facebook",
    };
    brand.to_owned()
}
