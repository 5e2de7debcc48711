//! What the views hold: the slices of the state that they show, and the way to say what the operator did.

use std::sync::Arc;

use chathub_domain::{Chat, ChatId, Seq};
use leptos::html::Section;
use leptos::prelude::*;

use super::clock::Calendar;
use super::props::{Door, PanelProps};
use super::state::{Action, Link, Outgoing, State, Thread};

#[cfg(feature = "hydrate")]
use {super::driver::Driver, std::rc::Rc};

/// Copied into every view. A view depends on a slice, so that a change of one chat redraws one row.
#[derive(Clone, Copy)]
pub(super) struct Panel {
    pub(super) state: RwSignal<State>,
    pub(super) door: Door,
    /// Set when the browser has taken over: before, nothing may be shown that the server can't know, like a local time.
    pub(super) hydrated: RwSignal<bool>,
    /// The day and the zone that times are written for.
    pub(super) calendar: RwSignal<Calendar>,
    pub(super) root: NodeRef<Section>,
    pub(super) chats: Memo<Vec<Arc<Chat>>>,
    pub(super) open: Memo<Option<ChatId>>,
    pub(super) chat: Memo<Option<Arc<Chat>>>,
    pub(super) thread: Memo<Option<Thread>>,
    pub(super) outbox: Memo<Vec<Arc<Outgoing>>>,
    /// How far the customer of the open chat has read.
    pub(super) read_to: Memo<Seq>,
    pub(super) link: Memo<Link>,
    #[cfg(feature = "hydrate")]
    driver: StoredValue<Rc<Driver>, LocalStorage>,
}

impl Panel {
    pub(super) fn new(
        props: PanelProps,
        #[cfg(feature = "hydrate")] host: Option<js_sys::Function>,
        #[cfg(feature = "hydrate")] kept: Option<String>,
    ) -> Self {
        let door = props.door;
        #[cfg(feature = "hydrate")]
        let hub = props.hub.clone();
        let state = RwSignal::new(State::new(props));
        let calendar = RwSignal::new(Calendar::default());
        let chat = Memo::new(move |_| state.with(|state| state.open_chat().cloned()));
        Self {
            state,
            door,
            hydrated: RwSignal::new(false),
            calendar,
            root: NodeRef::new(),
            chats: Memo::new(move |_| state.with(|state| state.chats.clone())),
            open: Memo::new(move |_| state.with(|state| state.open)),
            chat,
            thread: Memo::new(move |_| state.with(|state| state.open_thread().cloned())),
            outbox: Memo::new(move |_| {
                state.with(|state| {
                    let open = state.outbox.iter().filter(|item| Some(item.chat_id) == state.open);
                    open.cloned().collect()
                })
            }),
            read_to: Memo::new(move |_| {
                chat.with(|chat| chat.as_ref().map_or(0, |chat| chat.read_by_customer))
            }),
            link: Memo::new(move |_| state.with(|state| state.link.clone())),
            #[cfg(feature = "hydrate")]
            driver: StoredValue::new_local(Driver::new(state, calendar, hub, door, host, kept)),
        }
    }

    /// A slice of the state.
    pub(super) fn slice<T: PartialEq + Send + Sync + 'static>(
        self,
        take: impl Fn(&State) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.state.with(|state| take(state)))
    }

    #[cfg(feature = "hydrate")]
    pub(super) fn act(self, action: Action) {
        if let Some(driver) = self.driver.try_get_value() {
            driver.act(action);
        }
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "nothing happens to a panel on the server")]
    pub(super) fn act(self, _: Action) {}

    /// Sends the draft of the open chat.
    pub(super) fn send(self) {
        #[cfg(feature = "hydrate")]
        self.act(Action::Send(super::driver::client_id()));
    }

    #[cfg(feature = "hydrate")]
    pub(super) fn set_token(self, token: String) {
        if let Some(driver) = self.driver.try_get_value() {
            driver.set_token(token);
        }
    }

    /// What the next panel needs to go on from here.
    #[cfg(feature = "hydrate")]
    pub(super) fn to_keep(self) -> String {
        self.driver.try_get_value().map(|driver| driver.to_keep()).unwrap_or_default()
    }

    /// Begins once the panel is in the page; ends with the panel.
    pub(super) fn run(self) {
        #[cfg(feature = "hydrate")]
        {
            use send_wrapper::SendWrapper;
            let driver = SendWrapper::new(self.driver.get_value());
            Effect::new({
                let driver = driver.clone();
                move |_| {
                    if !self.hydrated.get_untracked() {
                        self.hydrated.set(true);
                        driver.start(self.root.get_untracked().map(Into::into));
                    }
                }
            });
            on_cleanup(move || driver.stop());
        }
    }
}
