//! What outlives a panel: the open chat, what is half-written, what was not stored yet.
//!
//! The page around an embedded panel keeps it for as long as its tab lives, and gives it to the next panel: after a
//! full page load, or after an upgrade. It names whose it is: another operator's is nobody's, and another database's is
//! shown, but not sent.

use chathub_domain::decode::{Decode, member};
use chathub_domain::{ChatId, ClientId, Epoch, OperatorId, Timestamp};
use serde_json::Value;

use super::outbox::{Outgoing, Progress};
use super::turn::Turn;
use super::whole::State;

impl State {
    /// The text to keep.
    #[must_use]
    pub fn keep(&self) -> String {
        // By hand, at a third of what a derived encoder adds to the WASM.
        let mut json = [
            "{\"operator\":",
            &self.staff.me.operator.id.to_string(),
            ",\"epoch\":\"",
            &self.picture.cursor.epoch.0.to_string(),
            "\",\"drafts\":[",
        ]
        .concat();
        let mut comma = "";
        for (id, text) in self.drafts.iter() {
            json += &[comma, "[", &id.to_string(), ",", &quoted(text), "]"].concat();
            comma = ",";
        }
        // Chat, name, text, when it was sent, and why it was refused, if it was.
        json += "],\"outbox\":[";
        comma = "";
        for item in &self.outbox.items {
            let refused = match &item.progress {
                Progress::Sending => "null".to_owned(),
                Progress::Failed(why) => quoted(why),
                // On the server's disk: the thread will show it.
                Progress::Sent(_) => continue,
            };
            let (chat, at) = (item.chat_id.to_string(), item.at.0.to_string());
            let (name, text) = (item.client_id.to_string(), quoted(&item.text));
            json += &[comma, "[", &chat, ",\"", &name, "\",", &text, ",", &at, ",", &refused, "]"].concat();
            comma = ",";
        }
        let open = self.threads.open.map_or_else(|| "null".to_owned(), |id| id.to_string());
        json += &["],\"stranded\":", &quoted(&self.stranded.text), ",\"open\":", &open, "}"].concat();
        json
    }

    /// Goes on where a former panel of the same operator was. What can't be read is left out.
    pub(super) fn restore(&mut self, text: &str, turn: &mut Turn) {
        let Ok(json) = serde_json::from_str::<Value>(text) else { return };
        if OperatorId::decode(member(&json, "operator")) != Some(self.staff.me.operator.id) {
            return;
        }
        self.stranded.restore(String::decode(member(&json, "stranded")).unwrap_or_default(), turn);
        for draft in items(&json, "drafts") {
            if let Some((id, text)) = self::draft(draft) {
                self.drafts.set(id, text, turn);
                turn.touch_chat(id);
            }
        }
        self.outbox.restore(items(&json, "outbox").iter().filter_map(outgoing), turn);
        if Epoch::decode(member(&json, "epoch")) != Some(self.picture.cursor.epoch) {
            // Whose chats the numbers are now can't be told any more.
            self.strand_unless(|_| false, turn);
            return;
        }
        if let Some(id) = ChatId::decode(member(&json, "open")) {
            self.open(id, turn);
        }
    }
}

fn quoted(text: &str) -> String {
    // A string is always representable.
    serde_json::to_string(text).unwrap_or_default()
}

fn items<'a>(json: &'a Value, name: &str) -> &'a [Value] {
    json.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn draft(json: &Value) -> Option<(ChatId, String)> {
    Some((ChatId(json.get(0)?.as_i64()?), json.get(1)?.as_str()?.to_owned()))
}

fn outgoing(json: &Value) -> Option<Outgoing> {
    let text = |place: usize| json.get(place)?.as_str().map(str::to_owned);
    let refused = text(4);
    Some(Outgoing {
        chat_id: ChatId(json.get(0)?.as_i64()?),
        client_id: ClientId::decode(json.get(1)?)?,
        text: text(2)?,
        at: Timestamp(json.get(3)?.as_i64()?),
        progress: refused.map_or(Progress::Sending, Progress::Failed),
        posted: None,
    })
}
